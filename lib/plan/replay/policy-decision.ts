import { type CapacityConfig, type FloorOwner, floorOwners, followsLoad, type LoadFollower } from '../../config';
import { formatFigure } from '../../figures';
import { formatDuration, parseTime, WEEK_MS } from '../../units';
import { type CarriedPolicy, type CarriedStrategy, isCarried, type PolicyName, policyNames, scalingPolicies } from './scaling-policies';
import { type AutoscalerSettings, type ReplayPlan, usualScaleDown } from '../file';
import { type ReplayEvidence, type Verdict, verdictOf } from './verdict';

/** A replay of a workload that was just made: all that a plan keeps of it but the choice, and what the choice is made by. */
export type FreshReplay = Omit<ReplayPlan, 'chosen' | 'why'> & ReplayEvidence;

/** What the config allows a replay to change. */
export type ScalingTerms = {
  /** Who moves the floor: manifests carry one that stays. */
  readonly owner: FloorOwner;
  readonly scaling?: LoadFollower['scaling'];
  readonly replay: LoadFollower['replay'];
  /** Fields that the config states; what is left to its default is the plan's to change. */
  readonly states: { readonly target: boolean; readonly replay: boolean; readonly violationPrice?: boolean };
  /** At which replicas run without a replay. */
  readonly target: number;
  /** There is no forecast to lay floors by. */
  readonly withheld: boolean;
};

/** What becomes of a replay in the plan. */
export type PolicyDecision = Verdict & {
  /** The policy that the config allows: the chosen one unless owner, `scaling` or a withheld forecast say otherwise. */
  readonly allowed: CarriedPolicy;
  /**
   * `tuned`: its settings are in force. `thin`: they were tuned on too little. `dear`: they cost far more than a plain autoscaler.
   * `advice`: the config keeps the plan from acting.
   */
  readonly effect: 'tuned' | 'thin' | 'dear' | 'advice';
  /** Why it is another than the chosen one; `null`: it is that. */
  readonly instead: string | null;
  /** Why the settings are not in force; `null`: they are. */
  readonly unused: string | null;
  /** What the plan is made by; `null`: what the config says. */
  readonly inForce: InForce | null;
};

/** A policy of which the plan takes the settings, and the strategy that it comes to. */
export type InForce = { readonly policy: CarriedPolicy; readonly strategy: CarriedStrategy; readonly settings: AutoscalerSettings };

/** GPU-hours by those of a plain autoscaler: what is more is a choice between money and minutes in violation, and not ours. */
const mostTimesPlain = 1.25;
/** Settings that were tuned on less may be luck. */
const fewestTunedMs = WEEK_MS;

/**
 * Decides which policy a replay speaks for, and which one the plan is made by.
 *
 * Only a policy that manifests of the owner carry is chosen, and one that moves floors only where the weeks after the tuning window bear it
 * out.
 *
 * - under an owner: nothing is put in force.
 * - under the terms of a config: what it allows. A replay that a plan keeps has its verdict, which stays; what the config allows of it is
 *   decided anew. A workload that is given a live floor by its owner has it, whatever the replay speaks for.
 */
export function decidePolicy(replay: ReplayEvidence, owner: FloorOwner): Verdict;
export function decidePolicy(replay: FreshReplay | ReplayPlan, terms: ScalingTerms): PolicyDecision;
export function decidePolicy(...[replay, terms]: [ReplayEvidence, FloorOwner] | [FreshReplay | ReplayPlan, ScalingTerms]) {
  if (typeof terms === 'string') return verdictOf(replay, terms);
  const verdict = 'outcomes' in replay ? verdictOf(replay, terms.owner) : { chosen: replay.chosen, why: replay.why };
  return { ...verdict, ...whatFollows(replay, verdict.chosen, terms) };
}

/** What the plan makes of a verdict under the terms of a config. */
function whatFollows(replay: FreshReplay | ReplayPlan, chosen: CarriedPolicy, terms: ScalingTerms): Omit<PolicyDecision, keyof Verdict> {
  const allowed = allowedPolicy(replay, chosen, terms);
  const instead =
    allowed === chosen
      ? null
      : terms.withheld
        ? `without a forecast ${allowed} holds`
        : `owner or scaling in the config allow ${allowed} only`;
  const base = { allowed, instead };
  const strategy = scalingPolicies[allowed].carriedAs;
  const advice = adviceText(terms);
  if (advice !== null) return { ...base, effect: 'advice', unused: advice, inForce: null };
  const timesPlain = gpuHoursOf(replay, allowed) / gpuHoursOf(replay, 'hpa');
  if (!isAskedFor(allowed, terms) && timesPlain > mostTimesPlain)
    return {
      ...base,
      effect: 'dear',
      unused: `${allowed} is not acted on: it takes ${formatFigure(timesPlain)} times the GPU-hours of a plain autoscaler to be in violation for less; replay: 'act' in the config asks for it`,
      inForce: null,
    };
  if (tunedMs(replay) < fewestTunedMs) {
    // Floors by the hour give way to one floor all the same, where the replay trusts no forecast; manifests have one floor anyway.
    const inForce =
      strategy === 'reactive' && floorOwners[terms.owner].movesByHour
        ? { policy: allowed, strategy, settings: untuned(terms.target) }
        : null;
    const unused = `its settings are not used: they were tuned on less than ${formatDuration(fewestTunedMs)}`;
    return { ...base, effect: 'thin', unused, inForce };
  }
  return { ...base, effect: 'tuned', unused: null, inForce: { policy: allowed, strategy, settings: settingsOf(replay, allowed) } };
}

/** Whether somebody has chosen between money and minutes in violation. */
function isAskedFor(allowed: CarriedPolicy, { states }: ScalingTerms): boolean {
  return states.replay || (states.violationPrice ?? false) || allowed === 'live';
}

/**
 * Manifests carry one floor, as a workload does that is scaled reactively or has no forecast; floors by the hour may be asked for by name,
 * and a live floor is by its owner.
 */
function allowedPolicy(
  { settings }: Pick<ReplayPlan, 'settings'>,
  chosen: CarriedPolicy,
  { owner, scaling, withheld }: ScalingTerms,
): CarriedPolicy {
  if (withheld || !floorOwners[owner].movesByHour || scaling === 'reactive') return carriedAs('reactive');
  if (floorOwners[owner].movesByLoad && settings.live !== undefined) return 'live';
  if (scaling === 'horizontal') return carriedAs('horizontal');
  return chosen === 'live' ? carriedAs('reactive') : chosen;
}

function settingsOf({ settings }: Pick<ReplayPlan, 'settings'>, policy: CarriedPolicy): AutoscalerSettings {
  const own = settings[policy];
  if (own === undefined) throw new Error(`${policy} was not replayed`);
  return own;
}

function carriedAs(strategy: CarriedStrategy): CarriedPolicy {
  const name = policyNames.filter(isCarried).find((policy) => scalingPolicies[policy].carriedAs === strategy);
  if (name === undefined) throw new Error(`no policy is carried as ${strategy}`);
  return name;
}

/** Why a verdict stays without effect; `null`: the plan is made by it. */
function adviceText({ replay, states, scaling }: ScalingTerms): string | null {
  if (replay === 'off') return 'replay is off';
  if (replay === 'advise') return "replay: 'advise' in the config";
  if (states.target) return 'the config states the target';
  return scaling === 'vertical' || scaling === 'hybrid' ? `scaling: '${scaling}' in the config` : null;
}

function gpuHoursOf({ policies }: Pick<ReplayPlan, 'policies'>, policy: PolicyName): number {
  return policies.find(({ name }) => name === policy)?.gpuHours ?? NaN;
}

function tunedMs({ tuned }: Pick<ReplayPlan, 'tuned'>): number {
  return (parseTime(tuned.to) ?? 0) - (parseTime(tuned.from) ?? 0);
}

/** One floor, by the strategy of the workload, and the autoscaler as it is without a replay. */
function untuned(target: number): AutoscalerSettings {
  return { target, headroom: null, floor: null, scaleDown: usualScaleDown };
}

/**
 * What the config of a workload allows a replay to change.
 *
 * @param target at which its replicas run without a replay; `null`: as its config says
 */
export function termsOf(config: CapacityConfig, name: string, target: number | null, withheld: boolean): ScalingTerms {
  const workload = config.workloads[name];
  if (!followsLoad(workload)) throw new Error(`${name} follows no load of requests`);
  const states = (field: string) => !config.assumed.includes(`workloads.${name}.${field}`);
  return {
    owner: workload.owner,
    scaling: workload.scaling,
    replay: workload.replay,
    states: { target: states('target'), replay: states('replay'), violationPrice: workload.usdPerViolatedMinute !== undefined },
    target: target ?? workload.target,
    withheld,
  };
}

import { type CapacityConfig, type FloorOwner, floorOwners, followsLoad, type LoadFollower } from '../../config';
import { formatFigure } from '../../figures';
import { formatDuration, parseTime, WEEK_MS } from '../../units';
import {
  costOf,
  costText,
  farBeyondLimit,
  moreViolationPercent,
  type PolicyFigures,
  type PolicyOutcome,
  violationLimit,
  violationPercent,
  type ViolationPrice,
} from './policy-figures';
import { type CarriedPolicy, type CarriedStrategy, isCarried, type PolicyName, policyNames, scalingPolicies } from './scaling-policies';
import { type AutoscalerSettings, type ReplayPlan, usualScaleDown } from '../file';

/** How much the forecasts knew that a replay's policies went by. */
export type ForecastSkill = {
  /** Mean absolute error of the forecasts a day ahead, on the tuning window, by that of the best flat one; `null` without any. */
  readonly relativeError: number | null;
  /** Before the tuning window. */
  readonly historyDays: number;
};

/** What a replay showed. */
export type ReplayEvidence = {
  readonly outcomes: readonly PolicyOutcome[];
  readonly skill: ForecastSkill;
  /** Whether the record shows what happens within an hour. */
  readonly judged: NonNullable<ReplayPlan['judged']>;
  /** Where minutes in violation have a price, by which settings were chosen and policies are. */
  readonly price?: ViolationPrice;
};

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

export type Verdict = { readonly chosen: CarriedPolicy; readonly why: string };

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

/** A forecast must err this much less than a flat line. */
const highestRelativeError = 0.9;
const fewestHistoryDays = 3;
/** GPU-hours by those of a plain autoscaler: what is more is a choice between money and minutes in violation, and not ours. */
const mostTimesPlain = 1.25;
/** Settings that were tuned on less may be luck. */
const fewestTunedMs = WEEK_MS;

/** What is compared with, and chosen where nothing is better. */
const baseline = 'hpa-tuned';
const byTheHour = 'plan';

/**
 * Decides which policy a replay speaks for, and which one the plan is made by.
 *
 * Only a policy that manifests carry is chosen, and floors by the hour only where the weeks after the tuning window bear them out.
 *
 * - `comparison`: nothing is put in force.
 * - under the terms of a config: what it allows. A replay that a plan keeps has its verdict, which stays; what the config allows of it is
 *   decided anew.
 */
export function decidePolicy(replay: ReplayEvidence, terms: 'comparison'): Verdict;
export function decidePolicy(replay: FreshReplay | ReplayPlan, terms: ScalingTerms): PolicyDecision;
export function decidePolicy(...[replay, terms]: [ReplayEvidence, 'comparison'] | [FreshReplay | ReplayPlan, ScalingTerms]) {
  if (terms === 'comparison') return bestCarried(replay);
  const verdict = 'outcomes' in replay ? bestCarried(replay) : { chosen: replay.chosen, why: replay.why };
  return { ...verdict, ...whatFollows(replay, verdict.chosen, terms) };
}

/**
 * What speaks against floors by the hour on the tuning window: a forecast that knows no more than a flat line, too little to learn from,
 * or an HPA that needs no more GPU-hours there at as few violations; `null`: nothing. The tuned HPA, whose settings are a gain by
 * themselves, is then chosen.
 */
function reasonAgainst({ outcomes, price, skill: { relativeError, historyDays } }: ReplayEvidence): string | null {
  const tunedOf = (name: PolicyName) => outcomes.find((outcome) => outcome.name === name)?.tuned ?? null;
  const [plan, hpa] = [tunedOf(byTheHour), tunedOf(baseline)];
  if (historyDays < fewestHistoryDays)
    return `${historyDays.toFixed(1)} days of history before the tuning window are too few to trust a forecast`;
  if (relativeError === null || relativeError > highestRelativeError)
    return `a day ahead the forecast errs ${relativeError === null ? 'as much as' : `${relativeError.toFixed(2)} times as much as`} a flat line, so there is nothing to plan by`;
  const isAhead =
    plan !== null &&
    hpa !== null &&
    costOf(plan, price) < costOf(hpa, price) &&
    (price !== undefined || plan.violationMinutes <= Math.max(hpa.violationMinutes, violationLimit * plan.scoredMinutes));
  if (isAhead) return null;
  return price === undefined
    ? 'on the tuning window no plan needs fewer GPU-hours than the tuned HPA at as few violations'
    : `on the tuning window no plan costs less than the tuned HPA, a minute in violation at ${formatFigure(price.usdPerViolatedMinute)} USD`;
}

/** The verdict, with what a reader must know beside it. */
function bestCarried(replay: ReplayEvidence): Verdict {
  const { chosen, why } = borneOut(replay);
  return { chosen, why: [why, ...provisosOf(replay, chosen)].join('; ') };
}

/** What a reader of a verdict must know beside it. */
function provisosOf({ outcomes, judged, price }: ReplayEvidence, chosen: CarriedPolicy): readonly string[] {
  const scored = outcomes.find(({ name }) => name === chosen)?.scored;
  const beyond = scored === undefined ? null : farBeyondLimit(chosen, scored);
  return [
    ...(scored === undefined || price === undefined || chosen !== baseline ? [] : [`the tuned HPA came to ${costText(scored, price)}`]),
    ...(beyond === null ? [] : [beyond]),
    ...(judged === 'within the hour' ? [] : ['judged by coarse means: what happens within the hour is in none of these figures']),
  ];
}

/** Floors by the hour where they were ahead where they were tuned, and the weeks after, which no setting has seen, bear them out. */
function borneOut(replay: ReplayEvidence): Verdict {
  const against = reasonAgainst(replay);
  const scoredOf = (name: PolicyName) => replay.outcomes.find((outcome) => outcome.name === name)?.scored;
  const [plan, hpa] = [scoredOf(byTheHour), scoredOf(baseline)];
  if (against !== null || plan === undefined || hpa === undefined)
    return { chosen: baseline, why: `reactive: ${against ?? 'no plan was replayed'}` };
  if (replay.price !== undefined) return byDollars(plan, hpa, replay.price);
  const saved = 100 * (1 - plan.gpuHours / hpa.gpuHours);
  const figures = `${Math.abs(saved).toFixed(1)} % ${saved > 0 ? 'fewer' : 'more'} GPU-hours than the tuned HPA and ${violationPercent(plan).toFixed(3)} % of the minutes in violation against ${violationPercent(hpa).toFixed(3)} %`;
  if (saved <= 0 || violationPercent(plan) > violationPercent(hpa) + moreViolationPercent)
    return {
      chosen: baseline,
      why: `reactive: floors by the hour were ahead where they were tuned, and came to ${figures} in the weeks after`,
    };
  return { chosen: byTheHour, why: `floors by the hour came to ${figures}, in weeks that no setting has seen` };
}

/** Where minutes in violation have a price: the policy that costs less where it is scored. */
function byDollars(plan: PolicyFigures, hpa: PolicyFigures, price: ViolationPrice): Verdict {
  const [planUsd, hpaUsd] = [costOf(plan, price), costOf(hpa, price)];
  if (planUsd >= hpaUsd)
    return {
      chosen: baseline,
      why: `reactive: floors by the hour cost less where they were tuned, and came to ${costText(plan, price)} in the weeks after`,
    };
  return {
    chosen: byTheHour,
    why: `floors by the hour came to ${costText(plan, price)}, ${(100 * (1 - planUsd / hpaUsd)).toFixed(1)} % less than the tuned HPA, in weeks that no setting has seen`,
  };
}

/** What the plan makes of a verdict under the terms of a config. */
function whatFollows(replay: FreshReplay | ReplayPlan, chosen: CarriedPolicy, terms: ScalingTerms): Omit<PolicyDecision, keyof Verdict> {
  const allowed = allowedPolicy(chosen, terms);
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
  if (!terms.states.replay && !terms.states.violationPrice && timesPlain > mostTimesPlain)
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
  return { ...base, effect: 'tuned', unused: null, inForce: { policy: allowed, strategy, settings: replay.settings[allowed] } };
}

/** Manifests carry one floor, as a workload does that is scaled reactively or has no forecast; floors by the hour may be asked for by name. */
function allowedPolicy(chosen: CarriedPolicy, { owner, scaling, withheld }: ScalingTerms): CarriedPolicy {
  if (withheld || !floorOwners[owner].movesByHour || scaling === 'reactive') return carriedAs('reactive');
  return scaling === 'horizontal' ? carriedAs('horizontal') : chosen;
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

import type { CapacityConfig } from '../config/schema';
import { formatFigure } from '../history/figure';
import { formatDuration, parseTime, WEEK_MS } from '../units';
import { percent } from './reasons';
import type { AutoscalerSettings, ReplayPlan, RunnablePolicy, ScaleDown } from './replay-types';
import type { Reason } from './types';
import { isBlind, ownerOf } from './workload-demand';

/** Why a workload is not replayed, before anything is read; `null`: it is. */
export function notReplayed(config: CapacityConfig, name: string): string | null {
  const workload = config.workloads[name];
  if (workload.kind !== 'inference') return 'only inference is replayed, whose replicas follow a load';
  if (workload.replay === 'off') return 'the config says so';
  if (isBlind(workload)) return 'no metric lets an autoscaler follow its load';
  const { owner, provider } = config.pools[workload.pool];
  if (owner === 'terraform' || provider === 'none') return 'the nodes of its pool are there all the time, whoever needs them';
  return null;
}

/** What became of the replay of a workload. */
export type Replayed = {
  readonly replay: ReplayPlan | null;
  /** Why there is none; `null` where nobody asked. */
  readonly none: string | null;
  /** It is that of the previous plan, and there is no forecast to lay floors by. */
  readonly withheld?: true;
};

export const notAsked: Replayed = { replay: null, none: null };

/** What of a replay the plan is made by. */
export type InForce = { readonly policy: RunnablePolicy; readonly settings: AutoscalerSettings };

/**
 * The policy that the plan is made by, with the settings it was replayed with: the chosen one, or the one that owner and `scaling` allow.
 * None where the verdict is only advice: the config says so, or states the target, or names another way of scaling. Settings that were
 * tuned on too little, or that cost far more than a plain autoscaler where nobody asked for it, are not used.
 *
 * @param statedTarget at which replicas run without a replay
 */
export function replayInForce(config: CapacityConfig, name: string, replayed: Replayed, statedTarget?: number): InForce | null {
  const workload = config.workloads[name];
  if (replayed.replay === null || workload.kind !== 'inference') return null;
  const standing = standingOf(config, name, replayed.replay, replayed.withheld);
  if (standing.effect === 'tuned') return { policy: standing.policy, settings: replayed.replay.settings[standing.policy] };
  // Floors by the hour give way to one floor all the same, where the replay trusts no forecast.
  if (standing.effect === 'thin' && standing.policy === 'hpa-tuned' && ownerOf(workload) !== 'manifests')
    return { policy: standing.policy, settings: untuned(statedTarget ?? workload.target) };
  return null;
}

/** What a replay does to a plan, and by which policy: that which owner and `scaling` allow, whatever was chosen. */
type Standing =
  { readonly effect: 'advice'; readonly because: string } | { readonly effect: 'dear' | 'thin' | 'tuned'; readonly policy: RunnablePolicy };

function standingOf(config: CapacityConfig, name: string, replay: ReplayPlan, withheld?: true): Standing {
  const because = adviceBecause(config, name);
  if (because !== null) return { effect: 'advice', because };
  const workload = config.workloads[name];
  const scaling = workload.kind === 'inference' ? workload.scaling : 'auto';
  const policy =
    withheld || ownerOf(workload) === 'manifests' || scaling === 'reactive'
      ? 'hpa-tuned'
      : scaling === 'horizontal'
        ? 'plan'
        : replay.chosen;
  return { effect: isTooDear(config, name, replay, policy) ? 'dear' : isThin(replay) ? 'thin' : 'tuned', policy };
}

/** GPU-hours by those of a plain autoscaler: what is more is a choice between money and minutes in violation, and not ours. */
const mostTimesPlain = 1.25;

function isTooDear(config: CapacityConfig, name: string, replay: ReplayPlan, policy: RunnablePolicy): boolean {
  return config.assumed.includes(`workloads.${name}.replay`) && timesPlain(replay, policy) > mostTimesPlain;
}

function timesPlain({ policies }: ReplayPlan, policy: RunnablePolicy): number {
  const of = (wanted: string) => policies.find(({ name }) => name === wanted)?.gpuHours ?? NaN;
  return of(policy) / of('hpa');
}

/** Settings that were tuned on less may be luck. */
const fewestTunedMs = WEEK_MS;

function isThin({ tuned }: ReplayPlan): boolean {
  return (parseTime(tuned.to) ?? 0) - (parseTime(tuned.from) ?? 0) < fewestTunedMs;
}

/** Kubernetes' own, where nothing was tuned. */
export const usualScaleDown: ScaleDown = { windowSeconds: 300, type: 'percent', value: 100, periodSeconds: 15 };

/** One floor, by the strategy of the workload, and the autoscaler as it is without a replay. */
function untuned(target: number): AutoscalerSettings {
  return { target, headroom: null, floor: null, scaleDown: usualScaleDown };
}

/** Why a verdict stays without effect; `null`: the plan is made by it. */
function adviceBecause(config: CapacityConfig, name: string): string | null {
  const workload = config.workloads[name];
  if (workload.kind !== 'inference' || workload.replay === 'off') return 'replay is off';
  if (workload.replay === 'advise') return "replay: 'advise' in the config";
  if (!config.assumed.includes(`workloads.${name}.target`)) return 'the config states the target';
  if (workload.scaling === 'vertical' || workload.scaling === 'hybrid') return `scaling: '${workload.scaling}' in the config`;
  return null;
}

/** The chain's links about a replay. */
export function replayReasons(config: CapacityConfig, name: string, replayed: Replayed): Reason[] {
  const { replay, none } = replayed;
  if (replay === null)
    return none === null || config.workloads[name].kind !== 'inference' ? [] : [{ code: 'replay/none', text: `not replayed: ${none}` }];
  const standing = standingOf(config, name, replay, replayed.withheld);
  const { scored, policies, chosen, why } = replay;
  return [
    {
      code: 'replay/figures',
      text: `replayed ${scored.from} to ${scored.to}: ${policies.map(policyText).join('; ')}; perfect knowledge ${formatFigure(replay.lowerBoundGpuHours)} GPU-hours`,
    },
    { code: 'replay/verdict', text: `${chosen}: ${why}${verdictTail(standing, chosen, replayed.withheld)}` },
    ...effectReasons(replay, standing),
  ];
}

function verdictTail(standing: Standing, chosen: RunnablePolicy, withheld = false): string {
  if (standing.effect === 'advice') return `. This is advice: ${standing.because}`;
  if (standing.policy === chosen) return '';
  return withheld ? `; without a forecast ${standing.policy} holds` : `; owner or scaling in the config allow ${standing.policy} only`;
}

/** What follows for the plan. */
function effectReasons(replay: ReplayPlan, standing: Standing): Reason[] {
  switch (standing.effect) {
    case 'advice':
      return [];
    case 'dear': {
      const times = formatFigure(timesPlain(replay, standing.policy));
      const text = `${standing.policy} is not acted on: it takes ${times} times the GPU-hours of a plain autoscaler to be in violation for less; replay: 'act' in the config asks for it`;
      return [{ code: 'replay/dear', text }];
    }
    case 'thin':
      return [{ code: 'replay/thin', text: `its settings are not used: they were tuned on less than ${formatDuration(fewestTunedMs)}` }];
    case 'tuned':
      return [{ code: 'replay/settings', text: settingsText({ policy: standing.policy, settings: replay.settings[standing.policy] }) }];
  }
}

const policyText = ({ name, gpuHours, violationMinutesPercent }: ReplayPlan['policies'][number]): string =>
  `${name} ${formatFigure(gpuHours)} GPU-hours with ${formatFigure(violationMinutesPercent)} % of the minutes in violation`;

function settingsText({ policy, settings }: InForce): string {
  const { target, headroom, floor, scaleDown } = settings;
  const down = `down by ${scaleDown.value}${scaleDown.type === 'percent' ? ' %' : ' pods'} in ${scaleDown.periodSeconds} s after ${scaleDown.windowSeconds} s`;
  const floors =
    policy === 'hpa-tuned'
      ? `one floor of ${floor}`
      : `floors such that a replica carries ${percent(headroom ?? target)} of its throughput at the protected load`;
  return `the autoscaler aims at ${percent(target)}, ${down}; ${floors}: as tuned in the replay`;
}

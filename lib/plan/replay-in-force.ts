import { floorOwners, followsLoad, poolOwnerOf, poolOwners } from '../config/kinds';
import type { CapacityConfig } from '../config/schema';
import { parseTime, WEEK_MS } from '../units';
import type { AutoscalerSettings, ReplayPlan, RunnablePolicy, ScaleDown } from './types';
import { isBlind, ownerOf } from './workload-facts';

/** Why a workload is not replayed, before anything is read; `null`: it is. */
export function notReplayed(config: CapacityConfig, name: string): string | null {
  const workload = config.workloads[name];
  if (!followsLoad(workload)) return 'only inference is replayed, whose replicas follow a load';
  if (workload.replay === 'off') return 'the config says so';
  if (isBlind(workload)) return 'no metric lets an autoscaler follow its load';
  const { isFixed, hasSchedule } = poolOwners[poolOwnerOf(config.pools[workload.pool])];
  if (isFixed) return 'the nodes of its pool are there all the time, whoever needs them';
  if (hasSchedule) return 'the nodes of its pool come and go by the schedule, whoever needs them';
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
  if (replayed.replay === null || !followsLoad(workload)) return null;
  const standing = standingOf(config, name, replayed.replay, replayed.withheld);
  if (standing.effect === 'tuned') return { policy: standing.policy, settings: replayed.replay.settings[standing.policy] };
  // Floors by the hour give way to one floor all the same, where the replay trusts no forecast.
  if (standing.effect === 'thin' && standing.policy === 'hpa-tuned' && floorOwners[ownerOf(workload)].movesByHour)
    return { policy: standing.policy, settings: untuned(statedTarget ?? workload.target) };
  return null;
}

/** What a replay does to a plan, and by which policy: that which owner and `scaling` allow, whatever was chosen. */
export type Standing =
  { readonly effect: 'advice'; readonly because: string } | { readonly effect: 'dear' | 'thin' | 'tuned'; readonly policy: RunnablePolicy };

export function standingOf(config: CapacityConfig, name: string, replay: ReplayPlan, withheld?: true): Standing {
  const because = adviceBecause(config, name);
  if (because !== null) return { effect: 'advice', because };
  const workload = config.workloads[name];
  const scaling = followsLoad(workload) ? workload.scaling : 'auto';
  const policy =
    withheld || !floorOwners[ownerOf(workload)].movesByHour || scaling === 'reactive'
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

export function timesPlain({ policies }: ReplayPlan, policy: RunnablePolicy): number {
  const of = (wanted: string) => policies.find(({ name }) => name === wanted)?.gpuHours ?? NaN;
  return of(policy) / of('hpa');
}

/** Settings that were tuned on less may be luck. */
export const fewestTunedMs = WEEK_MS;

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
  if (!followsLoad(workload) || workload.replay === 'off') return 'replay is off';
  if (workload.replay === 'advise') return "replay: 'advise' in the config";
  if (!config.assumed.includes(`workloads.${name}.target`)) return 'the config states the target';
  if (workload.scaling === 'vertical' || workload.scaling === 'hybrid') return `scaling: '${workload.scaling}' in the config`;
  return null;
}

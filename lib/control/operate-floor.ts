import { type CapacityPlan, floorsOf, overridesAt, spanOf, stepAt } from '../plan/file';
import { explainedFloor, type LiveTerm, type LoadSamples, livePlanOf } from '../plan/live-floor';
import { formatTime, MINUTE_MS, timeOf } from '../units';
import { extendLine, linearThreshold, noLine } from './linear-threshold';

/** By what `foresize operate` decides: as the plan says, or by the rule that foresize began with, to be compared with. */
export const operatePolicies = ['plan', 'linear-threshold'] as const;
export type OperatePolicy = (typeof operatePolicies)[number];

/** The floor of a workload at a moment, with what it comes from. */
export type OperateFloor = {
  /** `null`: nothing is asked for, and what is there stays. */
  readonly floor: number | null;
  readonly by: 'load' | 'schedule' | 'line' | 'nothing';
  readonly reason: string;
  /** In the unit of the plan; `null` where it is not known. */
  readonly load: number | null;
  readonly forecast: number | null;
  /** The load that a live floor provides for, and whether the load is above what it provided for a lead before; `null` of other floors. */
  readonly high: number | null;
  readonly missed: boolean | null;
  readonly terms: readonly LiveTerm[];
};

/**
 * Decides the floor of a workload of a plan as its owner would: by the load where the plan has learned a live floor and the load was read,
 * else by its floors by time. Nothing is decided for moments that the plan does not speak of.
 *
 * @param samples of its load, a minute apart; `null` where it cannot be asked minute by minute
 * @param at epoch ms
 * @param present replicas that there are at least; `null` where that is not known
 */
export function operateFloor(
  plan: CapacityPlan,
  name: string,
  {
    samples,
    at,
    policy,
    present,
  }: { readonly samples: LoadSamples | null; readonly at: number; readonly policy: OperatePolicy; readonly present: number | null },
): OperateFloor {
  const live = samples === null ? null : livePlanOf(plan, plan.workloads[name]);
  if (policy === 'linear-threshold') return byLine(plan, name, samples ?? [], at, present);
  if (live === null || samples === null) return bySchedule(plan, name, samples ?? [], at);
  const { decision, load, forecast, high, missed, terms } = explainedFloor(live, samples, at);
  return { floor: decision.floor, by: decision.by, reason: decision.reason, load, forecast, high, missed, terms };
}

const notLive = { high: null, missed: null, terms: [] };

function bySchedule(plan: CapacityPlan, name: string, samples: LoadSamples, at: number): OperateFloor {
  const workload = plan.workloads[name];
  const { start, end } = spanOf(plan);
  const common = { ...notLive, load: newestLoad(samples, at) };
  if (at < start || at >= end)
    return {
      ...common,
      floor: null,
      by: 'nothing',
      reason: at < start ? 'the plan has not begun' : 'the schedule is over',
      forecast: null,
    };
  const step = stepAt(floorsOf(workload), at);
  const raised = overridesAt(workload, at).flatMap(({ floor }) => floor ?? []);
  const floor = Math.min(workload.ceiling, Math.max(step.replicas, workload.floor, ...raised));
  const expired = at >= timeOf(plan.validUntil) ? 'the plan has expired: ' : '';
  return {
    ...common,
    floor,
    by: 'schedule',
    reason: raised.some((least) => least >= floor) ? `${expired}an override` : `${expired}by the schedule since ${step.from}`,
    forecast: workload.load.findLast(({ from }) => timeOf(from) <= at)?.protected ?? null,
  };
}

/** High replicas are the peak of the plan, low ones its floor. */
function byLine(plan: CapacityPlan, name: string, samples: LoadSamples, at: number, present: number | null): OperateFloor {
  const { floor: low, peak, ceiling } = plan.workloads[name];
  const seen = samples.filter(([time]) => time <= at);
  const current = newestLoad(samples, at);
  if (current === null) return { ...notLive, floor: null, by: 'nothing', reason: 'the load cannot be seen', load: null, forecast: null };
  const { predicted, asks } = linearThreshold(
    seen.reduce((line, [, value]) => extendLine(line, value), noLine),
    current,
  );
  const high = Math.min(peak, ceiling);
  const floor = asks === 'more' ? high : asks === 'fewer' ? low : Math.max(low, Math.min(ceiling, present ?? low));
  return {
    ...notLive,
    floor,
    by: 'line',
    reason: `the line through ${seen.length} minutes since ${formatTime(seen[0][0])} asks for ${asks}`,
    load: current,
    forecast: predicted,
  };
}

/** What was seen within ten minutes. */
function newestLoad(samples: LoadSamples, at: number): number | null {
  return samples.findLast(([time]) => time <= at && time > at - 10 * MINUTE_MS)?.[1] ?? null;
}

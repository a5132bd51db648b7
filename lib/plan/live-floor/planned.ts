import { parseDuration, timeOf } from '../../units';
import type { LiveFloor, LivePlan } from './live-floor';

type Step = { readonly from: string; readonly replicas: number };

/** What a plan says of a workload whose floor its rules decide. */
export type PlannedFloor = {
  readonly floor: number;
  readonly ceiling: number;
  readonly leadSeconds: number;
  readonly load: readonly { readonly from: string; readonly p50: number }[];
  readonly schedule: readonly Step[];
  readonly floorSchedule?: readonly Step[];
  readonly overrides?: readonly { readonly floor?: number; readonly from?: string; readonly until: string }[];
  readonly replay: { readonly live?: LiveFloor } | null;
};

/**
 * What the live floor of a workload goes by, from its plan.
 *
 * @returns `null` where the plan has learned nothing for one
 */
export function livePlanOf(
  { validUntil, period, horizon }: { readonly validUntil: string; readonly period: string; readonly horizon: string },
  workload: PlannedFloor,
): LivePlan | null {
  const { floor, ceiling, leadSeconds, load, replay, overrides = [] } = workload;
  const live = replay?.live;
  const [periodMs, horizonMs] = [parseDuration(period), parseDuration(horizon)];
  if (live === undefined || load.length === 0 || periodMs === undefined || horizonMs === undefined) return null;
  const schedule = workload.floorSchedule ?? workload.schedule;
  const start = timeOf(load[0].from);
  const least = Math.max(floor, Math.min(live.least, ceiling));
  return {
    live: { ...live, least, most: Math.max(least, Math.min(live.most, ceiling)) },
    floor,
    ceiling,
    raised: overrides.flatMap(({ floor: least, from, until }) =>
      least === undefined
        ? []
        : [{ from: from === undefined ? start : timeOf(from) - 1_000 * leadSeconds, to: timeOf(until), floor: Math.min(least, ceiling) }],
    ),
    course: { start: start + periodMs / 2, periodMs, values: load.map(({ p50 }) => p50 / live.loadPerReplica) },
    schedule: { steps: schedule.map(({ from, replicas }) => ({ from: timeOf(from), replicas })), end: start + horizonMs },
    validUntil: timeOf(validUntil),
  };
}

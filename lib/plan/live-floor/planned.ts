import { MINUTE_MS, parseDuration, timeOf } from '../../units';
import { type LiveSchedule, numbersMinutes } from './course';
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
  const steps = schedule.map(({ from, replicas }) => ({ from: timeOf(from), replicas }));
  const start = timeOf(load[0].from);
  // Once the plan has expired nothing goes by its course.
  const looked = Math.ceil((timeOf(validUntil) + live.holdMinutes * MINUTE_MS - start) / periodMs) + 1;
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
    course: { start: start + periodMs / 2, periodMs, values: load.slice(0, looked).map(({ p50 }) => p50 / live.loadPerReplica) },
    schedule: { steps: inTime(steps, MINUTE_MS * numbersMinutes({ periodMs })), end: start + horizonMs },
    validUntil: timeOf(validUntil),
  };
}

/** Rises are so much earlier: rules look at a schedule that seldom. */
function inTime(steps: LiveSchedule['steps'], early: number): LiveSchedule['steps'] {
  const moments = [...new Set(steps.flatMap(({ from }) => [from - early, from]))].sort((a, b) => a - b);
  const earlier = moments.map((from) => {
    const already = steps.findLast((step) => step.from <= from)?.replicas ?? 0;
    const soon = steps.filter((step) => from < step.from && step.from <= from + early);
    return { from, replicas: soon.reduce((most, { replicas }) => Math.max(most, replicas), already) };
  });
  return earlier.filter(({ replicas }, i) => replicas !== earlier[i - 1]?.replicas);
}

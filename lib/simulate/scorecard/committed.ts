import type { Offering } from '../../catalog';
import { spanOf, stepAt } from '../../plan/file';
import { orderableOfferings, roomFor } from '../../plan/supply';
import { HOUR_MS, timeOf } from '../../units';
import type { PlanInForce, ScoredSpan } from './score';

/** What the plans that were committed had for a workload that is not replayed. */
export type Committed = {
  /** Of the span, those that a committed plan speaks of. */
  readonly hours: number;
  /** Replicas or workers that nodes were there for, added up. */
  readonly replicaHours: number;
  /** The same on the nodes of its pool that hold one cheapest. */
  readonly usd: number;
};

/**
 * Adds up the replicas of a workload in the plans that were committed, each while it was the committed one and within its horizon. What
 * follows no load of requests has no replay: its number is the plan's, as that of a job in its windows, or the plan's at least.
 *
 * @param plans those that hold the workload, in the order in which they were committed
 * @param offerings of its pool, those that it may use
 * @returns `null` where no plan speaks of any of the span, or no node holds a replica
 */
export function committedIn(
  name: string,
  plans: readonly PlanInForce[],
  span: ScoredSpan,
  offerings: readonly Offering[],
): Committed | null {
  let [hours, replicaHours] = [0, 0];
  for (const { from, to, plan } of plans) {
    const { schedule } = plan.workloads[name];
    const { start, end } = spanOf(plan);
    const [begin, until] = [Math.max(from, start, span.from), Math.min(to, end, span.to)];
    if (schedule.length === 0 || begin >= until) continue;
    const times = [begin, ...schedule.map((step) => timeOf(step.from)).filter((at) => at > begin && at < until), until];
    hours += (until - begin) / HOUR_MS;
    for (let index = 0; index + 1 < times.length; index += 1)
      replicaHours += (stepAt(schedule, times[index]).replicas * (times[index + 1] - times[index])) / HOUR_MS;
  }
  if (hours === 0) return null;
  const { resources } = plans[plans.length - 1].plan.workloads[name];
  const prices = orderableOfferings(offerings, resources).flatMap((offering) => {
    const room = roomFor(resources, offering);
    return room > 0 ? [offering.usdPerHour / room] : [];
  });
  return prices.length === 0 ? null : { hours, replicaHours, usd: replicaHours * Math.min(...prices) };
}

import type { TrainingConfig } from '../../config';
import { queueWorkers, type StepFunction } from '../../demand';
import { ProblemError } from '../../problems';
import { floorReason, queueReason } from '../explain';
import { leadMsOf } from '../workload-facts';
import type { Reason } from '../file';
import type { DemandInput } from './demand-types';
import { tooShort } from '../supply';

/**
 * Trainers of a queue with a deadline: as many, all the time, as do each item within that time of its arrival. The queue carries hours
 * that bring more than they can do.
 *
 * @param arrivals items a second, protected, by period
 * @param aim items a second that one trainer should do
 * @returns `null` where no deadline is stated
 * @throws ProblemError `demand/deadline`
 */
export function queueOf(
  { config, name }: DemandInput,
  workload: TrainingConfig,
  arrivals: StepFunction,
  aim: number,
): (StepFunction & { readonly reasons: readonly Reason[] }) | null {
  const { deadline, backlog = 0, floor = 1 } = workload;
  if (deadline === undefined || !('after' in deadline)) return null;
  const leadMs = leadMsOf(config, workload);
  const needed = queueWorkers({
    arrivals,
    backlog,
    throughputPerWorker: aim,
    deadlineSeconds: deadline.after / 1_000,
    startSeconds: leadMs / 1_000,
  });
  if (needed === null) throw new ProblemError(tooShort(name, leadMs, deadline.after));
  const value = Math.max(floor, needed.workers);
  const waitsFromStart = backlog > 0 && needed.binds.from === arrivals.steps[0].from;
  return {
    steps: [{ from: arrivals.steps[0].from, value }],
    end: arrivals.end,
    reasons: [
      queueReason({
        workers: needed.workers,
        deadlineMs: deadline.after,
        waiting: waitsFromStart ? backlog : null,
        binds: needed.binds,
      }),
      ...(value > needed.workers ? [floorReason(floor)] : []),
    ],
  };
}

import type { TrainingConfig } from '../../config/schema';
import { queueWorkers } from '../../demand/queue-workers';
import type { StepFunction } from '../../demand/steps';
import { formatFigure, plural } from '../../figures';
import { ProblemError } from '../../problems';
import { formatDuration, formatTime } from '../../units';
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
  const found = queueWorkers({
    arrivals,
    backlog,
    throughputPerWorker: aim,
    deadlineSeconds: deadline.after / 1_000,
    startSeconds: leadMs / 1_000,
  });
  if (found === null) throw new ProblemError(tooShort(name, leadMs, deadline.after));
  const value = Math.max(floor, found.workers);
  const { from, to } = found.binds;
  const waits = backlog > 0 && from === arrivals.steps[0].from ? `the ${formatFigure(backlog)} that wait now` : null;
  const arrives = to > from ? `what arrives from ${formatTime(from)} to ${formatTime(to)}` : null;
  return {
    steps: [{ from: arrivals.steps[0].from, value }],
    end: arrivals.end,
    reasons: [
      {
        code: 'demand/queue',
        text: `${plural(found.workers, 'trainer')}, all the time, ${found.workers === 1 ? 'does' : 'do'} each item within ${formatDuration(deadline.after)} of its arrival; most are asked for by ${[waits, arrives].filter((part) => part !== null).join(' and ')}`,
      },
      ...(value > found.workers ? [{ code: 'schedule/floor' as const, text: `never below the config's floor of ${floor}` }] : []),
    ],
  };
}

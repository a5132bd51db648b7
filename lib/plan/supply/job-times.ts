import type { TrainingConfig } from '../../config';
import { ProblemError } from '../../problems';
import { formatTime } from '../../units';

export type JobTimes = {
  /** From when a job may run, ms from the start of the plan; `null` of a moment while that start is not known. */
  readonly earliestMs: number | null;
  /** ms from then on that there are for it; `null` likewise, and where no deadline is stated. */
  readonly deadlineMs: number | null;
};

/**
 * From when a job may run and how long there is for it: a duration as its deadline counts from its earliest start, a moment is a moment.
 *
 * @param startMs start of the plan, epoch ms; `null` while it is not known
 * @throws ProblemError `demand/deadline-past`
 */
export function jobTimes(name: string, workload: TrainingConfig, startMs: number | null): JobTimes {
  const earliestMs = earliestOf(workload, startMs);
  return { earliestMs, deadlineMs: deadlineOf(name, workload, startMs, earliestMs ?? 0) };
}

/** Until when a job must be done, epoch ms; `null` without a deadline. @param since start of the first plan that had it, epoch ms */
export function deadlineAt({ earliest = { after: 0 }, deadline }: TrainingConfig, since: number): number | null {
  if (deadline === undefined) return null;
  if ('at' in deadline) return deadline.at;
  return deadline.after + ('after' in earliest ? since + earliest.after : Math.max(since, earliest.at));
}

/** 0 of a moment that is past. */
function earliestOf({ earliest = { after: 0 } }: TrainingConfig, startMs: number | null): number | null {
  if ('after' in earliest) return earliest.after;
  return startMs === null ? null : Math.max(0, earliest.at - startMs);
}

function deadlineOf(name: string, { deadline }: TrainingConfig, startMs: number | null, earliestMs: number): number | null {
  if (deadline === undefined) return null;
  if ('after' in deadline) return deadline.after;
  if (startMs === null) return null;
  if (deadline.at > startMs + earliestMs) return deadline.at - startMs - earliestMs;
  throw new ProblemError({
    code: 'demand/deadline-past',
    path: `workloads.${name}.deadline`,
    message:
      deadline.at > startMs
        ? `is not after ${formatTime(startMs + earliestMs)}, from when it may run`
        : `is in the past: the plan begins at ${formatTime(startMs)}`,
    received: formatTime(deadline.at),
    hint: "give a later one, or a duration such as '24h', which counts from the start of the plan",
  });
}

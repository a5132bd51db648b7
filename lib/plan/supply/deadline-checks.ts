import type { TrainingConfig } from '../../config';
import { formatSeconds, plural } from '../../figures';
import { ProblemError, type Problem } from '../../problems';
import { formatDuration, SECOND_MS } from '../../units';

/** @throws ProblemError `demand/deadline` where a queue's deadline is over before a trainer can start */
export function checkQueueDeadline(name: string, workload: TrainingConfig, leadMs: number): void {
  const { deadline } = workload;
  if (deadline !== undefined && 'after' in deadline && deadline.after <= leadMs)
    throw new ProblemError(tooShort(name, leadMs, deadline.after));
}

/** What refuses a deadline that is over before a trainer can start. */
export function tooShort(name: string, leadMs: number, deadlineMs: number): Problem {
  return {
    code: 'demand/deadline',
    path: `workloads.${name}.deadline`,
    message: `is over before the first worker can start: boot and cold start take ${formatDuration(leadMs)}`,
    received: formatDuration(deadlineMs),
  };
}

/**
 * Work of a stated length has the workers that are stated, so that none are added for its deadline.
 *
 * @param seconds that it takes, without boot and cold start
 * @throws ProblemError `demand/deadline` where that is longer than there is
 */
export function checkStatedLength(name: string, seconds: number, leadMs: number, deadlineMs: number): void {
  if (seconds * SECOND_MS + leadMs <= deadlineMs * (1 + 1e-9)) return;
  throw new ProblemError({
    code: 'demand/deadline',
    path: `workloads.${name}.deadline`,
    message: `is too near: with boot and cold start the work takes ${formatSeconds(seconds + leadMs / SECOND_MS)}`,
    received: formatDuration(deadlineMs),
    hint: 'give a later one, or split the work among more workers and state what it takes then',
  });
}

/** @throws ProblemError `demand/ceiling` */
export function checkJobCeiling(name: string, ceiling: number | undefined, workers: number): void {
  if (ceiling === undefined || ceiling >= workers) return;
  throw new ProblemError({
    code: 'demand/ceiling',
    path: `workloads.${name}.ceiling`,
    message: 'is below what the deadline needs',
    expected: `at least ${plural(workers, 'worker')}`,
    received: `${ceiling}`,
    hint: 'raise it, or allow more time',
  });
}

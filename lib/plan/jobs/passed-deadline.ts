import { formatFigure, formatShort } from '../../figures';
import { ProblemError } from '../../problems';
import { formatTime, HOUR_MS, SECOND_MS } from '../../units';
import type { PlanGrid } from '../load';
import { unitOf } from './carried';
import type { DeferredJob } from './job-problem';

/**
 * Refuses work that is left when its deadline has passed.
 *
 * @throws ProblemError `schedule/deadline-passed`
 */
export function checkPassed({ name, workload, estimate, secondsLeft }: DeferredJob, { start }: PlanGrid): void {
  const { earliestMs, deadlineMs, runSeconds, work, workers } = estimate;
  if (secondsLeft === 0 || deadlineMs === null) return;
  const until = start + (earliestMs ?? 0) + deadlineMs;
  if (until > start) return;
  const left = (secondsLeft * work) / runSeconds.high;
  throw new ProblemError({
    code: 'schedule/deadline-passed',
    path: `workloads.${name}.deadline`,
    message: `passed at ${formatTime(until)}, and ${formatFigure(left)} of ${formatFigure(work)} ${unitOf(workload)} are left: ${formatShort((secondsLeft * SECOND_MS) / HOUR_MS)} h of ${workers} workers`,
    hint: "give a later one; where more was done than the plans counted, say so: done: { share: '100%', at: TIME }",
  });
}

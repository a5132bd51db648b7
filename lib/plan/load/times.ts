import { type CapacityConfig, isMeasuredByLoad } from '../../config';
import { type Problem, ProblemError } from '../../problems';
import { formatDuration, formatTime } from '../../units';
import type { HistoryProblems, Observations } from './observations';

/**
 * The moment a plan is made for and the end of what is known, epoch ms. Without `given` the moment is the end of the last observation,
 * so that a run on files can be repeated for ever; of a live source it is the end of what was asked, so that one that has fallen silent
 * is seen to be stale.
 *
 * @throws ProblemError `plan/no-time`, `history/future`
 */
export function planTimes(
  { workloads, period }: Pick<CapacityConfig, 'workloads' | 'period'>,
  observations: Observations,
  given: number | null,
): { asOf: number; dataThrough: number } {
  const origins = Object.entries(observations.signals).map(([key, { series }]) => [key, series.origin] as const);
  const givenStarts = Object.values(workloads).flatMap((workload) =>
    !isMeasuredByLoad(workload) && workload.forecast?.from !== undefined ? [workload.forecast.from] : [],
  );
  const last = Math.max(...origins.map(([, origin]) => origin.askedTo ?? origin.to), ...givenStarts);
  if (given === null && !Number.isFinite(last)) {
    throw new ProblemError({
      code: 'plan/no-time',
      path: 'config',
      message: 'has no history to take the time from',
      hint: 'give --as-of TIME, or forecast.from in the config',
    });
  }
  const asOf = given ?? last;
  const ahead = origins
    .filter(([, origin]) => origin.to > asOf + period)
    .map(([key, origin]): Problem => ({
      code: 'history/future',
      path: `workloads.${key} (${origin.text})`,
      message: `holds observations up to ${formatTime(origin.to)}, after --as-of ${formatTime(asOf)}`,
      hint: 'give a later --as-of, or a history that ends before it',
    }));
  if (ahead.length > 0) throw new ProblemError(ahead);
  return { asOf, dataThrough: origins.length > 0 ? Math.max(...origins.map(([, origin]) => origin.to)) : asOf };
}

/**
 * The histories that end more than `guardrails.maxDataAge` before the plan begins: by workload, one problem `history/stale` for each.
 *
 * @param asOf the moment the plan is made for, epoch ms
 */
export function staleHistories(
  { guardrails: { maxDataAge } }: Pick<CapacityConfig, 'guardrails'>,
  observations: Observations,
  asOf: number,
): HistoryProblems {
  const stale: Record<string, Problem[]> = {};
  for (const [key, { signal, series }] of Object.entries(observations.signals)) {
    const { to, text } = series.origin;
    if (asOf - to <= maxDataAge) continue;
    (stale[signal.workload] ??= []).push({
      code: 'history/stale',
      path: `workloads.${key} (${text})`,
      message: `ends at ${formatTime(to)}, ${formatDuration(asOf - to)} before the plan begins`,
      expected: `at most ${formatDuration(maxDataAge)} (guardrails.maxDataAge)`,
      hint: 'bring the history up to date, or plan as of its end with --as-of',
    });
  }
  return stale;
}

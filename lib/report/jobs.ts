import { formatAmount, formatSeconds, formatShort, round6 } from '../figures';
import type { JobsResult } from '../simulate';
import { textTable } from './table';

/** A replay of training jobs on several pools. */
export type JobsReport = {
  /** The title of the table, and the field `jobs` of the document. */
  readonly title: string;
  /** The number of jobs. */
  readonly jobs: number;
  /** The GPU-hours of all jobs if nothing interrupted them; the mean over all runs where runs differ. */
  readonly workGpuHours: number;
  readonly seed: number;
  /** How many times each pool was replayed with other random numbers. */
  readonly runs: number;
  readonly results: readonly JobsResult[];
  /** What was assumed and why, a sentence each. */
  readonly assumed: readonly string[];
};

/** The document that `foresize simulate --json` prints for jobs. */
export function jobsDocument({ title, jobs, workGpuHours, seed, runs, results, assumed }: JobsReport) {
  return {
    kind: 'jobs',
    jobs: title,
    count: jobs,
    workGpuHours: round6(workGpuHours),
    seed,
    runs,
    plans: results.map((result) => ({
      name: result.name,
      nodes: result.nodes,
      gpuHours: round6(result.gpuHours),
      usd: result.usd === null ? null : round6(result.usd),
      utilisation: round6(utilisationOf(result)),
      lostGpuHours: round6(result.lostGpuHours),
      overheadGpuHours: round6(result.overheadGpuHours),
      interruptions: round6(result.interruptions),
      waitSeconds: rounded(result.waitSeconds),
      makespanSeconds: rounded(result.makespanSeconds),
      deadlines: result.deadlines,
      missed: round6(result.missed),
      unfinished: round6(result.unfinished),
    })),
    assumed,
  };
}

/** The text that `foresize simulate` prints for jobs: assumptions, and a table with a row for each pool. */
export function jobsText({ title, jobs, workGpuHours, runs, results, assumed }: JobsReport): string {
  const hasPrice = results.some(({ usd }) => usd !== null);
  const hasLoss = results.some(({ interruptions }) => interruptions > 0);
  const hasDeadline = results.some(({ deadlines }) => deadlines > 0);
  const right = (name: string) => ({ title: name, align: 'right' as const });
  const columns = [
    { title: 'pool' },
    right('nodes'),
    right('GPU-hours'),
    ...(hasPrice ? [right('USD')] : []),
    right('used'),
    ...(hasLoss ? [right('lost GPU-hours'), right('interruptions')] : []),
    right('wait mean'),
    right('p95'),
    right('all done after'),
    right('p95'),
    ...(hasDeadline ? [right('deadlines missed')] : []),
  ];
  const rows = results.map((result) => [
    result.name,
    `${result.nodes}`,
    formatAmount(result.gpuHours),
    ...(hasPrice ? [result.usd === null ? 'n/a' : formatAmount(result.usd)] : []),
    `${(100 * utilisationOf(result)).toFixed(1)} %`,
    ...(hasLoss ? [formatShort(result.lostGpuHours), formatShort(result.interruptions)] : []),
    formatSeconds(result.waitSeconds.mean),
    formatSeconds(result.waitSeconds.p95),
    result.unfinished > 0 ? 'never' : formatSeconds(result.makespanSeconds.mean),
    result.unfinished > 0 ? 'never' : formatSeconds(result.makespanSeconds.p95),
    ...(hasDeadline ? [`${formatShort(result.missed)} of ${result.deadlines}`] : []),
  ]);
  return [
    `${title}: ${jobs === 1 ? '1 job' : `${formatAmount(jobs)} jobs`}, ${formatAmount(workGpuHours)} GPU-hours of work${runs > 1 ? `; where chance has a part, means of ${runs} runs` : ''}`,
    ...assumed,
    '',
    textTable(columns, rows),
  ].join('\n');
}

/** The share of the GPU-hours of the nodes that went into work that was not lost; 0 without nodes. */
function utilisationOf({ usefulGpuHours, gpuHours }: JobsResult): number {
  return gpuHours > 0 ? usefulGpuHours / gpuHours : 0;
}

function rounded({ mean, p95 }: JobsResult['waitSeconds']) {
  return { mean: round6(mean), p95: round6(p95) };
}

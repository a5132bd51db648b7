import type { ExcludedSpan, LoadSeries, SeriesQuality } from '../history';
import type { Problem } from '../problems';
import { formatTime } from '../units';

/** A series of a workload as it was read and repaired, with what was found in it. */
export type JudgedSeries = {
  /** `chat.load`. */
  readonly key: string;
  readonly series: LoadSeries;
  readonly quality: SeriesQuality;
  readonly excluded: readonly ExcludedSpan[];
};

/** A workload whose history was read: its series, and what reading them gave to say. */
export type JudgedWorkload = {
  readonly name: string;
  readonly series: readonly JudgedSeries[];
  readonly warnings: readonly Problem[];
  readonly notes: readonly Problem[];
};

/** Something found while reading or judging a history; without a place where it concerns the whole. */
export type HistoryFinding = {
  readonly code: string;
  /** `look`: someone should look at it. `note`: good to know. */
  readonly severity: 'look' | 'note';
  /** `workloads.chat.load`, with the file where it was found while reading it. */
  readonly path: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Intervals concerned. */
  readonly count: number | null;
  readonly message: string;
  /** What it means, or what to do. */
  readonly consequence: string | null;
};

/** All findings of a workload: first those of reading, then those of each series. */
export function findingsOf({ series, warnings, notes }: JudgedWorkload): HistoryFinding[] {
  return [
    ...warnings.map((problem) => ofReading(problem, 'look')),
    ...notes.map((problem) => ofReading(problem, 'note')),
    ...series.flatMap(({ key, quality }) =>
      quality.findings.map(({ code, severity, from, to, count, message, consequence }) => ({
        code,
        severity,
        path: `workloads.${key}`,
        from: formatTime(from),
        to: formatTime(to),
        count,
        message,
        consequence,
      })),
    ),
  ];
}

function ofReading({ code, path, message, hint }: Problem, severity: 'look' | 'note'): HistoryFinding {
  return { code, severity, path, from: null, to: null, count: null, message, consequence: hint ?? null };
}

import type { ExcludedSpan, LoadSeries, SeriesQuality } from '../history';
import type { Problem } from '../problems';
import { formatTime } from '../units';

/** A series of a workload after reading and repair, with the result of its quality check. */
export type JudgedSeries = {
  /** The workload and the signal: `chat.load`. */
  readonly key: string;
  readonly series: LoadSeries;
  readonly quality: SeriesQuality;
  readonly excluded: readonly ExcludedSpan[];
};

/** A workload with its series, and the warnings and notes about reading them. */
export type JudgedWorkload = {
  readonly name: string;
  readonly series: readonly JudgedSeries[];
  readonly warnings: readonly Problem[];
  readonly notes: readonly Problem[];
};

/** A finding about a history, from reading it or from its quality check. */
export type HistoryFinding = {
  readonly code: string;
  /** `look`: someone should look at it. `note`: good to know. */
  readonly severity: 'look' | 'note';
  /** The place in the config, such as `workloads.chat.load`; a finding from reading also names the file or the server. */
  readonly path: string;
  /** The time that the finding is about, ISO 8601 UTC; `null` for a finding from reading. */
  readonly from: string | null;
  readonly to: string | null;
  /** How many intervals the finding is about; `null` for a finding from reading. */
  readonly count: number | null;
  readonly message: string;
  /** What the finding means for the forecast, or what to do; `null` where there is nothing to say. */
  readonly consequence: string | null;
};

/** All findings of a workload: first those from reading, then those of each series. */
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

import type { SourceConfig } from '../config';
import { type Problem, ProblemError } from '../problems';
import type { LoadUnit } from '../units';

export type SeriesKind = 'rate' | 'level' | 'count' | 'counter';

/**
 * Load on a regular grid. `values[i]` belongs to [start + i x interval, start + (i + 1) x interval); a missing interval is NaN,
 * never zero.
 *
 * By kind: the time-weighted mean of a `rate` (per second) or `level`, the sum of a `count`, the increase of a `counter`
 * (then held as a `count`).
 */
export type LoadSeries = {
  /** Epoch milliseconds, a whole multiple of the interval. */
  readonly start: number;
  readonly intervalMs: number;
  readonly values: Float64Array;
  /** Share of each interval that was observed, 0..1; below 1 at the edges and around gaps. */
  readonly observed: Float64Array;
  readonly kind: Exclude<SeriesKind, 'counter'>;
  readonly unit: LoadUnit | null;
  readonly origin: SeriesOrigin;
};

export type SeriesOrigin = {
  /** `csv history/chat.csv`, relative to the config. */
  readonly text: string;
  /** Of the observations read, independent of their order in the file. */
  readonly digest: string;
  /** Observations, without missing ones. */
  readonly observations: number;
  /** Start of the first and end of the last observation, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Of a live source: the end of what it was asked for, epoch milliseconds; what is missing before it was not there. */
  readonly askedTo?: number;
  /** Usual spacing of the observations, ms. */
  readonly spacingMs: number;
  /** Time observed before the first and after the last whole interval, ms: left out of the grid, not extrapolated. */
  readonly leftOut?: { readonly beforeMs: number; readonly afterMs: number };
  /** What was mended, by named rule, with count: `sorted 12 rows out of order`. */
  readonly repairs: readonly string[];
};

/** What to read: a source and the grid it is wanted on. */
export type HistoryRequest<Source extends SourceConfig = SourceConfig> = {
  readonly source: Source;
  /** When the source does not say: `rate` for load, `level` for utilisation. */
  readonly defaultKind: 'rate' | 'level';
  readonly intervalMs: number;
  /** Where it stands in the config, for messages: `workloads.chat.load`. */
  readonly path: string;
  /** What becomes of moments with unequal values. @default the larger counts, and it is reported */
  readonly unequalDuplicates?: 'larger' | 'refuse';
  /**
   * Whether the load is also wanted as finely as it was observed: from the same pass over the observations and, of a live source whose
   * observations are coarse, from a second one of its last weeks. @default false
   */
  readonly finest?: boolean;
};

export type HistoryReading = {
  readonly series: LoadSeries;
  /** What is worth a look and does not prevent use. */
  readonly warnings: readonly Problem[];
  /** What is good to know and needs no look: how times were read, equal duplicates, missing values. */
  readonly notes?: readonly Problem[];
  /**
   * The same observations on the grid of their spacing (`gridOfSpacing`), where the request asks for it and that grid is finer than the
   * requested one; or why there is none on it.
   */
  readonly finest?: LoadSeries | { readonly problems: readonly Problem[] };
  /** The last weeks as the source recorded them more finely than it was asked for all of the range, where the request asks for `finest`. */
  readonly finer?: LoadSeries;
};

/** A reading, or why there is none: the source cannot be read, or its content cannot be trusted. */
export type HistoryOutcome = HistoryReading | { readonly problems: readonly Problem[] };

/** A door to recorded load. Implemented in `lib/adapters/`. One outcome for each request, in their order. */
export type HistoryReader = (requests: readonly HistoryRequest[]) => Promise<readonly HistoryOutcome[]>;

/**
 * The reading of an outcome.
 *
 * @throws ProblemError when there is none
 */
export function readingOf(outcome: HistoryOutcome): HistoryReading {
  if ('problems' in outcome) throw new ProblemError(outcome.problems);
  return outcome;
}

import type { SourceConfig } from '../config/schema';
import type { Problem } from '../problems';
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
  /** Usual spacing of the observations, ms. */
  readonly spacingMs: number;
  /** What was mended, by named rule, with count: `sorted 12 rows out of order`. */
  readonly repairs: readonly string[];
};

/** What to read: a source and the grid it is wanted on. */
export type HistoryRequest = {
  readonly source: SourceConfig;
  /** When the config does not say: `rate` for load, `level` for utilisation. */
  readonly defaultKind: SeriesKind;
  readonly intervalMs: number;
  /** Where it stands in the config, for messages: `workloads.chat.load`. */
  readonly path: string;
};

export type HistoryReading = {
  readonly series: LoadSeries;
  /** What is worth a look and does not prevent use. */
  readonly warnings: readonly Problem[];
  /** What is good to know and needs no look: how times were read, equal duplicates, missing values. */
  readonly notes?: readonly Problem[];
};

/**
 * A door to recorded load. Implemented in `lib/adapters/`.
 *
 * @throws ProblemError when a source cannot be read or its content cannot be trusted
 */
export type HistoryReader = (requests: readonly HistoryRequest[]) => Promise<readonly HistoryReading[]>;

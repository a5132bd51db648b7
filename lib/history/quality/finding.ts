export type FindingCode =
  | 'history/missing'
  | 'history/longest-gap'
  | 'history/partly-observed'
  | 'history/filled'
  | 'history/all-zero'
  | 'history/flat-line'
  | 'history/impossible-values'
  | 'history/likely-ratio'
  | 'history/likely-counter'
  | 'history/level-shift'
  | 'history/outliers'
  | 'history/cut-off'
  | 'history/completed'
  | 'history/recurring'
  | 'history/calendar'
  | 'history/partial-end'
  | 'history/seasonality'
  | 'history/stale'
  | 'history/future';

/** Something of a series that is worth knowing. `[from, to)` is where, epoch ms. */
export type QualityFinding = {
  readonly code: FindingCode;
  /** `look`: someone should look at it. `note`: good to know. */
  readonly severity: 'look' | 'note';
  readonly from: number;
  readonly to: number;
  /** Intervals concerned. */
  readonly count: number;
  readonly message: string;
  /** What it means for a forecast, or what to do. */
  readonly consequence: string;
};

import { MINUTE_MS, WEEK_MS } from '../units';

/** A series to forecast: NaN is missing, the first value is not. */
export type Series = { readonly start: number; readonly intervalMs: number; readonly values: Float64Array };

/**
 * Values that a model trains on at most: the last six weeks, of fine intervals at most 4,032 values, yet always two weeks down to
 * an interval of a minute, and never fewer than 182 values, half a year of days.
 */
export function longestTraining(intervalMs: number): number {
  const weeks = WEEK_MS / Math.max(intervalMs, MINUTE_MS);
  return Math.max(182, Math.ceil(Math.max(2 * weeks, Math.min(6 * weeks, 4_032))));
}

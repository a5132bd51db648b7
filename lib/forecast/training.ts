import { MINUTE_MS, WEEK_MS } from '../units';
import { fillGaps } from './gaps';

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

/** What is known at `origin`: a complete series of the values before it, and of nothing else. */
export function trainingAt({ start, intervalMs, values }: Series, origin: number): Series {
  const from = Math.max(0, origin - longestTraining(intervalMs));
  const known = values.slice(from, origin);
  if (known.every(Number.isNaN)) known[0] = values.subarray(0, from).findLast((value) => !Number.isNaN(value)) ?? NaN;
  return { start: start + from * intervalMs, intervalMs, values: fillGaps(known, intervalMs) };
}

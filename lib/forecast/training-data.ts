import { DAY_MS, MINUTE_MS, WEEK_MS } from '../units';

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

/** A repetition that load follows: the day and the week. */
export type Season = {
  readonly ms: number;
  /** Whole steps in it, >= 2. */
  readonly steps: number;
};

/**
 * The day and the week in steps of the interval, shortest first. A season that is no whole number of steps is rounded when that
 * moves it by at most one percent (7 min: 205.7 steps a day become 206) and is left out otherwise (5 h: 4.8 steps).
 */
export function seasonsOf(intervalMs: number): readonly Season[] {
  return [DAY_MS, WEEK_MS].flatMap((ms) => {
    const steps = Math.round(ms / intervalMs);
    return steps >= 2 && Math.abs(steps * intervalMs - ms) <= 0.01 * ms ? [{ ms, steps }] : [];
  });
}

/** Those of which `length` values hold at least two. */
export function seasonsWithin(length: number, intervalMs: number): readonly Season[] {
  return seasonsOf(intervalMs).filter(({ steps }) => length >= 2 * steps);
}

/**
 * A complete series to train on, from one with gaps (NaN) whose first value is there. Each missing value is filled from what came
 * before it alone, so that the series filled up to any place is the same whatever comes after it: a fit at that place cannot see
 * its own future through a repair.
 *
 * In a gap of at most an eighth of a day (at least one step) the value before it stays. In a longer one, each value is that of the
 * same time the week before, else the day before, filled values included; where there is none, the value before the gap stays.
 */
export function fillFromPast(values: Float64Array, intervalMs: number): { readonly values: Float64Array; readonly missing: Uint8Array } {
  const filled = values.slice();
  const missing = new Uint8Array(values.length);
  const seasons = seasonsOf(intervalMs)
    .map(({ steps }) => steps)
    .reverse();
  const short = Math.max(1, Math.floor((seasons[seasons.length - 1] ?? 8) / 8));
  let run = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) {
      run = 0;
      continue;
    }
    run += 1;
    missing[i] = 1;
    const season = run > short ? seasons.find((steps) => i >= steps) : undefined;
    filled[i] = season === undefined ? (i > 0 ? filled[i - run] : 0) : filled[i - season];
  }
  return { values: filled, missing };
}

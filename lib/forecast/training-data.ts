import { DAY_MS, MINUTE_MS, WEEK_MS } from '../units';

/** A series on a regular grid, `start` in epoch ms. NaN is a missing value; the first value is not missing. */
export type Series = { readonly start: number; readonly intervalMs: number; readonly values: Float64Array };

/**
 * The largest number of values that a model trains on: six weeks, of fine intervals at most 4,032 values, but at least two weeks (of
 * minutes, for a finer interval) and at least 182 values, which are half a year of days.
 *
 * @example longestTraining(HOUR_MS) // 1008
 * @example longestTraining(MINUTE_MS) // 20160
 */
export function longestTraining(intervalMs: number): number {
  const weeks = WEEK_MS / Math.max(intervalMs, MINUTE_MS);
  return Math.max(182, Math.ceil(Math.max(2 * weeks, Math.min(6 * weeks, 4_032))));
}

/** The day or the week, as a season of a load. */
export type Season = {
  readonly ms: number;
  /** Number of steps in it, whole, >= 2. */
  readonly steps: number;
};

/**
 * The day and the week in steps of the interval, shortest first. A season that is no whole number of steps is rounded where that changes it
 * by at most one percent (7 min: 205.7 steps a day become 206); otherwise it is left out (5 h: 4.8 steps).
 *
 * @example seasonsOf(HOUR_MS) // [{ ms: DAY_MS, steps: 24 }, { ms: WEEK_MS, steps: 168 }]
 */
export function seasonsOf(intervalMs: number): readonly Season[] {
  return [DAY_MS, WEEK_MS].flatMap((ms) => {
    const steps = Math.round(ms / intervalMs);
    return steps >= 2 && Math.abs(steps * intervalMs - ms) <= 0.01 * ms ? [{ ms, steps }] : [];
  });
}

/** The seasons of `seasonsOf` of which `length` values hold at least two. */
export function seasonsWithin(length: number, intervalMs: number): readonly Season[] {
  return seasonsOf(intervalMs).filter(({ steps }) => length >= 2 * steps);
}

/**
 * Fills the gaps (NaN) of a series whose first value is not missing, to train on. Each missing value is filled from earlier values alone.
 * So the filled series up to any place does not depend on later values, and a fit at that place cannot see its own future through a repair.
 *
 * The first missing values of a gap, for up to an eighth of the shortest season (at least one step), repeat the value before the gap. Later
 * ones take the value of one week before, or of one day before where there is no week, which may be a filled value itself; where there is
 * neither, they too repeat the value before the gap.
 *
 * @returns the complete values, and 1 in `missing` where one was filled
 */
export function fillFromPast(values: Float64Array, intervalMs: number): { readonly values: Float64Array; readonly missing: Uint8Array } {
  const filled = values.slice();
  const missing = new Uint8Array(values.length);
  const seasons = seasonsOf(intervalMs)
    .map(({ steps }) => steps)
    .reverse();
  const repeated = Math.max(1, Math.floor((seasons[seasons.length - 1] ?? 8) / 8));
  let gapLength = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) {
      gapLength = 0;
      continue;
    }
    gapLength += 1;
    missing[i] = 1;
    const season = gapLength > repeated ? seasons.find((steps) => i >= steps) : undefined;
    filled[i] = season === undefined ? (i > 0 ? filled[i - gapLength] : 0) : filled[i - season];
  }
  return { values: filled, missing };
}

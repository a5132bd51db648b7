import { seasonsOf } from './seasons';

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

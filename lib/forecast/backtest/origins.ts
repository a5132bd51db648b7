import { WEEK_MS } from '../../units';

/** The origins of a backtest and how many steps are forecast from each of them. */
export type OriginPlan = {
  /** Index of the first value that is forecast, ascending. */
  readonly origins: readonly number[];
  /** Steps that are forecast from every origin; the horizon or, with a short history, less. */
  readonly testedSteps: number;
};

/**
 * Plans at most `maximumOrigins` origins over the later three quarters of the places that leave room for the horizon. With little history
 * there are fewer origins, and the tested horizon is at most two thirds of what lies beyond the smallest training. (Measured: three
 * quarters in place of the later half cost nothing in the choice of models and make the loss at 0.95 a twentieth smaller, for a shift of
 * the level then affects a smaller part of the origins.)
 *
 * The smallest training is one season, two where the history holds four, and four where it holds eight. Where two weeks leave room for the
 * whole backtest, all origins stand after the first week and a day, so that each of them knows a week. The spacing is chosen so that the
 * origins fall on as many different times of the day as possible.
 *
 * @param length number of values in the series
 * @param steps the horizon
 * @param seasons steps of each season, shortest first; one that is longer than the series is ignored
 * @param maximumOrigins 0 or less gives no origins
 * @param after no origin stands before this index, as long as at least one origin fits
 */
export function planOrigins(length: number, steps: number, seasons: readonly number[], maximumOrigins: number, after = 0): OriginPlan {
  const shortest = seasons[0] <= length ? seasons[0] : 1;
  const smallest = length >= 4 * shortest ? 2 * shortest : shortest;
  const room = length - smallest;
  if (room < 1 || maximumOrigins < 1) return { origins: [], testedSteps: 0 };
  const testedSteps = Math.min(steps, Math.max(1, Math.floor((2 * room) / 3)));
  const last = length - testedSteps;
  const longSeason = [...seasons].reverse().find((season) => season > shortest && last >= 3 * (season + shortest));
  const first = Math.min(
    last,
    Math.max(
      smallest,
      after,
      Math.ceil(last / 4),
      longSeason === undefined ? 0 : longSeason + shortest,
      last >= 8 * shortest ? 4 * shortest : 0,
    ),
  );
  const spacing = spacingOf(last - first, maximumOrigins, shortest);
  const count = Math.min(maximumOrigins, Math.floor((last - first) / spacing) + 1);
  return { origins: Array.from({ length: count }, (_, i) => last - (count - 1 - i) * spacing), testedSteps };
}

/** Among the spacings that use at least three quarters of the room, the one whose origins are furthest apart within the season. */
function spacingOf(room: number, maximumOrigins: number, season: number): number {
  const widest = Math.max(1, Math.floor(room / Math.max(1, maximumOrigins - 1)));
  let best = widest;
  let bestDistance = -1;
  for (let spacing = widest; spacing >= Math.ceil(0.75 * widest); spacing--) {
    const distance = smallestDistance(spacing, maximumOrigins, season);
    if (distance > bestDistance) [best, bestDistance] = [spacing, distance];
  }
  return best;
}

/** The smallest distance within the season between any two of the first `count` multiples of `spacing`, in steps. */
function smallestDistance(spacing: number, count: number, season: number): number {
  let distance = season;
  for (let i = 1; i < count; i++) {
    const phase = (i * spacing) % season;
    distance = Math.min(distance, phase, season - phase);
  }
  return distance;
}

/**
 * Weights of the origins of a backtest: half as much for each three weeks of age, and a quarter of that for an origin before a shift of the
 * level, for its forecast was made from another load.
 *
 * @param end number of values in the series: the index at which forecasts from its end begin
 */
export function originWeights(origins: readonly number[], end: number, intervalMs: number, shift: LevelShift | null): number[] {
  return origins.map((origin) => {
    const recency = 0.5 ** (((end - origin) * intervalMs) / (3 * WEEK_MS));
    return shift !== null && origin < shift.at ? beforeShift * recency : recency;
  });
}

const beforeShift = 0.25;

/** A lasting move of the level of a load to another level. */
export type LevelShift = {
  /** Index of the first value at the new level. */
  readonly at: number;
  /** Mean of up to three whole periods before it, and after it. */
  readonly before: number;
  readonly after: number;
};

/**
 * Finds the last lasting shift of the level; `null` where there is none.
 *
 * At each place the mean of up to three whole periods after it is compared with that of up to three whole periods before it: whole ones, so
 * that the pattern within a period cancels. A period is a day, in daily data a week. The place with the largest difference is a shift where
 * three conditions hold: the difference is at least six times the median over all places; it is at least a quarter of the larger level; and
 * the last period is nearer to the new level than to the old one. So a weekend is no shift, because it comes every week, and neither is an
 * outage that is over.
 *
 * @param values complete, without NaN
 * @param period steps of the shortest season; 1 where there is none, which is treated as 24
 */
export function findLevelShift(values: Float64Array, period: number): LevelShift | null {
  const day = period > 1 ? period : 24;
  const n = values.length;
  if (n < 5 * day) return null;
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i] + values[i];
  const mean = (from: number, to: number) => (sums[to] - sums[from]) / (to - from);
  const before = (at: number) => mean(at - Math.min(3, Math.floor(at / day)) * day, at);
  const after = (at: number) => mean(at, at + Math.min(3, Math.floor((n - at) / day)) * day);
  const first = 2 * day;
  const last = n - day;
  const differences = Float64Array.from({ length: last - first + 1 }, (_, i) => Math.abs(after(first + i) - before(first + i)));
  const usualDifference = differences.slice().sort()[differences.length >> 1];
  let at = first;
  for (let i = 0; i < differences.length; i++) if (differences[i] > (1 + rounding) * differences[at - first]) at = first + i;
  const shift = { at, before: before(at), after: after(at) };
  const difference = differences[at - first];
  const present = mean(n - day, n);
  const isLasting = Math.abs(present - shift.after) < Math.abs(present - shift.before);
  const isLarge =
    difference >= leastMultiple * usualDifference &&
    difference >= leastShare * Math.max(Math.abs(shift.before), Math.abs(shift.after)) &&
    difference > 0;
  return isLasting && isLarge ? shift : null;
}

/** Differences that are equal but for this share are equal, so that the first such place counts in every unit of the load. */
const rounding = 1e-9;

const leastMultiple = 6;
const leastShare = 0.25;

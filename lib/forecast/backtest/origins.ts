import { WEEK_MS } from '../../units';

/** Where a backtest stands: forecasts of `testedSteps` are made from the values before each origin. */
export type OriginPlan = {
  /** Index of the first value forecast, ascending. */
  readonly origins: readonly number[];
  readonly testedSteps: number;
};

/**
 * Spreads at most `most` origins over the later three quarters of the places where a backtest of `steps` can stand; with little history
 * there are fewer, and the leads reach only two thirds of what lies beyond the smallest training. (Measured: three quarters rather than
 * the later half cost nothing in the choice of models and take a twentieth off the loss at 0.95, for a shift of the level is then one of
 * more stretches.)
 *
 * The smallest training is one season, two once the history holds four, and four once it holds eight. Where two weeks leave room for
 * the whole backtest, all origins stand after the first week and a day, so that every one of them knows a week. Spacing is such that
 * origins fall on as many different times of the day as they can.
 *
 * @param seasons steps of each season, shortest first; a season longer than the series is none
 * @param after no origin stands before this place, as long as one can stand at all
 */
export function planOrigins(length: number, steps: number, seasons: readonly number[], most: number, after = 0): OriginPlan {
  const shortest = seasons[0] <= length ? seasons[0] : 1;
  const smallest = length >= 4 * shortest ? 2 * shortest : shortest;
  const room = length - smallest;
  if (room < 1 || most < 1) return { origins: [], testedSteps: 0 };
  const testedSteps = Math.min(steps, Math.max(1, Math.floor((2 * room) / 3)));
  const last = length - testedSteps;
  const long = [...seasons].reverse().find((season) => season > shortest && last >= 3 * (season + shortest));
  const first = Math.min(
    last,
    Math.max(smallest, after, Math.ceil(last / 4), long === undefined ? 0 : long + shortest, last >= 8 * shortest ? 4 * shortest : 0),
  );
  const spacing = spacingOf(last - first, most, shortest);
  const count = Math.min(most, Math.floor((last - first) / spacing) + 1);
  return { origins: Array.from({ length: count }, (_, i) => last - (count - 1 - i) * spacing), testedSteps };
}

/** Of the spacings that use at least three quarters of the room, the one whose origins lie furthest apart within the season. */
function spacingOf(room: number, most: number, season: number): number {
  const widest = Math.max(1, Math.floor(room / Math.max(1, most - 1)));
  let best = widest;
  let bestApart = -1;
  for (let spacing = widest; spacing >= Math.ceil(0.75 * widest); spacing--) {
    const apart = closest(spacing, most, season);
    if (apart > bestApart) [best, bestApart] = [spacing, apart];
  }
  return best;
}

/** Smallest distance within the season between any two of the first `count` multiples of `spacing`. */
function closest(spacing: number, count: number, season: number): number {
  let apart = season;
  for (let i = 1; i < count; i++) {
    const phase = (i * spacing) % season;
    apart = Math.min(apart, phase, season - phase);
  }
  return apart;
}

/**
 * What each origin of a backtest counts: half as much every three weeks back, and a quarter of that where the forecast was made before
 * the level shifted, for it knew another load.
 */
export function originWeights(origins: readonly number[], end: number, intervalMs: number, shift: LevelShift | null): number[] {
  return origins.map((origin) => {
    const recency = 0.5 ** (((end - origin) * intervalMs) / (3 * WEEK_MS));
    return shift !== null && origin < shift.at ? beforeShift * recency : recency;
  });
}

const beforeShift = 0.25;

/** The level of a load moved to another one and stayed there. */
export type LevelShift = {
  /** Index of the first value at the new level. */
  readonly at: number;
  /** Means of the days before and after. */
  readonly before: number;
  readonly after: number;
};

/**
 * The last lasting shift of the level, or `null`.
 *
 * At each place the mean of up to three whole days after it is set against that of the three days before it, so that the day's own
 * wave cancels. The place where they lie furthest apart is a shift when that is six times what is usual in this series, at least a
 * quarter of the larger level, and the last day is nearer to the new level than to the old one. Weekends are usual, an outage
 * is over, so neither is one.
 *
 * @param values complete
 * @param period steps of the shortest season, or 24 without one
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
  const apart = Float64Array.from({ length: last - first + 1 }, (_, i) => Math.abs(after(first + i) - before(first + i)));
  const usual = apart.slice().sort()[apart.length >> 1];
  let at = first;
  for (let i = 0; i < apart.length; i++) if (apart[i] > (1 + rounding) * apart[at - first]) at = first + i;
  const shift = { at, before: before(at), after: after(at) };
  const size = apart[at - first];
  const now = mean(n - day, n);
  const lasting = Math.abs(now - shift.after) < Math.abs(now - shift.before);
  const large = size >= unusual * usual && size >= leastShare * Math.max(Math.abs(shift.before), Math.abs(shift.after)) && size > 0;
  return lasting && large ? shift : null;
}

/** Places that lie equally far apart but for rounding are equal, and the first of them counts, in every unit of the load. */
const rounding = 1e-9;

const unusual = 6;
const leastShare = 0.25;

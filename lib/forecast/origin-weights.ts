import { WEEK_MS } from '../units';

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

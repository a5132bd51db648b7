import { median, quantile } from '../history';
import { DAY_MS, WEEK_MS } from '../units';
import type { ForecastInput } from './types';

/** How long the rises of a load take that come again each day or week, and how far they do come again. */
export type RepeatingRises = {
  /** What the load repeats by: the one of the two whose mean course tells more of it. */
  readonly period: 'day' | 'week';
  /** Share of the load's variance that the mean of its other periods explains at each time: 0 to 1. */
  readonly repeats: number;
  /** How long a rise takes, as a straight line from the bottom to the top; the median of those of a period, and no less than an interval. */
  readonly riseMs: number;
};

const periods = { day: DAY_MS, week: WEEK_MS } as const;
/** Shares of the swing: what lies at or below the first is low, what lies at or above the second is high. */
const [low, high] = [0.25, 0.75];
const half = high - low;
/** Share of the course that lies below the swing, and as much above it. */
const edge = 0.05;

/**
 * Measures the rises that a load repeats, for which capacity can be made ready by the clock.
 *
 * The mean course of a day (a week) is the mean of all days (weeks) at each time of it. Its swing is from its 5th to its 95th
 * percentile. A rise goes from the lowest quarter of the swing to the highest; it is replaced by the closest course that never falls, so
 * that noise makes it neither shorter nor longer. Twice the shortest time in which this climbs by half the swing is how long the rise takes:
 * a straight line from bottom to top takes as long as it is, and a jump that ends on a plateau half way up counts as the jump it is.
 *
 * How far the load repeats is told by each period from the mean of the others, so that a course that fits by chance counts for nothing.
 *
 * @param load on intervals that divide a day; a value that is missing is NaN
 * @returns `null` where fewer than two days, or only as much of them, were observed, and where the load is flat
 */
export function repeatingRises({ intervalMs, values }: Pick<ForecastInput, 'intervalMs' | 'values'>): RepeatingRises | null {
  const found = (Object.keys(periods) as RepeatingRises['period'][]).flatMap((period) => {
    const perPeriod = Math.round(periods[period] / intervalMs);
    const course = meanCourse(values, perPeriod);
    const rises = course === null ? [] : risesOf(course.mean);
    if (course === null || rises.length === 0) return [];
    return [{ period, repeats: course.explained, riseMs: intervalMs * Math.max(1, 2 * median(rises)) }];
  });
  return found.length === 0 ? null : found.reduce((best, other) => (other.repeats > best.repeats ? other : best));
}

/** The mean of all periods at each time, and the share of the variance that is explained by the mean of the others. */
function meanCourse(values: Float64Array, perPeriod: number): { readonly mean: Float64Array; readonly explained: number } | null {
  if (values.length < 2 * perPeriod) return null;
  const [sums, counts] = [new Float64Array(perPeriod), new Int32Array(perPeriod)];
  let [total, observed] = [0, 0];
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    sums[i % perPeriod] += value;
    counts[i % perPeriod] += 1;
    [total, observed] = [total + value, observed + 1];
  });
  if (counts.some((count) => count === 0)) return null;
  const middle = total / observed;
  let [variance, left] = [0, 0];
  values.forEach((value, i) => {
    const [sum, count] = [sums[i % perPeriod], counts[i % perPeriod]];
    if (Number.isNaN(value) || count < 2) return;
    variance += (value - middle) ** 2;
    left += (value - (sum - value) / (count - 1)) ** 2;
  });
  return { mean: sums.map((sum, i) => sum / counts[i]), explained: variance === 0 ? 0 : Math.max(0, 1 - left / variance) };
}

/** For each rise of a course that comes around, in how few intervals it climbs by half the swing. */
function risesOf(course: Float64Array): number[] {
  const [bottom, top] = [quantile(course, edge), quantile(course, 1 - edge)];
  if (top <= bottom) return [];
  const first = course.reduce((lowest, value, i) => (value < course[lowest] ? i : lowest), 0);
  // Once around, from the lowest value to itself.
  const heights = Float64Array.from(
    { length: course.length + 1 },
    (_, i) => (course[(first + i) % course.length] - bottom) / (top - bottom),
  );
  const rises: number[] = [];
  let [trough, peak] = [0, -1];
  heights.forEach((height, i) => {
    if (peak < 0) {
      if (height < heights[trough]) trough = i;
      if (height >= high) peak = i;
    } else if (height > heights[peak]) peak = i;
    else if (height <= low) {
      rises.push(halfClimbed(neverFalling(heights.subarray(trough, peak + 1))));
      [trough, peak] = [i, -1];
    }
  });
  return rises;
}

/** The fewest steps in which a course that never falls climbs by half the swing, in straight lines from one value to the next. */
function halfClimbed(heights: readonly number[]): number {
  let shortest = Infinity;
  let [to, begun] = [0, 0];
  // The shortest climb begins or ends at a value, so that both are tried.
  for (let from = 0; from < heights.length; from++) {
    while (to < heights.length && heights[to] < heights[from] + half) to++;
    if (to === heights.length) break;
    const ended = to - (heights[to] - heights[from] - half) / (heights[to] - heights[to - 1]);
    while (heights[begun + 1] <= heights[to] - half) begun++;
    const late = begun + (heights[to] - half - heights[begun]) / (heights[begun + 1] - heights[begun]);
    shortest = Math.min(shortest, ended - from, to - late);
  }
  return shortest;
}

/** The course that never falls and is closest to another by least squares: neighbours that fall are pooled to their mean. */
function neverFalling(values: Float64Array): number[] {
  const pools: { sum: number; count: number }[] = [];
  for (const value of values) {
    let pool = { sum: value, count: 1 };
    for (let last = pools.at(-1); last !== undefined && last.sum * pool.count > pool.sum * last.count; last = pools.at(-1)) {
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
      pools.pop();
    }
    pools.push(pool);
  }
  return pools.flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count));
}

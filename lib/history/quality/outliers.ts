import { DAY_MS, WEEK_MS } from '../../units';
import { isObserved } from '../runs';
import { median, quantile, spread } from '../robust';
import type { LoadSeries } from '../series';

/** A value far from what is usual at its time. */
export type Outlier = {
  readonly index: number;
  readonly value: number;
  /** The value that the level of those days and the time of day (or of the week) make usual. */
  readonly usual: number;
};

/** How far from the usual a value must lie, in spreads of all distances. */
const leastSpreads = 8;
/** And in multiples of the distance that 95 % keep. */
const leastTails = 4;
/** And at least twice the usual value, or half of it. */
const leastFactor = 2;
/** Above this share of all values they are the nature of the load. */
const mostShare = 0.01;
const leastDays = 7;
/** From so many weeks on, the time of the week counts, not of the day. */
const leastWeeks = 4;

/**
 * Finds single values that nothing usual explains; a daily peak is usual. What is usual at a time is the median level of the
 * seven days around it times what that time of the day (of the week, from four weeks on) usually has of its level; where values
 * may be negative, plus what it usually has above it. Distances are those of square roots where no value is below 0, in shares of
 * the level, since the noise of a load grows with it.
 *
 * Of 200 synthetic series of two to eight weeks of hours without any, it reports some in none where noise is normal, in 0.5 to
 * 3.5 % where it is lognormal with a spread of 0.5, in 3 to 27 % with 1: there the largest values are far from usual indeed.
 *
 * Needs a week, and intervals of at most a day.
 *
 * @param excluded 1 for each interval that teaches nothing
 * @returns in order of time
 */
export function outliers(series: LoadSeries, excluded: Uint8Array): readonly Outlier[] {
  const { values, intervalMs } = series;
  const observedAt = Array.from(values.keys()).filter((index) => excluded[index] === 0 && isObserved(series, index));
  if (intervalMs > DAY_MS || observedAt.length * intervalMs < leastDays * DAY_MS) return [];
  const roots = observedAt.every((index) => values[index] >= 0);
  const scaled = roots ? values.map(Math.sqrt) : values;

  const { usual, unit } = usualValues(series, scaled, observedAt, roots);
  const distances = Float64Array.from(observedAt, (index) => (scaled[index] - usual[index]) / unit[index]);
  const least = Math.max(leastSpreads * spread(distances, 0), leastTails * quantile(distances.map(Math.abs), 0.95));
  const [lowest, highest] = extent(observedAt, scaled);
  const outliers = observedAt.flatMap((index, place): Outlier[] => {
    if (Math.abs(distances[place]) <= least) return [];
    const seen = Math.min(highest, Math.max(lowest, usual[index]));
    const outlier = { index, value: values[index], usual: roots ? seen ** 2 : seen };
    return isFar(outlier) ? [outlier] : [];
  });
  return outliers.length <= Math.max(1, mostShare * observedAt.length) ? outliers : [];
}

/** Nothing is usual that was never seen. */
function extent(observedAt: readonly number[], scaled: Float64Array): readonly [number, number] {
  return observedAt.reduce(([low, high], index) => [Math.min(low, scaled[index]), Math.max(high, scaled[index])], [Infinity, -Infinity]);
}

function isFar({ value, usual }: Outlier): boolean {
  return Math.abs(value) >= leastFactor * Math.abs(usual) || Math.abs(value) <= Math.abs(usual) / leastFactor || value * usual < 0;
}

/** By interval, what is usual, and what its distances are measured in: the level around it, or 1. */
type Usual = { readonly usual: Float64Array; readonly unit: Float64Array };

/** A level below this share of the median level is taken for that much: nothing can be told in shares of nothing. */
const lowestLevel = 0.1;

function usualValues(series: LoadSeries, scaled: Float64Array, observedAt: readonly number[], inShares: boolean): Usual {
  const { start, intervalMs, values } = series;
  const dayOf = (index: number): number => Math.floor((start + index * intervalMs) / DAY_MS);
  const levels = levelsAround(groupBy(observedAt, dayOf), scaled);
  const level = Float64Array.from(values.keys(), (index) => levels.get(dayOf(index)) ?? NaN);
  const least = lowestLevel * median([...levels.values()]);
  const unit = level.map((value) => (inShares && least > 0 ? Math.max(least, value) : 1));
  const cycleMs = observedAt.length * intervalMs >= leastWeeks * WEEK_MS ? WEEK_MS : DAY_MS;
  const timeOf = (index: number): number => (start + index * intervalMs) % cycleMs;
  const added = new Map(
    [...groupBy(observedAt, timeOf)].map(([time, inside]) => [
      time,
      median(inside.map((index) => (scaled[index] - level[index]) / unit[index])),
    ]),
  );
  return { usual: level.map((value, index) => value + unit[index] * (added.get(timeOf(index)) ?? NaN)), unit };
}

/** By day, the median of the daily medians of the seven days around it. */
function levelsAround(days: ReadonlyMap<number, readonly number[]>, scaled: Float64Array): ReadonlyMap<number, number> {
  const medians = new Map([...days].map(([day, inside]) => [day, median(inside.map((index) => scaled[index]))]));
  return new Map(
    [...days.keys()].map((day) => [day, median([-3, -2, -1, 0, 1, 2, 3].flatMap((offset) => medians.get(day + offset) ?? []))]),
  );
}

function groupBy(indices: readonly number[], keyOf: (index: number) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const index of indices) {
    const key = keyOf(index);
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  }
  return groups;
}

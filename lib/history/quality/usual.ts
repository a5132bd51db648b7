import { DAY_MS, WEEK_MS } from '../../units';
import { isObserved } from '../runs';
import { median, spread } from '../robust';
import type { LoadSeries } from '../series';

/** A value far from what is usual at its time. */
export type Outlier = {
  readonly index: number;
  readonly value: number;
  /** The value that the level of those days and the time of day (or of the week) make usual. */
  readonly usual: number;
};

/** How far the values of a series lie from what is usual at their times. */
export type Distances = {
  /** Places of the observed values, in order. */
  readonly observedAt: readonly number[];
  /** By place in `observedAt`, in shares of the level. */
  readonly distances: Float64Array;
  /** Their robust standard deviation. */
  readonly spread: number;
  /** What is usual at a place of the series, in its own unit, and never what was never seen. */
  readonly usualAt: (index: number) => number;
};

const leastDays = 7;
/** From so many weeks on, the time of the week counts, not of the day. */
const leastWeeks = 4;
/** A level below this share of the median level is taken for that much: nothing can be told in shares of nothing. */
const lowestLevel = 0.1;

/**
 * What is usual at a time is the median level of the seven days around it times what that time of the day (of the week, from four weeks
 * on) usually has of its level; where values may be negative, plus what it usually has above it. Distances are those of square roots
 * where no value is below 0, in shares of the level, since the noise of a load grows with it.
 *
 * @param excluded 1 for each interval that teaches nothing
 * @returns `null` for less than a week of values, and intervals of more than a day
 */
export function distancesFromUsual(series: LoadSeries, excluded: Uint8Array): Distances | null {
  const { values, intervalMs } = series;
  const observedAt = Array.from(values.keys()).filter((index) => excluded[index] === 0 && isObserved(series, index));
  if (intervalMs > DAY_MS || observedAt.length * intervalMs < leastDays * DAY_MS) return null;
  const roots = observedAt.every((index) => values[index] >= 0);
  const scaled = roots ? values.map(Math.sqrt) : values;
  const { usual, unit } = usualValues(series, scaled, observedAt, roots);
  const distances = Float64Array.from(observedAt, (index) => (scaled[index] - usual[index]) / unit[index]);
  const [lowest, highest] = extent(observedAt, scaled);
  return {
    observedAt,
    distances,
    spread: spread(distances, 0),
    usualAt: (index) => {
      const seen = Math.min(highest, Math.max(lowest, usual[index]));
      return roots ? seen ** 2 : seen;
    },
  };
}

/** Nothing is usual that was never seen. */
function extent(observedAt: readonly number[], scaled: Float64Array): readonly [number, number] {
  return observedAt.reduce(([low, high], index) => [Math.min(low, scaled[index]), Math.max(high, scaled[index])], [Infinity, -Infinity]);
}

/** By interval, what is usual, and what its distances are measured in: the level around it, or 1. */
type Usual = { readonly usual: Float64Array; readonly unit: Float64Array };

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

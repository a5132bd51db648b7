import { median, quantile } from '../robust';
import type { Day } from './days';

/** A load by the day: the logarithm of its mean; NaN where too little of the day was observed. */
export type DayLevels = { readonly days: readonly Day[]; readonly levels: Float64Array };

/** A day counts when at least this share of its intervals has a value. */
const leastShareOfDay = 0.75;
/** What is added before a logarithm is taken, as a share of the usual day, so that quiet days need no special case. */
const addedShare = 0.05;

/**
 * The daily means of a load as logarithms.
 *
 * @returns `null` where values are negative or the usual day has no load: nothing is so many times nothing
 */
export function dayLevels(
  { start, intervalMs, values }: { readonly start: number; readonly intervalMs: number; readonly values: Float64Array },
  days: readonly Day[],
): DayLevels | null {
  const means = days.map(({ from, to }) => {
    const first = Math.max(0, Math.ceil((from - start) / intervalMs - 0.5));
    const end = Math.min(values.length, Math.ceil((to - start) / intervalMs - 0.5));
    let [sum, count] = [0, 0];
    for (let index = first; index < end; index += 1) if (!Number.isNaN(values[index])) [sum, count] = [sum + values[index], count + 1];
    return count > 0 && count * intervalMs >= leastShareOfDay * (to - from) ? sum / count : NaN;
  });
  const known = means.filter((mean) => !Number.isNaN(mean));
  const usual = median(known);
  if (!(usual > 0) || values.some((value) => value < 0)) return null;
  return { days, levels: Float64Array.from(means, (mean) => Math.log(mean + addedShare * usual)) };
}

/** How far days lie from what is usual for them. */
export type DayDistances = {
  /** By day: the level less that of the days around it; NaN where not known. */
  readonly aboveLevel: Float64Array;
  /** Likewise less what its weekday usually has above its level. */
  readonly above: Float64Array;
};

/** The level of a day is that of so many days before and after it. */
const reach = 7;
const passes = 3;

/** @param set 1 for each day that is unusual for a known reason: neither levels nor weekdays are learned from it */
export function distancesOfDays({ days, levels }: DayLevels, set: Uint8Array): DayDistances {
  let weekdays: readonly number[] = days.map(() => 0);
  let around = levels;
  for (let pass = 0; pass < passes; pass += 1) {
    const even = levels.map((level, day) => (set[day] === 1 ? NaN : level - weekdays[day]));
    around = levels.map((_, day) => medianOfKnown(Array.from({ length: 2 * reach + 1 }, (_, i) => even[day + i - reach] ?? NaN)));
    weekdays = effectsOf(days, (day) => (set[day] === 1 ? NaN : levels[day] - around[day]));
  }
  const aboveLevel = levels.map((level, day) => level - around[day]);
  return { aboveLevel, above: aboveLevel.map((value, day) => value - weekdays[day]) };
}

/** By day, the median over its weekday. */
function effectsOf(days: readonly Day[], differenceAt: (day: number) => number): readonly number[] {
  const byWeekday = Array.from({ length: 7 }, (_, weekday) =>
    medianOfKnown(days.flatMap((day, index) => (day.weekday === weekday ? [differenceAt(index)] : []))),
  );
  return days.map(({ weekday }) => byWeekday[weekday]);
}

export function medianOfKnown(values: readonly number[]): number {
  return median(values.filter((value) => !Number.isNaN(value)));
}

/** The share of the distances by which their spread is told: some of the others may be effects that are yet to be found. */
const middleShare = 0.85;

/**
 * The mean distance of ordinary days, by their median and by what 85 % keep, whichever is larger, as if distances had the tails of a
 * Laplace distribution; 0 of none.
 */
export function meanDistance(distances: readonly number[]): number {
  if (distances.length === 0) return 0;
  const sizes = distances.map(Math.abs);
  return Math.max(median(sizes) / Math.LN2, quantile(sizes, middleShare) / -Math.log(1 - middleShare));
}

import { DAY_MS } from '../units';
import { isObserved } from './known';
import type { LoadSeries } from './series';

/** The level of one day (in UTC): the mean of its intervals; NaN where fewer than nine tenths of them were observed. */
export type DailyLevels = {
  /** Start of the first day, epoch ms. */
  readonly start: number;
  readonly levels: Float64Array;
};

const leastShareOfDay = 0.9;

/**
 * A series by the day, for questions about its level. Only observed values count; excluded intervals do not.
 *
 * @param excluded 1 for each interval that teaches nothing
 * @returns `null` where an interval is longer than a day
 */
export function dailyLevels(series: LoadSeries, excluded: Uint8Array): DailyLevels | null {
  const { intervalMs, values } = series;
  if (intervalMs > DAY_MS) return null;
  const first = Math.floor(series.start / DAY_MS);
  const days = Math.max(0, Math.ceil((series.start + values.length * intervalMs) / DAY_MS) - first);
  const sums = new Float64Array(days);
  const counts = new Float64Array(days);
  values.forEach((value, index) => {
    if (excluded[index] === 1 || !isObserved(series, index)) return;
    const day = Math.floor((series.start + index * intervalMs) / DAY_MS) - first;
    sums[day] += value;
    counts[day] += 1;
  });
  const least = leastShareOfDay * (DAY_MS / intervalMs);
  return { start: first * DAY_MS, levels: sums.map((sum, day) => (counts[day] >= least ? sum / counts[day] : NaN)) };
}

import { median, spread } from '../history';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../units';
import type { ForecastInput } from './types';

/** By how many times more than in a usual hour an hour rises above its mean, at a moment, epoch ms; never below 1. */
export type HourPeaks = (at: number) => number;

/** What happens within an hour is not seen at values further apart. */
const coarsestMs = 15 * MINUTE_MS;
/** The highest load of an hour is that of the mean over so long, or of a value where those are further apart. */
const peakMs = 5 * MINUTE_MS;
/** So much is learned from. */
const learnedMs = 28 * DAY_MS;
/** Days at which a time of the day is half trusted. */
const halfTrusted = 2;
/** Two standard errors of a median, in deviations by the root of the number. */
const certainty = 2 * Math.sqrt(Math.PI / 2);
const hoursADay = DAY_MS / HOUR_MS;

/**
 * Learns by the hour of the day how far the highest load of an hour lies above its mean: an hour in which the load rises needs more than
 * its mean. What is usual in all hours counts for nothing: a margin for that is found by whoever uses the mean. The median of the days
 * counts, less what chance may make of it, and drawn to 1 the more the fewer there are.
 *
 * @param load NaN where it is missing
 * @returns the peaks as they were known at a moment, epoch ms, from the four weeks before it
 */
export function hourPeaks({
  start,
  intervalMs,
  values,
}: Pick<ForecastInput, 'start' | 'intervalMs' | 'values'>): (until: number) => HourPeaks {
  const firstHour = Math.ceil(start / HOUR_MS);
  const perHour = HOUR_MS / intervalMs;
  const offset = (firstHour * HOUR_MS - start) / intervalMs;
  const count = intervalMs > coarsestMs ? 0 : Math.floor((values.length - offset) / perHour);
  const ratios = Float64Array.from({ length: count }, (_, hour) =>
    peakOfMean(values.subarray(offset + hour * perHour, offset + (hour + 1) * perHour), Math.max(1, Math.round(peakMs / intervalMs))),
  );
  return (until) => {
    const end = Math.min(count, Math.floor(until / HOUR_MS) - firstHour);
    const byHour = Array.from({ length: hoursADay }, (): number[] => []);
    for (let hour = Math.max(0, end - learnedMs / HOUR_MS); hour < end; hour++)
      if (!Number.isNaN(ratios[hour])) byHour[(firstHour + hour) % hoursADay].push(ratios[hour]);
    const usual = median(byHour.flat());
    const medians = byHour.map((days) => median(days));
    const deviation = spread(
      byHour.flatMap((days, hour) => days.map((ratio) => ratio - medians[hour])),
      0,
    );
    const factors = byHour.map((days, hour) => {
      const certain = medians[hour] - (certainty * deviation) / Math.sqrt(days.length);
      return days.length === 0 ? 1 : Math.max(1, 1 + (days.length / (days.length + halfTrusted)) * (certain / usual - 1));
    });
    return (at) => factors[Math.floor(at / HOUR_MS) % hoursADay];
  };
}

/**
 * The highest mean of `together` neighbours from the lowest one on, by the mean of all, 1 or more: what was higher before was there when the
 * hour began. NaN where a value is missing or there is no load.
 */
function peakOfMean(hour: Float64Array, together: number): number {
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  let [lowest, highest] = [Infinity, 0];
  for (let from = 0; from < hour.length; from += together) {
    const here = meanOf(hour.subarray(from, from + together));
    if (here < lowest) [lowest, highest] = [here, here];
    highest = Math.max(highest, here);
  }
  const mean = meanOf(hour);
  return mean > 0 ? Math.max(1, highest / mean) : NaN;
}

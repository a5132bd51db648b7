import { type Outlook, outlookAt } from '../control';
import { type Effort, type FitRunner, forecast, type HourPeaks } from '../forecast';
import type { OnProgress } from '../progress';
import { DAY_MS, HOUR_MS } from '../units';
import type { LoadGrid, Windows } from './replay';
import type { ForecastSkill } from '../plan/replay';

type OutlookOptions = {
  /** Probabilities of the quantiles that are forecast. */
  readonly quantiles: readonly number[];
  readonly effort: Effort;
  /** How far a forecast reaches beyond the day it is made for. */
  readonly leadMs: number;
  /** How long after the last observation a forecast comes into force. */
  readonly delayMs: number;
  /** How far the highest load of an hour is above its mean, as it is known at a moment, epoch ms. @default nothing is known */
  readonly peaksAt?: (until: number) => HourPeaks;
};

/** A load by the hour; an hour of which half or more is missing is missing. */
export function hourly({ start, intervalMs, values }: LoadGrid): LoadGrid {
  const perHour = Math.round(HOUR_MS / intervalMs);
  const means = Float64Array.from({ length: Math.floor(values.length / perHour) }, (_, hour) => {
    let [sum, count] = [0, 0];
    for (let i = hour * perHour; i < (hour + 1) * perHour; i++) if (!Number.isNaN(values[i])) [sum, count] = [sum + values[i], count + 1];
    return count * 2 > perHour ? sum / count : NaN;
  });
  return { start, intervalMs: HOUR_MS, values: means };
}

/**
 * Makes the forecasts that a plan would have had if it had been made anew each day: each from the hours before it and nothing else, with
 * models chosen and quantiles calibrated anew.
 *
 * @param days hours of the load at which a forecast begins, ascending; hours without enough before them are left out
 */
export async function dailyOutlooks(
  load: LoadGrid,
  days: readonly number[],
  { quantiles, effort, leadMs, delayMs, peaksAt }: OutlookOptions,
  run: FitRunner,
  onProgress?: OnProgress,
): Promise<readonly Outlook[]> {
  const steps = 24 + Math.ceil((leadMs + delayMs) / HOUR_MS) + 1;
  const probabilities = [...new Set(quantiles)].sort((a, b) => a - b);
  const outlooks: Outlook[] = [];
  const atOnce = 4;
  for (let i = 0; i < days.length; i += atOnce) {
    const batch = days.slice(i, i + atOnce).filter((hour) => load.values.subarray(0, hour).filter((value) => value >= 0).length >= 2);
    const forecasts = await Promise.all(
      batch.map((hour) =>
        forecast(
          { start: load.start, intervalMs: HOUR_MS, values: load.values.slice(0, hour), nonNegative: true },
          { steps, quantiles: probabilities, effort },
          run,
        ),
      ),
    );
    for (const { start, mean, quantiles: paths } of forecasts) {
      const peaks = peaksAt?.(start);
      outlooks.push({
        knownFrom: start + delayMs,
        start,
        intervalMs: HOUR_MS,
        mean,
        quantiles: paths.map((values, q) => ({ probability: probabilities[q], values })),
        ...(peaks && { peaks: mean.map((_, step) => peaks(start + step * HOUR_MS)) }),
      });
    }
    onProgress?.(Math.min(1, (i + atOnce) / days.length));
  }
  return outlooks;
}

/** The hours at which daily forecasts begin, from one hour of the load up to another. */
export function dayStarts(from: number, to: number): readonly number[] {
  const perDay = DAY_MS / HOUR_MS;
  return Array.from({ length: Math.ceil((to - from) / perDay) }, (_, day) => from + day * perDay);
}

/** How much the forecasts knew on the tuning window, against the best of three flat lines: the last value, the mean of the last day, and of the last week. */
export function skillOf(load: LoadGrid, { tune }: Windows, outlooks: readonly Outlook[]): ForecastSkill {
  const { start, values } = hourly(load);
  const perHour = HOUR_MS / load.intervalMs;
  let forecastError = 0;
  const flatErrors = [0, 0, 0];
  for (let hour = tune.from / perHour; hour < tune.to / perHour; hour++) {
    const at = start + hour * HOUR_MS;
    const outlook = outlookAt(outlooks, at + HOUR_MS - 1);
    const step = outlook === null ? -1 : Math.round((at - outlook.start) / HOUR_MS);
    if (outlook === null || step < 0 || step >= outlook.mean.length || Number.isNaN(values[hour])) continue;
    forecastError += Math.abs(values[hour] - outlook.mean[step]);
    const origin = hour - step;
    [1, 24, 168].forEach((span, i) => (flatErrors[i] += Math.abs(values[hour] - meanBefore(values, origin, span))));
  }
  const bestFlat = Math.min(...flatErrors);
  return {
    relativeError: bestFlat > 0 ? forecastError / bestFlat : null,
    historyDays: (tune.from * load.intervalMs) / DAY_MS,
  };
}

function meanBefore(values: Float64Array, end: number, span: number): number {
  let [sum, count] = [0, 0];
  for (let i = Math.max(0, end - span); i < end; i++) if (!Number.isNaN(values[i])) [sum, count] = [sum + values[i], count + 1];
  return count === 0 ? 0 : sum / count;
}

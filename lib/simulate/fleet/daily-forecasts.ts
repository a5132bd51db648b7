import { type FitRunner, forecast } from '../../forecast';
import type { OnProgress } from '../../progress';
import { DAY_MS } from '../../units';
import { type Fleet, replicasOf } from './fleet';

/** By load: replicas in the periods from a day on, as they were expected when it began. */
export type DayForecast = readonly (readonly number[])[];

export const periodsPerDay = ({ periodMs }: Fleet): number => DAY_MS / periodMs;

/**
 * What each day of the replay expected of the days that follow: every load forecast anew from the periods before it and nothing else, with
 * models chosen and quantiles calibrated anew, at the quantile at which hours are given to jobs.
 *
 * @param steps periods that a forecast reaches ahead
 */
export async function dailyForecasts(
  fleet: Fleet,
  steps: number,
  run: FitRunner,
  onProgress?: OnProgress,
): Promise<readonly DayForecast[]> {
  const { start, periodMs, from, to, loads } = fleet;
  const days: DayForecast[] = [];
  for (let day = from; day < to; day += periodsPerDay(fleet)) {
    days.push(
      await Promise.all(
        loads.map(async (load): Promise<readonly number[]> => {
          const values = load.values.slice(0, day);
          // A load that was always nothing, or of which nothing is known yet, needs what is the least.
          if (!values.some((value) => value > 0)) return new Array<number>(steps).fill(replicasOf(load, 0));
          const { quantiles } = await forecast(
            { start, intervalMs: periodMs, values, nonNegative: true },
            { steps, quantiles: [load.quantile], effort: 'fast' },
            run,
          );
          return Array.from(quantiles[0], (value) => replicasOf(load, value));
        }),
      ),
    );
    onProgress?.((day + periodsPerDay(fleet) - from) / (to - from));
  }
  return days;
}

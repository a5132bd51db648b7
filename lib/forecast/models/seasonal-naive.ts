import { DAY_MS, HOUR_MS, WEEK_MS } from '../../units';
import { seasonsOf } from '../seasons';
import type { FitTask } from '../types';
import type { CallerModel } from './model';

/** The last day once more, for as long as it takes. */
export const seasonalNaiveDay = seasonalNaive(DAY_MS);

/** The last week once more. */
export const seasonalNaiveWeek = seasonalNaive(WEEK_MS);

/** The last value, for intervals and histories that have no season. */
export const lastValue: CallerModel = {
  name: 'last-value',
  runsIn: 'caller',
  smallestTraining: () => 1,
  fit: ({ values, steps }) => new Float64Array(steps).fill(values[values.length - 1]),
};

/** Repeats the last season; where a season is no whole number of steps, each step takes the nearest one. */
function seasonalNaive(seasonMs: number): CallerModel {
  const stepsOf = (intervalMs: number) => seasonsOf(intervalMs).find(({ ms }) => ms === seasonMs)?.steps ?? Infinity;
  return {
    name: `seasonal-naive-${seasonMs / HOUR_MS}h`,
    runsIn: 'caller',
    smallestTraining: stepsOf,
    smallestHistory: (intervalMs) => 2 * stepsOf(intervalMs),
    fit: ({ values, intervalMs, steps }: FitTask) => {
      const season = seasonMs / intervalMs;
      return Float64Array.from({ length: steps }, (_, step) => {
        const back = Math.round(Math.ceil((step + 1) / season) * season) - step;
        return values[Math.max(0, Math.min(values.length - 1, values.length - back))];
      });
    },
  };
}

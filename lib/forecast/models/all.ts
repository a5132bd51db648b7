import type { Series } from '../training';
import { decompositionArima, decompositionArimaLog } from './decomposition-arima';
import type { Model } from './model';
import { lastValue, seasonalNaiveDay, seasonalNaiveWeek } from './seasonal-naive';

/** Every model there is. A new one is a file beside this one and a line here. */
export const allModels: readonly Model[] = [seasonalNaiveDay, seasonalNaiveWeek, lastValue, decompositionArima, decompositionArimaLog];

/** What the others are measured by: the last day once more, for daily data the last week, without a season the last value. */
const yardsticks: readonly Model[] = [seasonalNaiveDay, seasonalNaiveWeek, lastValue];

const rivals: readonly Model[] = [seasonalNaiveWeek, decompositionArima, decompositionArimaLog];

/** The models to try on a series, its yardstick first. */
export function modelsFor({ values, intervalMs }: Series): readonly Model[] {
  const yardstick = yardsticks.find((model) => values.length >= model.smallestTraining(intervalMs)) ?? lastValue;
  const negative = values.some((value) => value < 0);
  const worthATry = ({ smallestTraining, smallestHistory = smallestTraining, nonNegativeOnly }: Model) =>
    values.length >= smallestHistory(intervalMs) && !(negative && nonNegativeOnly);
  return [yardstick, ...rivals.filter((model) => model !== yardstick && worthATry(model))];
}

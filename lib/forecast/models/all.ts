import type { Effort } from '../effort';
import type { Series } from '../training';
import { analogueDays } from './analogue-days';
import { decompositionAr, decompositionArLog, decompositionArima, decompositionArimaLog } from './decomposition';
import { drift } from './drift';
import { fourierArima } from './fourier-arima';
import { holtWinters, holtWintersLog, holtWintersQuick, holtWintersReturning, holtWintersWeek, holtWintersWeekLog } from './holt-winters';
import { intermittent } from './intermittent';
import { lagRidge, lagRidgeLog } from './lag-ridge';
import { linearTrend } from './linear-trend';
import type { Model } from './model';
import { profileRegression, profileRegressionLog } from './profile-regression';
import { recentDays } from './recent-days';
import { seasonalArima } from './seasonal-arima';
import { lastValue, seasonalNaiveDay, seasonalNaiveWeek } from './seasonal-naive';
import { theta } from './theta';

/** What the others are measured by: the last day once more, for daily data the last week, without a season the last value. */
const yardsticks: readonly Model[] = [seasonalNaiveDay, seasonalNaiveWeek, lastValue];

const fast: readonly Model[] = [seasonalNaiveWeek, recentDays, holtWintersQuick, holtWintersWeek, lagRidgeLog, profileRegressionLog];

const balanced: readonly Model[] = [
  seasonalNaiveWeek,
  drift,
  linearTrend,
  recentDays,
  theta,
  holtWinters,
  holtWintersLog,
  holtWintersReturning,
  holtWintersWeek,
  holtWintersWeekLog,
  decompositionAr,
  decompositionArLog,
  profileRegression,
  profileRegressionLog,
  analogueDays,
  lagRidge,
  lagRidgeLog,
  intermittent,
];

/** Those through the `arima` package cost more than all others together, for a gain that the bench shows. */
const best: readonly Model[] = [...balanced, decompositionArima, decompositionArimaLog, seasonalArima, fourierArima];

const byEffort: Readonly<Record<Effort, readonly Model[]>> = { fast, balanced, best };

/** Every model there is. A new one is a file beside this one and a line above. */
export const allModels: readonly Model[] = [...new Set([...yardsticks, ...fast, ...best])];

/** The models to try on a series, its yardstick first. */
export function modelsFor({ values, intervalMs }: Series, effort: Effort = 'balanced'): readonly Model[] {
  const yardstick = yardsticks.find((model) => values.length >= model.smallestTraining(intervalMs)) ?? lastValue;
  const negative = values.some((value) => value < 0);
  const worthATry = ({ smallestTraining, smallestHistory = smallestTraining, nonNegativeOnly, suits }: Model) =>
    values.length >= smallestHistory(intervalMs) && !(negative && nonNegativeOnly) && (suits === undefined || suits(values));
  return [yardstick, ...byEffort[effort].filter((model) => model !== yardstick && worthATry(model))];
}

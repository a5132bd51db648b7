import type { Effort } from '../types';
import { seasonsOf, type Series } from '../training-data';
import { analogueDays } from './analogue-days';
import { decompositionAr, decompositionArLog, decompositionArima, decompositionArimaLog } from './decomposition';
import { drift, linearTrend } from './trend-lines';
import { fourierArima, seasonalArima } from './arima';
import {
  holtWinters,
  holtWintersCycle,
  holtWintersCycleLog,
  holtWintersLog,
  holtWintersQuick,
  holtWintersReturning,
  holtWintersWeek,
  holtWintersWeekLog,
} from './holt-winters';
import { intermittent } from './intermittent';
import { lagRidge, lagRidgeLog } from './lag-ridge';
import type { Model } from './model';
import { profileRegression, profileRegressionLog } from './profile-regression';
import { lastValue, recentDays, seasonalNaiveCycle, seasonalNaiveDay, seasonalNaiveWeek } from './seasonal-naive';
import { theta } from './theta';

const fast: readonly Model[] = [seasonalNaiveWeek, recentDays, holtWintersQuick, holtWintersWeek, lagRidgeLog, profileRegressionLog];

const shared: readonly Model[] = [
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
  profileRegression,
  profileRegressionLog,
  analogueDays,
  lagRidge,
  lagRidgeLog,
  intermittent,
];

/**
 * Those through the `arima` package take longer than all others together. Where there is time for them, the decompositions with an
 * autoregression of their own stand back: two of a kind only count twice. (Measured a day ahead: 0.706 without `arima`, 0.689 with it and
 * 0.701 with both kinds.)
 */
const balanced = {
  many: [...shared, decompositionAr, decompositionArLog],
  few: [...shared, decompositionArimaLog, fourierArima],
  fewNegative: [...shared, decompositionArima],
};

const best: readonly Model[] = [...shared, decompositionArima, decompositionArimaLog, seasonalArima, fourierArima];

/** Worth a try only where a season was found beside the day and the week. */
const ofCycles: readonly Model[] = [seasonalNaiveCycle, holtWintersCycle, holtWintersCycleLog];

/** Every model there is. A new one is a file beside this one and a line above. */
export const allModels: readonly Model[] = [
  ...new Set([seasonalNaiveDay, seasonalNaiveWeek, lastValue, ...fast, ...balanced.many, ...balanced.few, ...best, ...ofCycles]),
];

/**
 * Most series of one run whose models at `balanced` include those through the `arima` package, which take about a second of a core each.
 * A number of series and not of seconds, so that the same config gives the same plan on every machine.
 */
export const arimaWithin = 32;

export type Wanted = {
  readonly effort?: Effort;
  /** Steps ahead. @default 1 */
  readonly steps?: number;
  /** How many series are forecast in the same run, this one included. @default 1 */
  readonly among?: number;
};

/** The models to try on a series, its yardstick first. */
export function modelsFor(series: Series, { effort = 'balanced', steps = 1, among = 1 }: Wanted = {}): readonly Model[] {
  const { values, intervalMs } = series;
  const yardstick = yardstickOf(series, steps);
  const negative = values.some((value) => value < 0);
  const worthATry = ({ smallestTraining, smallestHistory = smallestTraining, nonNegativeOnly, suits }: Model) =>
    values.length >= smallestHistory(intervalMs) && !(negative && nonNegativeOnly) && (suits === undefined || suits(values));
  const tried = { fast, best, balanced: among > arimaWithin ? balanced.many : negative ? balanced.fewNegative : balanced.few }[effort];
  const first = yardstick === seasonalNaiveWeek ? [yardstick, seasonalNaiveDay] : [yardstick];
  return [...first, ...tried.filter((model) => !first.includes(model) && worthATry(model))];
}

/**
 * What the others are measured by: the last day once more; more than a day ahead the last week, where two of them are left when what is
 * ahead is taken off; for daily data the last week, without a season the last value.
 */
function yardstickOf({ values, intervalMs }: Series, steps: number): Model {
  const [day] = seasonsOf(intervalMs);
  const twoWeeks = seasonalNaiveWeek.smallestHistory?.(intervalMs) ?? Infinity;
  if (day !== undefined && steps > day.steps && values.length - steps >= twoWeeks) return seasonalNaiveWeek;
  return [seasonalNaiveDay, seasonalNaiveWeek].find((model) => values.length >= model.smallestTraining(intervalMs)) ?? lastValue;
}

/** The models to try besides where a season was found beside the day and the week. */
export function cycleModelsFor({ values }: Pick<Series, 'values'>): readonly Model[] {
  const negative = values.some((value) => value < 0);
  return ofCycles.filter(({ nonNegativeOnly }) => !(negative && nonNegativeOnly));
}

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
 * Models tried at `balanced`: `many` when a run forecasts more than `arimaWithin` series, else `few`, or `fewNegative` for a series with
 * negative values. Fits through the `arima` package take longer than those of all other models together, so `many` has none of them. In
 * `few` they replace the decompositions with an autoregression of their own: two models of one kind would only get two votes. (Measured a
 * day ahead, error relative to the baseline: 0.706 without `arima`, 0.689 with it, 0.701 with both kinds.)
 */
const balanced = {
  many: [...shared, decompositionAr, decompositionArLog],
  few: [...shared, decompositionArimaLog, fourierArima],
  fewNegative: [...shared, decompositionArima],
};

const best: readonly Model[] = [...shared, decompositionArima, decompositionArimaLog, seasonalArima, fourierArima];

/** Models tried only on a series that shows a season beside the day and the week. */
const cycleModels: readonly Model[] = [seasonalNaiveCycle, holtWintersCycle, holtWintersCycleLog];

/** All models. To add one, write it in a file of this folder and name it in a list above. */
export const allModels: readonly Model[] = [
  ...new Set([seasonalNaiveDay, seasonalNaiveWeek, lastValue, ...fast, ...balanced.many, ...balanced.few, ...best, ...cycleModels]),
];

/**
 * The largest number of series in one run for which `balanced` uses models through the `arima` package. They take about one core-second for
 * each series. The limit is a number of series and not of seconds, so that the same config gives the same plan on every machine.
 */
export const arimaWithin = 32;

/** What decides, beside the series itself, which models are tried. */
export type ModelSelection = {
  readonly effort?: Effort;
  /** The horizon: steps ahead. @default 1 */
  readonly steps?: number;
  /** How many series are forecast in the same run, this one included. @default 1 */
  readonly among?: number;
};

/**
 * The models to try on a series, the baseline first.
 *
 * A model is left out when the history is too short for it, when the series has negative values and the model cannot take them, or when the
 * model is not made for such a series.
 */
export function modelsFor(series: Series, { effort = 'balanced', steps = 1, among = 1 }: ModelSelection = {}): readonly Model[] {
  const { values, intervalMs } = series;
  const baseline = baselineOf(series, steps);
  const negative = values.some((value) => value < 0);
  const isUsable = ({ smallestTraining, smallestHistory = smallestTraining, nonNegativeOnly, suits }: Model) =>
    values.length >= smallestHistory(intervalMs) && !(negative && nonNegativeOnly) && (suits === undefined || suits(values));
  const candidates = { fast, best, balanced: among > arimaWithin ? balanced.many : negative ? balanced.fewNegative : balanced.few }[effort];
  const baselines = baseline === seasonalNaiveWeek ? [baseline, seasonalNaiveDay] : [baseline];
  return [...baselines, ...candidates.filter((model) => !baselines.includes(model) && isUsable(model))];
}

/**
 * The model by whose error all others are measured: seasonal naive of one day; of one week for daily data, and when the horizon is longer
 * than the shortest season and the history is longer than the horizon by at least two weeks; the last value when the history holds no season.
 */
function baselineOf({ values, intervalMs }: Series, steps: number): Model {
  const [shortest] = seasonsOf(intervalMs);
  const twoWeeks = seasonalNaiveWeek.smallestHistory?.(intervalMs) ?? Infinity;
  if (shortest !== undefined && steps > shortest.steps && values.length - steps >= twoWeeks) return seasonalNaiveWeek;
  return [seasonalNaiveDay, seasonalNaiveWeek].find((model) => values.length >= model.smallestTraining(intervalMs)) ?? lastValue;
}

/** The models to try in addition on a series that shows a season beside the day and the week. */
export function cycleModelsFor({ values }: Pick<Series, 'values'>): readonly Model[] {
  const negative = values.some((value) => value < 0);
  return cycleModels.filter(({ nonNegativeOnly }) => !(negative && nonNegativeOnly));
}

import { DAY_MS } from '../units';
import { applyLifts, type Calendar, forecastWithEvents, prepare } from './events';
import { seasonsOf } from './training-data';
import type { FitRunner, ForecastInput, ForecastOptions } from './types';
import { crossValidate } from './backtest';
import { inEqualParts, type OnProgress } from '../progress';
import { cycleModelsFor, type ModelSelection, modelsFor } from './models';

/** A forecast as it would have been made in the past, and what was observed afterwards. */
export type PastForecast = {
  /** Epoch ms of the first step. */
  readonly at: number;
  /** `combination`, or the name of the single model that was chosen. */
  readonly chosen: string;
  readonly mean: Float64Array;
  /** One path for each quantile asked for, in that order. */
  readonly quantiles: readonly Float64Array[];
  /** What was observed; NaN where nothing was. */
  readonly actual: Float64Array;
  /**
   * The baseline from the same origin, which errors are compared with: the last day repeated, or the last week where the horizon is longer
   * than a day and the history holds two weeks.
   */
  readonly naive: Float64Array;
  /** Names of the events and holidays that changed the forecast. */
  readonly events: readonly string[];
  /** The forecast of each model by itself, where asked for; `null` where the model cannot be used or its fit failed. */
  readonly models: readonly { readonly name: string; readonly path: Float64Array | null }[];
};

/** How close paths were to what was observed. */
export type ForecastAccuracy = {
  /** Number of observations that were scored. */
  readonly observed: number;
  /** Mean absolute error of the point forecast, in the unit of the series; `null` where nothing was observed. */
  readonly mae: number | null;
  /** Mean absolute error divided by that of the baseline; `null` where the baseline made no error. */
  readonly relativeMae: number | null;
  /** Share of the observations at or below each quantile asked for; NaN where nothing was observed. */
  readonly coverage: readonly number[];
};

/** The options of each forecast, and how many forecasts to make. */
export type RollingOptions = ForecastOptions & {
  /** The largest number of past forecasts to make. */
  readonly forecasts: number;
  /** Whether to forecast by each model alone as well. */
  readonly compare: boolean;
};

/**
 * The origins of at most `forecasts` past forecasts. Their horizons lie one after another up to the end of the series, and each origin has
 * at least `leastTraining` values before it.
 *
 * @param length number of values in the series
 * @returns index of the first value of each forecast, ascending
 * @example pastOrigins(100, 24, 3, 40) // [52, 76]
 */
export function pastOrigins(length: number, steps: number, forecasts: number, leastTraining: number): readonly number[] {
  const count = Math.max(0, Math.min(forecasts, Math.floor((length - leastTraining) / steps)));
  return Array.from({ length: count }, (_, i) => length - (count - i) * steps);
}

/**
 * Makes the forecasts of the last horizons again, each from the values before its origin and nothing else: at every origin models are
 * chosen, quantiles are calibrated and events are learned anew. Events and holidays are known in advance, as they were at that time.
 *
 * @throws ProblemError as `forecast` does
 */
export async function rollingForecasts(
  input: ForecastInput,
  { forecasts, compare, ...options }: RollingOptions,
  calendar: Calendar,
  run: FitRunner,
  onProgress?: OnProgress,
): Promise<readonly PastForecast[]> {
  const { start, intervalMs, values } = input;
  const [day = { steps: 1 }, week = day] = seasonsOf(intervalMs);
  const shortestHistory = Math.max(2, Math.ceil((3 * DAY_MS) / intervalMs));
  const origins = pastOrigins(values.length, options.steps, forecasts, shortestHistory).filter(
    (origin) => values.subarray(0, origin).filter((value) => !Number.isNaN(value)).length >= shortestHistory / 2,
  );
  const parts = inEqualParts(onProgress, origins.length);
  return Promise.all(
    origins.map(async (origin, index) => {
      const history = { ...input, values: values.slice(0, origin) };
      const { forecast, applied } = await forecastWithEvents(history, options, calendar, run);
      const models = compare ? await modelsAlone(history, options, calendar, run) : [];
      parts[index](1);
      return {
        at: start + origin * intervalMs,
        chosen: forecast.chosen,
        mean: forecast.mean,
        quantiles: forecast.quantiles,
        actual: values.slice(origin, origin + options.steps),
        naive: lastSeason(history.values, options.steps > day.steps && origin >= 2 * week.steps ? week.steps : day.steps, options.steps),
        events: applied.map(({ lift }) => lift.occurrence.name),
        models,
      };
    }),
  );
}

/** The path of each model with the same lifts of events, so that the difference between two paths is that between their models. */
async function modelsAlone(
  history: ForecastInput,
  { steps, effort, among }: ForecastOptions,
  calendar: Calendar,
  run: FitRunner,
): Promise<PastForecast['models']> {
  const prepared = prepare(history, steps, calendar);
  const paths = await modelPaths(prepared.series, { steps: prepared.steps, effort, among }, run);
  const grid = { start: history.start + history.values.length * history.intervalMs, intervalMs: history.intervalMs, quantiles: [] };
  return paths.map(({ name, path }) => ({
    name,
    path: path && applyLifts({ ...grid, mean: prepared.back(path) }, [], prepared.lifts).mean,
  }));
}

/** The last season repeated; a missing value is taken from the season before. */
function lastSeason(values: Float64Array, season: number, steps: number): Float64Array {
  return Float64Array.from({ length: steps }, (_, step) => {
    for (let i = values.length - season + (step % season); i >= 0; i -= season) if (!Number.isNaN(values[i])) return values[i];
    return NaN;
  });
}

/**
 * Compares the paths of past forecasts with what was observed, over all forecasts together.
 *
 * @param probabilities of the quantiles of `past`, in the same order
 * @param pathOf the path to score; the point forecast unless given, `null` where there is none
 */
export function accuracyOf(
  past: readonly PastForecast[],
  probabilities: readonly number[],
  pathOf: (forecast: PastForecast) => Float64Array | null = ({ mean }) => mean,
): ForecastAccuracy {
  let [observed, modelError, naiveError] = [0, 0, 0];
  const below = probabilities.map(() => 0);
  for (const forecast of past) {
    const path = pathOf(forecast);
    forecast.actual.forEach((actual, step) => {
      if (path === null || Number.isNaN(actual) || Number.isNaN(forecast.naive[step])) return;
      observed += 1;
      modelError += Math.abs(actual - path[step]);
      naiveError += Math.abs(actual - forecast.naive[step]);
      forecast.quantiles.forEach((quantile, q) => (below[q] += actual <= quantile[step] + 1e-9 * Math.abs(actual) ? 1 : 0));
    });
  }
  return {
    observed,
    mae: observed === 0 ? null : modelError / observed,
    relativeMae: naiveError > 0 ? modelError / naiveError : null,
    coverage: below.map((count) => (observed === 0 ? NaN : count / observed)),
  };
}

/** The path of each model alone from the end of a series on, the baseline first; `null` where the model cannot be used or its fit failed. */
export async function modelPaths(
  series: ForecastInput,
  { steps, effort, among }: ModelSelection & { readonly steps: number },
  run: FitRunner,
): Promise<readonly { readonly name: string; readonly path: Float64Array | null }[]> {
  const history = fromFirstObserved(series);
  const { models } = await crossValidate(
    history,
    modelsFor(history, { steps, effort, among }),
    { steps, origins: 0, cycleModels: cycleModelsFor(history) },
    run,
  );
  return models.map(({ name, ahead }) => ({ name, path: ahead }));
}

/** The series from its first observation on: models need a series whose first value is not missing. */
function fromFirstObserved(series: ForecastInput): ForecastInput {
  const first = Math.max(
    0,
    series.values.findIndex((value) => !Number.isNaN(value)),
  );
  return { ...series, start: series.start + first * series.intervalMs, values: series.values.subarray(first) };
}

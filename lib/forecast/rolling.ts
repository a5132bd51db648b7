import { DAY_MS } from '../units';
import { applyLifts, type Calendar, forecastWithEvents, prepare } from './events';
import { seasonsOf } from './training-data';
import type { FitRunner, ForecastInput, ForecastOptions } from './types';
import { crossValidate } from './backtest';
import { cycleModelsFor, type ModelSelection, modelsFor } from './models';

/** A forecast as it would have been made in the past, beside what came. */
export type PastForecast = {
  /** Epoch ms of the first step. */
  readonly at: number;
  readonly chosen: string;
  readonly mean: Float64Array;
  /** Aligned with the quantiles asked for. */
  readonly quantiles: readonly Float64Array[];
  /** NaN where nothing was observed. */
  readonly actual: Float64Array;
  /** The last day once more, more than a day ahead the last week where the history holds two: what errors are held against. */
  readonly naive: Float64Array;
  /** Names of events and holidays that lifted it. */
  readonly events: readonly string[];
  readonly models: readonly { readonly name: string; readonly path: Float64Array | null }[];
};

/** How paths did over what was observed. */
export type Verdict = {
  readonly observed: number;
  /** Mean absolute error of the point forecast, in the unit of the series; `null` where nothing was observed. */
  readonly mae: number | null;
  /** By that of seasonal naive; `null` where that made no error. */
  readonly relativeMae: number | null;
  /** By quantile asked for: share of the observations at or below it. */
  readonly coverage: readonly number[];
};

export type RollingOptions = ForecastOptions & {
  /** Forecasts in the past, most. */
  readonly forecasts: number;
  /** Whether to ask each model alone too. */
  readonly compare: boolean;
};

/**
 * Where forecasts of the past begin: one horizon after another up to the end, each with at least `leastTraining` values before it.
 *
 * @returns index of the first value of each, ascending
 */
export function pastOrigins(length: number, steps: number, forecasts: number, leastTraining: number): readonly number[] {
  const count = Math.max(0, Math.min(forecasts, Math.floor((length - leastTraining) / steps)));
  return Array.from({ length: count }, (_, i) => length - (count - i) * steps);
}

/**
 * What the forecasts of the last horizons would have been, each from the values before it and nothing else: models are chosen, quantiles
 * calibrated and events learned anew at every origin. Events and holidays are known in advance, as they were then.
 */
export async function rollingForecasts(
  input: ForecastInput,
  { forecasts, compare, ...options }: RollingOptions,
  calendar: Calendar,
  run: FitRunner,
): Promise<readonly PastForecast[]> {
  const { start, intervalMs, values } = input;
  const [day = { steps: 1 }, week = day] = seasonsOf(intervalMs);
  const least = Math.max(2, Math.ceil((3 * DAY_MS) / intervalMs));
  const origins = pastOrigins(values.length, options.steps, forecasts, least).filter(
    (origin) => values.subarray(0, origin).filter((value) => !Number.isNaN(value)).length >= least / 2,
  );
  return Promise.all(
    origins.map(async (origin) => {
      const known = { ...input, values: values.slice(0, origin) };
      const { forecast, applied } = await forecastWithEvents(known, options, calendar, run);
      return {
        at: start + origin * intervalMs,
        chosen: forecast.chosen,
        mean: forecast.mean,
        quantiles: forecast.quantiles,
        actual: values.slice(origin, origin + options.steps),
        naive: lastSeason(known.values, options.steps > day.steps && origin >= 2 * week.steps ? week.steps : day.steps, options.steps),
        events: applied.map(({ lift }) => lift.occurrence.name),
        models: compare ? await eachModel(known, options, calendar, run) : [],
      };
    }),
  );
}

/** Each model's path with the same lifts, so that the models are told apart and not the events. */
async function eachModel(
  known: ForecastInput,
  { steps, effort, among }: ForecastOptions,
  calendar: Calendar,
  run: FitRunner,
): Promise<PastForecast['models']> {
  const prepared = prepare(known, steps, calendar);
  const paths = await modelPaths(prepared.series, { steps: prepared.steps, effort, among }, run);
  const at = { start: known.start + known.values.length * known.intervalMs, intervalMs: known.intervalMs, quantiles: [] };
  return paths.map(({ name, path }) => ({
    name,
    path: path && prepared.back(applyLifts({ ...at, mean: path }, [], [...prepared.lifts.keys()]).mean),
  }));
}

/** The last season once more; a missing value is that of the season before. */
function lastSeason(values: Float64Array, season: number, steps: number): Float64Array {
  return Float64Array.from({ length: steps }, (_, step) => {
    for (let i = values.length - season + (step % season); i >= 0; i -= season) if (!Number.isNaN(values[i])) return values[i];
    return NaN;
  });
}

/** How the paths of forecasts did, over all of them together. */
export function verdictOf(
  past: readonly PastForecast[],
  probabilities: readonly number[],
  pathOf: (one: PastForecast) => Float64Array | null = ({ mean }) => mean,
): Verdict {
  let [observed, own, naive] = [0, 0, 0];
  const below = probabilities.map(() => 0);
  for (const one of past) {
    const path = pathOf(one);
    one.actual.forEach((came, step) => {
      if (path === null || Number.isNaN(came) || Number.isNaN(one.naive[step])) return;
      observed += 1;
      own += Math.abs(came - path[step]);
      naive += Math.abs(came - one.naive[step]);
      one.quantiles.forEach((quantile, q) => (below[q] += came <= quantile[step] + 1e-9 * Math.abs(came) ? 1 : 0));
    });
  }
  return {
    observed,
    mae: observed === 0 ? null : own / observed,
    relativeMae: naive > 0 ? own / naive : null,
    coverage: below.map((count) => (observed === 0 ? NaN : count / observed)),
  };
}

/** What each model alone says from the end of a series on, its yardstick first; `null` where it cannot or its fit failed. */
export async function modelPaths(
  series: ForecastInput,
  { steps, effort, among }: ModelSelection & { readonly steps: number },
  run: FitRunner,
): Promise<readonly { readonly name: string; readonly path: Float64Array | null }[]> {
  const known = fromFirst(series);
  const { models } = await crossValidate(
    known,
    modelsFor(known, { steps, effort, among }),
    { steps, origins: 0, cycleModels: cycleModelsFor(known) },
    run,
  );
  return models.map(({ name, ahead }) => ({ name, path: ahead }));
}

/** From the first observation on: models train on series that begin with one. */
function fromFirst(series: ForecastInput): ForecastInput {
  const first = Math.max(
    0,
    series.values.findIndex((value) => !Number.isNaN(value)),
  );
  return { ...series, start: series.start + first * series.intervalMs, values: series.values.subarray(first) };
}

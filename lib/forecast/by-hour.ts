import { HOUR_MS } from '../units';
import { type Backtest, choose, crossValidate, type OriginPlan, planOrigins, type TestedModel } from './backtest';
import type { Effort, FitRunner, ForecastInput, Grain, ModelScore } from './types';
import { cycleModelsFor, hourlyMeans, learnHourShape, modelsFor } from './models';
import { longestTraining, seasonsOf } from './training-data';

/** How a series with an interval below an hour is backtested both directly and by its hours. */
export type HourPlan = {
  /** Steps of an hour, >= 2. */
  readonly perHour: number;
  /** Origins for both, whole hours before the end of the series. */
  readonly origins: OriginPlan;
};

/**
 * Plans a backtest in which forecasts by the hour can take part. `null` where an hour is no whole number of intervals, where the horizon is
 * less than six hours, for which the last minutes tell more, or where the history is less than three days.
 */
export function planByHour({ intervalMs, values }: ForecastInput, steps: number, maximumOrigins: number): HourPlan | null {
  const perHour = Math.round(HOUR_MS / intervalMs);
  const hours = Math.floor(values.length / perHour);
  if (perHour < 2 || perHour * intervalMs !== HOUR_MS || steps < shortestHorizonHours * perHour || hours < shortestHistoryHours)
    return null;
  const seasons = seasonsOf(HOUR_MS).map((season) => season.steps);
  const plan = planOrigins(hours, Math.ceil(steps / perHour), seasons, maximumOrigins);
  const place = (hour: number) => values.length - (hours - hour) * perHour;
  return { perHour, origins: { origins: plan.origins.map(place), testedSteps: Math.min(steps, plan.testedSteps * perHour) } };
}

const shortestHorizonHours = 6;
const shortestHistoryHours = 72;

/**
 * Backtests forecasts by the hour. Hourly means are forecast by the models for hours, and each path is given the shape within the hour that
 * the values before its origin show. The result has the origins, steps and baseline of `direct`, so that the two can be compared.
 *
 * @param fullHistory ends where the series of `direct` ends, and goes back as far as there are values: hours are trained on a longer time
 *   than finer steps
 * @param direct the backtest at the interval of the series
 */
export async function crossValidateByHour(
  fullHistory: ForecastInput,
  direct: Backtest,
  { perHour }: HourPlan,
  { steps, effort, among }: { readonly steps: number; readonly effort: Effort; readonly among?: number },
  run: FitRunner,
): Promise<Backtest> {
  const hourly = hoursOf(fullHistory, steps, perHour);
  const hours = hourly.values.length;
  const hourPlan = {
    origins: direct.origins.map((origin) => hours - Math.round((direct.end - origin) / perHour)),
    testedSteps: Math.ceil(direct.testedSteps / perHour),
  };
  const options = { steps: Math.ceil(steps / perHour), at: hourPlan, cycleModels: cycleModelsFor(hourly) };
  const hourlyTest = await crossValidate(hourly, modelsFor(hourly, { effort, steps: options.steps, among }), options, run);
  const shapes = [...direct.origins, direct.end].map((origin) =>
    learnHourShape(fullHistory.values, fullHistory.values.length - (direct.end - origin), perHour),
  );
  const toSteps = (path: Float64Array | null, o: number, length: number) => path && shapes[o](path).subarray(0, length);
  const testedOrigin = new Map(hourlyTest.origins.map((origin, i) => [hourPlan.origins.indexOf(origin), i]));
  const models = hourlyTest.models.map(({ name, paths, ahead, failures }): TestedModel => ({
    name: `${name} by hour`,
    paths: direct.origins.map((_, o) => toSteps(paths[testedOrigin.get(o) ?? -1] ?? null, o, direct.testedSteps)),
    ahead: toSteps(ahead, direct.origins.length, steps),
    failures,
  }));
  const found = (hourlyTest.found ?? []).map((season) => ({ ...season, steps: season.steps * perHour }));
  return { ...direct, found, models: [direct.models[0], ...models] };
}

/**
 * Chooses between a direct backtest and one by the hour (`null` where there is none). By the hour is chosen where its error is smaller by 5
 * %.
 *
 * @returns the chosen backtest and what was chosen from it, and the scores of the models of both; those of the other backtest have weight 0
 */
export function chooseGrain(direct: Backtest, byHour: Backtest | null, weights: readonly number[]) {
  const candidates = (byHour === null ? [direct] : [direct, byHour]).map((tested) => ({ tested, choice: choose(tested, weights) }));
  const [atInterval, hourly] = candidates;
  const errorOf = ({ choice }: typeof atInterval) => choice.relativeMae ?? Infinity;
  const best = hourly !== undefined && errorOf(hourly) < (1 - smallestGain) * errorOf(atInterval) ? hourly : atInterval;
  const scoresOf = ({ tested, choice }: typeof atInterval, isUnused: boolean): ModelScore[] =>
    tested.models.map(({ name }, m) => ({ name, ...choice.models[m], ...(isUnused && { weight: 0 }) }));
  const grain: Grain | null = hourly && {
    by: best === hourly ? 'hour' : 'interval',
    relativeMae: { hour: hourly.choice.relativeMae, interval: atInterval.choice.relativeMae },
  };
  const unusedScores = candidates.filter((candidate) => candidate !== best).flatMap((candidate) => scoresOf(candidate, true).slice(1));
  return { ...best, models: [...scoresOf(best, false), ...unusedScores], grain: grain ?? null };
}

/**
 * By the hour is chosen only where its error is smaller by this share; a smaller gain may be chance. (Measured at 5 and 15 minutes, 60
 * origins: to choose by any gain makes the error half a percent larger.)
 */
const smallestGain = 0.05;

/** Hourly means up to the end of a series, as far back as training and backtests reach, from the first hour that is not missing. */
function hoursOf({ start, values, intervalMs, nonNegative }: ForecastInput, steps: number, perHour: number): ForecastInput {
  const maximumHours = Math.ceil(steps / perHour) + Math.ceil(1.5 * longestTraining(HOUR_MS));
  const first = Math.max(values.length % perHour, values.length - maximumHours * perHour);
  const means = hourlyMeans(values.subarray(first), perHour);
  const from = Math.max(
    0,
    means.findIndex((value) => !Number.isNaN(value)),
  );
  return { start: start + (first + from * perHour) * intervalMs, intervalMs: HOUR_MS, values: means.subarray(from), nonNegative };
}

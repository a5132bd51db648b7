import { HOUR_MS } from '../units';
import { type Backtest, choose, crossValidate, type OriginPlan, planOrigins, type TestedModel } from './backtest';
import type { Effort, FitRunner, ForecastInput, Grain, ModelScore } from './types';
import { cycleModelsFor, hourlyMeans, learnHourShape, modelsFor } from './models';
import { longestTraining, seasonsOf } from './training-data';

/** Where a series of a finer interval is tested both directly and by its hours: whole hours from its end. */
export type HourPlan = {
  /** Steps an hour, >= 2. */
  readonly perHour: number;
  readonly origins: OriginPlan;
};

/**
 * Plans a backtest that forecasts by hours can take part in; `null` where the interval is no part of an hour, the horizon is less than
 * six hours, for which the last minutes say more, or the history less than three days.
 */
export function planByHour({ intervalMs, values }: ForecastInput, steps: number, most: number): HourPlan | null {
  const perHour = Math.round(HOUR_MS / intervalMs);
  const hours = Math.floor(values.length / perHour);
  if (perHour < 2 || perHour * intervalMs !== HOUR_MS || steps < leastHours * perHour || hours < leastHistory) return null;
  const seasons = seasonsOf(HOUR_MS).map((season) => season.steps);
  const plan = planOrigins(hours, Math.ceil(steps / perHour), seasons, most);
  const place = (hour: number) => values.length - (hours - hour) * perHour;
  return { perHour, origins: { origins: plan.origins.map(place), testedSteps: Math.min(steps, plan.testedSteps * perHour) } };
}

const leastHours = 6;
const leastHistory = 72;

/**
 * The backtest of forecasts by hour: hourly means are forecast by the models of hours, and each path is given the shape within the hour
 * that the values before its origin show. It is scored beside `direct`, at the same places and steps, by the same yardstick.
 *
 * @param whole all of the history, which ends where `series` ends; hours look further back than finer steps can
 */
export async function crossValidateByHour(
  whole: ForecastInput,
  direct: Backtest,
  { perHour }: HourPlan,
  { steps, effort, among }: { readonly steps: number; readonly effort: Effort; readonly among?: number },
  run: FitRunner,
): Promise<Backtest> {
  const hourly = hoursOf(whole, steps, perHour);
  const hours = hourly.values.length;
  const at = {
    origins: direct.origins.map((origin) => hours - Math.round((direct.end - origin) / perHour)),
    testedSteps: Math.ceil(direct.testedSteps / perHour),
  };
  const options = { steps: Math.ceil(steps / perHour), at, cycleModels: cycleModelsFor(hourly) };
  const tested = await crossValidate(hourly, modelsFor(hourly, { effort, steps: options.steps, among }), options, run);
  const shapes = [...direct.origins, direct.end].map((origin) =>
    learnHourShape(whole.values, whole.values.length - (direct.end - origin), perHour),
  );
  const fine = (path: Float64Array | null, o: number, length: number) => path && shapes[o](path).subarray(0, length);
  const place = new Map(tested.origins.map((origin, i) => [at.origins.indexOf(origin), i]));
  const models = tested.models.map(({ name, paths, ahead, failures }): TestedModel => ({
    name: `${name} by hour`,
    paths: direct.origins.map((_, o) => fine(paths[place.get(o) ?? -1] ?? null, o, direct.testedSteps)),
    ahead: fine(ahead, direct.origins.length, steps),
    failures,
  }));
  const found = (tested.found ?? []).map((season) => ({ ...season, steps: season.steps * perHour }));
  return { ...direct, found, models: [direct.models[0], ...models] };
}

/** What was chosen of one way or of two, with the models of both, those of the other way without a weight. */
export function chooseGrain(direct: Backtest, byHour: Backtest | null, weights: readonly number[]) {
  const candidates = (byHour === null ? [direct] : [direct, byHour]).map((tested) => ({ tested, choice: choose(tested, weights) }));
  const [interval, hour] = candidates;
  const errorOf = ({ choice }: typeof interval) => choice.relativeMae ?? Infinity;
  const best = hour !== undefined && errorOf(hour) < (1 - luck) * errorOf(interval) ? hour : interval;
  const scoresOf = ({ tested, choice }: typeof interval, others: boolean): ModelScore[] =>
    tested.models.map(({ name }, m) => ({ name, ...choice.models[m], ...(others && { weight: 0 }) }));
  const grain: Grain | null = hour && {
    by: best === hour ? 'hour' : 'interval',
    relativeMae: { hour: hour.choice.relativeMae, interval: interval.choice.relativeMae },
  };
  const others = candidates.filter((one) => one !== best).flatMap((one) => scoresOf(one, true).slice(1));
  return { ...best, models: [...scoresOf(best, false), ...others], grain: grain ?? null };
}

/** A lead of the hours that is put down to luck. (Measured at 5 and 15 minutes, 60 origins: choosing by any lead adds half a percent.) */
const luck = 0.05;

/** Hourly means up to the end, as far back as their training and backtests reach, from a known one on. */
function hoursOf({ start, values, intervalMs, nonNegative }: ForecastInput, steps: number, perHour: number): ForecastInput {
  const most = Math.ceil(steps / perHour) + Math.ceil(1.5 * longestTraining(HOUR_MS));
  const first = Math.max(values.length % perHour, values.length - most * perHour);
  const means = hourlyMeans(values.subarray(first), perHour);
  const from = Math.max(
    0,
    means.findIndex((value) => !Number.isNaN(value)),
  );
  return { start: start + (first + from * perHour) * intervalMs, intervalMs: HOUR_MS, values: means.subarray(from), nonNegative };
}

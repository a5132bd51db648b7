import { crossValidate, withoutExcluded, type Backtest } from './backtest';
import { assess, calibrate, quantilesAround, type Calibration } from './calibration';
import { checkForecast } from './check';
import { chooseGrain, crossValidateByHour, planByHour } from './by-hour';
import type { Choice } from './combination';
import { originsByEffort } from './effort';
import { fillFromPast } from './gaps';
import { findLevelShift, type LevelShift } from './level-shift';
import { cycleModelsFor, modelsFor } from './models/all';
import { holdWithin, railsOf } from './rails';
import { seasonsOf } from './seasons';
import { inSampleDifferences, isThin, untested } from './thin';
import { longestTraining } from './training';
import type { BacktestSummary, FitRunner, Forecast, ForecastInput, ForecastOptions } from './types';
import { warningsOf } from './warnings';
import { MINUTE_MS } from '../units';
import { originWeights } from './weights';

/**
 * Forecasts a series: models are backtested, the best of them or their weighted median is taken, and the quantiles come from its own
 * errors in the backtest.
 *
 * Takes any interval from a minute to a day, any horizon and any history of two observations or more; what is thin about it is said in
 * the warnings. The forecast scales with the values.
 *
 * @throws ProblemError when an option is out of range, a value is infinite or fewer than two are observed
 */
export async function forecast(input: ForecastInput, options: ForecastOptions, run: FitRunner): Promise<Forecast> {
  checkForecast(input, options);
  const { intervalMs, nonNegative } = input;
  const { steps, quantiles, effort = 'balanced', among } = options;
  const most = originsByEffort[effort];
  const observed = { ...input, values: withoutExcluded(input), excluded: undefined };
  const unit = powerOfTwo(observed.values);
  const series = recentPart(observed, steps, unit);
  const end = series.values.length;
  const periods = seasonsOf(intervalMs).map((season) => season.steps);
  const training = fillFromPast(series.values, intervalMs).values.subarray(Math.max(0, end - longestTraining(intervalMs)));
  const shift = findLevelShift(training, periods[0] ?? 1);
  const moved = shift && { ...shift, at: shift.at + end - training.length };

  const plan = planByHour(series, steps, most);
  const directEffort = plan !== null && intervalMs < 5 * MINUTE_MS && effort === 'balanced' ? 'fast' : effort;
  const direct = await crossValidate(
    series,
    modelsFor(series, { effort: directEffort, steps, among }),
    { steps, origins: most, at: plan?.origins, cycleModels: cycleModelsFor(series) },
    run,
  );
  const thin = isThin(direct, most);
  const weights = thin ? [] : originWeights(direct.origins, end, intervalMs, moved);
  const whole = { ...observed, values: observed.values.map((value) => value / unit) };
  const both = thin || plan === null ? null : await crossValidateByHour(whole, direct, plan, { steps, effort, among }, run);
  const { tested, choice, models, grain } = chooseGrain(thin ? untested(direct) : direct, both, weights);
  const calibration = thin ? await inSampleDifferences(series, steps, run) : calibrate(tested, choice, { nonNegative, periods, weights });

  const rails = railsOf(training, nonNegative);
  const level = tested.levels[tested.levels.length - 1];
  const outlook = { path: choice.ahead, spread: choice.spreadAhead, origin: end, level };
  const [mean, ...held] = [choice.ahead, ...quantilesAround(outlook, calibration, quantiles, nonNegative)].map((path) =>
    holdWithin(path, rails),
  );
  const back = (value: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value * unit)) + 0;
  const levelShift = moved && datedShift(moved, series, back);
  return {
    start: input.start + input.values.length * intervalMs,
    intervalMs,
    mean: mean.path.map(back),
    quantiles: held.map(({ path }) => path.map(back)),
    chosen: choice.name,
    models,
    backtest: summarise(tested, choice, calibration, quantiles, nonNegative, unit),
    levelShift,
    found: tested.found ?? [],
    grain,
    warnings: warningsOf({
      input,
      options,
      backtest: tested,
      choice,
      thin,
      levelShift,
      held: [mean, ...held].map((path) => path.held),
    }),
  };
}

function datedShift({ at, before, after }: LevelShift, { start, intervalMs }: ForecastInput, back: (value: number) => number) {
  return { at: start + at * intervalMs, before: back(before), after: back(after) };
}

/** A power of two near the largest value: dividing by it is exact, and no sum of what is left can overflow. */
function powerOfTwo(values: Float64Array): number {
  const largest = values.reduce((size, value) => (Math.abs(value) > size ? Math.abs(value) : size), 0);
  return largest === 0 ? 1 : 2 ** Math.min(1023, Math.floor(Math.log2(largest)));
}

/** The part of the history that training and backtests look at, from an observation on and with at least two. */
function recentPart({ start, intervalMs, values, nonNegative }: ForecastInput, steps: number, unit: number): ForecastInput {
  const kept = values.length - steps - Math.ceil(1.5 * longestTraining(intervalMs));
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  const second = values.subarray(0, last).findLastIndex((value) => !Number.isNaN(value));
  const from = values.findIndex((value, i) => !Number.isNaN(value) && i >= Math.min(kept, second));
  return { start: start + from * intervalMs, intervalMs, values: values.slice(from).map((value) => value / unit), nonNegative };
}

function summarise(
  backtest: Backtest,
  choice: Choice,
  calibration: Calibration,
  quantiles: readonly number[],
  nonNegative: boolean,
  unit: number,
): BacktestSummary {
  const { origins, testedSteps } = backtest;
  const { coverage, pinball } = assess(backtest, choice, calibration, quantiles, nonNegative);
  const byQuantile = (figures: readonly number[]) =>
    Object.fromEntries(quantiles.flatMap((quantile, q) => (origins.length === 0 ? [] : [[String(quantile), figures[q]]])));
  return {
    origins: origins.length,
    testedSteps,
    relativeMae: choice.relativeMae,
    coverage: byQuantile(coverage),
    pinball: byQuantile(pinball.map((loss) => loss * unit)),
  };
}

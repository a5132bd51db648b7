import { crossValidate, type Backtest } from './backtest';
import { assess, calibrate, quantilesAround, type Calibration } from './calibration';
import { checkForecast } from './check';
import { choose, type Choice } from './combination';
import { modelsFor } from './models/all';
import { holdWithin, railsOf } from './rails';
import { inSampleDifferences, isThin, untested } from './thin';
import { longestTraining, trainingAt } from './training';
import type { BacktestSummary, FitRunner, Forecast, ForecastInput, ForecastOptions } from './types';
import { warningsOf } from './warnings';

/**
 * Forecasts a series: models are backtested on its later part, the best of them or their weighted median is taken, and the quantiles
 * come from its own errors in the backtest.
 *
 * Takes any interval from a minute to a day, any horizon and any history of two observations or more; what is thin about it is said in
 * the warnings. The forecast scales with the values.
 *
 * @throws ProblemError when an option is out of range, a value is infinite or fewer than two are observed
 */
export async function forecast(input: ForecastInput, options: ForecastOptions, run: FitRunner): Promise<Forecast> {
  checkForecast(input, options);
  const { intervalMs, nonNegative } = input;
  const { steps, quantiles } = options;
  const unit = powerOfTwo(input.values);
  const series = recentPart(input, steps, unit);
  const backtest = await crossValidate(series, modelsFor(series), options, run);
  const thin = isThin(backtest, options.origins);
  const tested = thin ? untested(backtest) : backtest;
  const choice = choose(tested);
  const calibration = thin ? await inSampleDifferences(series, steps, run) : calibrate(tested, choice.paths, nonNegative);

  const rails = railsOf(trainingAt(series, series.values.length).values, nonNegative);
  const level = tested.levels[tested.levels.length - 1];
  const around = quantilesAround(choice.ahead, calibration, level, quantiles, nonNegative);
  const [mean, ...held] = [choice.ahead, ...around].map((path) => holdWithin(path, rails));
  const inUnit = (path: Float64Array) => path.map((value) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value * unit)) + 0);
  return {
    start: input.start + input.values.length * intervalMs,
    intervalMs,
    mean: inUnit(mean.path),
    quantiles: held.map(({ path }) => inUnit(path)),
    chosen: choice.name,
    models: tested.models.map(({ name }, m) => ({ name, ...choice.models[m] })),
    backtest: summarise(tested, choice, calibration, quantiles, nonNegative, unit),
    warnings: warningsOf({ input, options, backtest: tested, choice, calibration, thin, held: [mean, ...held].map((path) => path.held) }),
  };
}

/** A power of two near the largest value: dividing by it is exact, and no sum of what is left can overflow. */
function powerOfTwo(values: Float64Array): number {
  const largest = values.reduce((size, value) => (Math.abs(value) > size ? Math.abs(value) : size), 0);
  return largest === 0 ? 1 : 2 ** Math.floor(Math.log2(largest));
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
  const { coverage, pinball } = assess(backtest, choice.paths, calibration, quantiles, nonNegative);
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

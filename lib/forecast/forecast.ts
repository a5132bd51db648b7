import { type Backtest, type Choice, crossValidate, findLevelShift, type LevelShift, originWeights, withoutExcluded } from './backtest';
import { assess, type Assessment, calibrate, inSampleDifferences, isThin, lastWeekAgain, quantilesAround, untested } from './calibration';
import { chooseGrain, crossValidateByHour, planByHour } from './by-hour';
import { type BacktestSummary, type FitRunner, type Forecast, type ForecastInput, type ForecastOptions, originsByEffort } from './types';
import { fillFromPast, longestTraining, seasonsOf } from './training-data';
import { cycleModelsFor, modelsFor } from './models';
import { warningsOf } from './warnings';
import { MINUTE_MS } from '../units';
import { type CodeOf, type Problem, ProblemError } from '../problems';

/**
 * Forecasts a series. Models are backtested; the forecast is their weighted median, or the path of one model where no median beats the
 * baseline; the quantiles come from its errors in the backtest.
 *
 * The interval may be anything from a minute to a day, the horizon any number of steps, and the history must hold at least two
 * observations. Where the history is too thin to support the result, the warnings say so. A load in another unit gives the same forecast in
 * that unit.
 *
 * @param run runs the fits of the models; see `FitRunner`
 * @throws ProblemError when an option is out of range, a value is infinite, or fewer than two values are observed
 */
export async function forecast(input: ForecastInput, options: ForecastOptions, run: FitRunner): Promise<Forecast> {
  checkForecast(input, options);
  const { intervalMs, nonNegative } = input;
  const { steps, quantiles, effort = 'balanced', among } = options;
  const maximumOrigins = originsByEffort[effort];
  const observed = { ...input, values: withoutExcluded(input), excluded: undefined };
  const unit = powerOfTwo(observed.values);
  const series = recentPart(observed, steps, unit);
  const end = series.values.length;
  const periods = seasonsOf(intervalMs).map((season) => season.steps);
  const filled = fillFromPast(series.values, intervalMs).values;
  const training = filled.subarray(Math.max(0, end - longestTraining(intervalMs)));
  const lastWeekAt = (origin: number) => (nonNegative ? lastWeekAgain(filled.subarray(0, origin), periods, steps) : null);
  const shift = findLevelShift(training, periods[0] ?? 1);
  const shiftInSeries = shift && { ...shift, at: shift.at + end - training.length };

  const plan = planByHour(series, steps, maximumOrigins);
  const directEffort = plan !== null && intervalMs < 5 * MINUTE_MS && effort === 'balanced' ? 'fast' : effort;
  const direct = await crossValidate(
    series,
    modelsFor(series, { effort: directEffort, steps, among }),
    { steps, origins: maximumOrigins, at: plan?.origins, cycleModels: cycleModelsFor(series) },
    run,
  );
  const thin = isThin(direct, maximumOrigins);
  const weights = thin ? [] : originWeights(direct.origins, end, intervalMs, shiftInSeries);
  const fullHistory = { ...observed, values: observed.values.map((value) => value / unit) };
  const byHour = thin || plan === null ? null : await crossValidateByHour(fullHistory, direct, plan, { steps, effort, among }, run);
  const { tested, choice, models, grain } = chooseGrain(thin ? untested(direct) : direct, byHour, weights);
  const calibration = thin ? await inSampleDifferences(series, steps, run) : calibrate(tested, choice, { nonNegative, periods, weights });

  const rails = railsOf(training, nonNegative);
  const level = tested.levels[tested.levels.length - 1];
  const alternative = lastWeekAt(end);
  const outlook = { path: choice.ahead, spread: choice.spreadAhead, origin: end, level, alternative };
  const [mean, ...paths] = [choice.ahead, ...quantilesAround(outlook, calibration, quantiles, nonNegative)].map((path) =>
    holdWithin(path, rails),
  );
  const toUnit = (value: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value * unit)) + 0;
  const assessment = assess(tested, choice, calibration, quantiles, nonNegative, alternative === null ? undefined : lastWeekAt);
  const levelShift = shiftInSeries && datedShift(shiftInSeries, series, toUnit);
  return {
    start: input.start + input.values.length * intervalMs,
    intervalMs,
    mean: mean.path.map(toUnit),
    quantiles: paths.map(({ path }) => path.map(toUnit)),
    chosen: choice.name,
    models,
    backtest: summarise(tested, choice, assessment, quantiles, unit),
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
      held: [mean, ...paths].map((path) => path.held),
    }),
  };
}

function datedShift({ at, before, after }: LevelShift, { start, intervalMs }: ForecastInput, toUnit: (value: number) => number) {
  return { at: start + at * intervalMs, before: toUnit(before), after: toUnit(after) };
}

/** A power of two near the largest value. To divide by it is exact, and no sum of the quotients can overflow. */
function powerOfTwo(values: Float64Array): number {
  const largest = values.reduce((size, value) => (Math.abs(value) > size ? Math.abs(value) : size), 0);
  return largest === 0 ? 1 : 2 ** Math.min(1023, Math.floor(Math.log2(largest)));
}

/** The part of the history that training and backtests use, divided by `unit`. It begins with an observation and has at least two of them. */
function recentPart({ start, intervalMs, values, nonNegative }: ForecastInput, steps: number, unit: number): ForecastInput {
  const earliest = values.length - steps - Math.ceil(1.5 * longestTraining(intervalMs));
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  const second = values.subarray(0, last).findLastIndex((value) => !Number.isNaN(value));
  const from = values.findIndex((value, i) => !Number.isNaN(value) && i >= Math.min(earliest, second));
  return { start: start + from * intervalMs, intervalMs, values: values.slice(from).map((value) => value / unit), nonNegative };
}

function summarise(
  backtest: Backtest,
  choice: Choice,
  { coverage, pinball }: Assessment,
  quantiles: readonly number[],
  unit: number,
): BacktestSummary {
  const { origins, testedSteps } = backtest;
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

/**
 * Refuses a series or options that no forecast can be made from.
 *
 * @throws ProblemError with every problem: `forecast/steps`, `forecast/quantiles`, `forecast/interval`, `forecast/not-finite`,
 *   `forecast/too-short`
 */
export function checkForecast({ intervalMs, values }: ForecastInput, { steps, quantiles }: ForecastOptions): void {
  const problems: Problem[] = [];
  const refuse = (code: CodeOf<'forecast'>, path: string, message: string, expected: string, received: string, hint?: string) =>
    problems.push({ code: `forecast/${code}`, path, message, expected, received, ...(hint === undefined ? {} : { hint }) });
  if (!Number.isInteger(steps) || steps < 1)
    refuse('steps', 'forecast.steps', 'the horizon is no number of steps', 'a whole number from 1 up', `${steps}`);
  if (!quantiles.every((q, i) => q > 0 && q < 1 && (i === 0 || q > quantiles[i - 1]))) {
    refuse('quantiles', 'forecast.quantiles', 'the quantiles are not usable', 'ascending numbers between 0 and 1', quantiles.join(', '));
  }
  if (!(intervalMs > 0 && Number.isFinite(intervalMs)))
    refuse('interval', 'forecast.interval', 'the interval is no length of time', 'milliseconds above 0', `${intervalMs}`);
  const infinite = values.findIndex((value) => Math.abs(value) === Infinity);
  if (infinite >= 0)
    refuse(
      'not-finite',
      `history value ${infinite + 1}`,
      'the history holds an infinite value',
      'finite values, NaN where one is missing',
      `${values[infinite]}`,
    );
  const observed = values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
  if (observed < 2)
    refuse(
      'too-short',
      'history',
      'the history is too short to forecast from',
      'at least 2 observed values',
      `${observed}`,
      'record more load, or state the load in the config',
    );
  if (problems.length > 0) throw new ProblemError(problems);
}

/** The bounds of a plausible forecast, in the unit of the series. */
export type Rails = { readonly lower: number; readonly upper: number };

/**
 * The bounds of a forecast: the range of the training, made wider by its own width at both ends. A load between 10 and 50 is forecast
 * between 0 (-30, for a load that can be negative) and 90. A constant load is forecast as that constant.
 */
export function railsOf(training: Float64Array, nonNegative: boolean): Rails {
  let [low, high] = [Infinity, -Infinity];
  for (const value of training) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const lower = low - (high - low);
  return { lower: nonNegative ? Math.max(0, lower) : lower, upper: Math.max(high + (high - low), nonNegative ? 0 : -Infinity) };
}

/**
 * Moves the values of a path that are outside the rails onto the nearest rail; a value that is not a number goes onto the upper one.
 *
 * @returns the path, and in `held` the number of steps that were moved by more than rounding
 */
export function holdWithin(path: Float64Array, { lower, upper }: Rails): { readonly path: Float64Array; readonly held: number } {
  const rounding = 1e-9 * Math.max(Math.abs(lower), Math.abs(upper));
  let held = 0;
  const within = path.map((value) => {
    const inside = value >= lower ? Math.min(value, upper) : value < lower ? lower : upper;
    if (!(Math.abs(inside - value) <= rounding)) held += 1;
    return inside;
  });
  return { path: within, held };
}

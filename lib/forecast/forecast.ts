import { type Backtest, type Choice, crossValidate, findLevelShift, type LevelShift, originWeights, withoutExcluded } from './backtest';
import { assess, calibrate, type Calibration, inSampleDifferences, isThin, quantilesAround, untested } from './calibration';
import { chooseGrain, crossValidateByHour, planByHour } from './by-hour';
import { type BacktestSummary, type FitRunner, type Forecast, type ForecastInput, type ForecastOptions, originsByEffort } from './types';
import { fillFromPast, longestTraining, seasonsOf } from './training-data';
import { cycleModelsFor, modelsFor } from './models';
import { warningsOf } from './warnings';
import { MINUTE_MS } from '../units';
import { type CodeOf, type Problem, ProblemError } from '../problems';

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

/**
 * Refuses what no forecast can be made of.
 *
 * @throws ProblemError with every fault found: `forecast/steps`, `forecast/quantiles`, `forecast/interval`,
 *   `forecast/not-finite`, `forecast/too-short`
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

/** Between what bounds a forecast is believed. */
export type Rails = { readonly least: number; readonly most: number };

/**
 * The range of the training, widened by itself at both ends: a load that was between 10 and 50 is forecast between 0 and 90. A
 * constant load is forecast as that constant.
 */
export function railsOf(training: Float64Array, nonNegative: boolean): Rails {
  let [low, high] = [Infinity, -Infinity];
  for (const value of training) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const least = low - (high - low);
  return { least: nonNegative ? Math.max(0, least) : least, most: Math.max(high + (high - low), nonNegative ? 0 : -Infinity) };
}

/** A path held between the rails, and at how many steps they acted by more than rounding. What is not a number is held at the upper rail. */
export function holdWithin(path: Float64Array, { least, most }: Rails): { readonly path: Float64Array; readonly held: number } {
  const rounding = 1e-9 * Math.max(Math.abs(least), Math.abs(most));
  let held = 0;
  const within = path.map((value) => {
    const inside = value >= least ? Math.min(value, most) : value < least ? least : most;
    if (!(Math.abs(inside - value) <= rounding)) held += 1;
    return inside;
  });
  return { path: within, held };
}

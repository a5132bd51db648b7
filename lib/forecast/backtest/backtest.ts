import { type Fit, type FitResult, type FitRunner, type FitTask, type ForecastInput, type FoundSeason, originsByEffort } from '../types';
import { findSeasons } from './find-seasons';
import { fitTask, type Model } from '../models';
import { fillFromPast, longestTraining, seasonsOf } from '../training-data';
import { planOrigins, type OriginPlan } from './origins';
import { mean } from '../../history';
import { WEEK_MS } from '../../units';

/** The forecasts of each model from past origins, what was observed after these origins, and the forecasts from the end of the series. */
export type Backtest = {
  /** Index of the first value that was forecast, ascending. */
  readonly origins: readonly number[];
  /** Number of values in the series: the index at which forecasts from its end begin. */
  readonly end: number;
  /** Steps 1..testedSteps ahead were forecast from every origin. */
  readonly testedSteps: number;
  /** What was observed, by origin and step ahead; NaN where nothing was observed, which is never scored. */
  readonly actual: readonly Float64Array[];
  /** Mean of the training before each origin, and in the last place of that before the end of the series. */
  readonly levels: readonly number[];
  readonly models: readonly TestedModel[];
  /** Seasons that the values before the first origin show beside the day and the week. @default none */
  readonly found?: readonly FoundSeason[];
};

/** The paths of one model in a backtest. */
export type TestedModel = {
  readonly name: string;
  /** By origin, `testedSteps` long; `null` where the training was too short for the model or its fit failed. */
  readonly paths: readonly (Float64Array | null)[];
  /** From the end of the series, `steps` long; `null` as in `paths`. */
  readonly ahead: Float64Array | null;
  /** The reason of each fit that failed. */
  readonly failures: readonly string[];
};

/** The horizon of a backtest, and where its origins are. */
export type BacktestOptions = {
  /** The horizon: steps ahead, >= 1. */
  readonly steps: number;
  /** The largest number of origins. @default 24 */
  readonly origins?: number;
  /** Steps of each season, shortest first. @default the day and the week */
  readonly seasons?: readonly number[];
  /** The origins themselves, where they are decided already. @default planned by `origins` and `seasons` */
  readonly at?: OriginPlan;
  /** Models that are tried in addition where the values show a season beside those of `seasons`. @default none */
  readonly cycleModels?: readonly Model[];
};

/**
 * Cross-validates models on one series from rolling origins, and forecasts with them from the end of the series in the same batch of fits.
 *
 * No fit uses a value at or after its origin: gaps are filled from earlier values, and scales are set by the values before the first
 * origin.
 *
 * @param models the first one is the baseline
 */
export async function crossValidate(
  series: ForecastInput,
  models: readonly Model[],
  {
    steps,
    origins: maximumOrigins = originsByEffort.balanced,
    seasons = seasonsOf(series.intervalMs).map((season) => season.steps),
    cycleModels = [],
    at,
  }: BacktestOptions,
  run: FitRunner,
): Promise<Backtest> {
  const values = withoutExcluded(series);
  const end = values.length;
  const filled = fillFromPast(values, series.intervalMs).values;
  const { plan, found } = planWithSeasons(filled, series.intervalMs, { steps, origins: maximumOrigins, seasons, at });
  const tried = found.length > 0 ? [...models, ...cycleModels] : models;
  const observedFrom = (origin: number) => values.slice(origin, origin + plan.testedSteps);
  const origins = plan.origins.filter((origin) => !observedFrom(origin).every(Number.isNaN));
  const cycles = found.map((season) => season.steps);
  const fitInput = { values, intervalMs: series.intervalMs, origins: [...origins, end], steps };
  const fits = await fitAll(cycles.length > 0 ? { ...fitInput, cycles } : fitInput, tried, run);
  const trainingLength = longestTraining(series.intervalMs);
  return {
    origins,
    end,
    testedSteps: origins.length === 0 ? 0 : plan.testedSteps,
    actual: origins.map(observedFrom),
    levels: [...origins, end].map((origin) => mean(filled.subarray(Math.max(0, origin - trainingLength), origin))),
    found,
    models: tried.map(({ name }, m) => {
      const paths = fits[m].map((fit, o) => {
        if (fit === null || !('path' in fit)) return null;
        return withoutNegative(o < origins.length ? fit.path.subarray(0, plan.testedSteps) : fit.path, series);
      });
      return {
        name,
        paths: paths.slice(0, origins.length),
        ahead: paths[origins.length],
        failures: fits[m].flatMap((fit) => (fit !== null && 'failed' in fit ? [fit.failed] : [])),
      };
    }),
  };
}

type PlanInput = Required<Pick<BacktestOptions, 'steps' | 'origins' | 'seasons'>> & Pick<BacktestOptions, 'at'>;

/**
 * Plans the origins, and finds the seasons that the values before the first origin show.
 *
 * The seasons are looked for in the first half of the series or in its first two weeks, whichever is longer, but so that a third of the
 * room for origins stays behind. Where seasons are found, all origins are planned behind these values.
 */
function planWithSeasons(filled: Float64Array, intervalMs: number, { steps, origins, seasons, at }: PlanInput) {
  const end = filled.length;
  const usualPlan = at ?? planOrigins(end, steps, seasons, origins);
  if (seasons.length === 0) return { plan: usualPlan, found: [] };
  const [first, last] = [usualPlan.origins[0] ?? end, usualPlan.origins.at(-1) ?? end];
  const preferredEnd = Math.max(Math.ceil(end / 2), Math.ceil((2 * WEEK_MS) / intervalMs));
  const searchEnd = at ? first : Math.max(first, Math.min(preferredEnd, Math.floor(last - (last - first) / 3)));
  const found = findSeasons(filled.subarray(Math.max(0, searchEnd - longestTraining(intervalMs)), searchEnd), intervalMs);
  return { plan: found.length === 0 || at ? usualPlan : planOrigins(end, steps, seasons, origins, searchEnd), found };
}

/** The values with those that are excluded made NaN, as if they were missing. The first value always stays. */
export function withoutExcluded({ values, excluded }: ForecastInput): Float64Array {
  return excluded === undefined ? values : values.map((value, i) => (i > 0 && excluded[i] === 1 ? NaN : value));
}

/** A path whose negative values are set to zero where the load cannot be negative. */
function withoutNegative(path: Float64Array, { nonNegative }: ForecastInput): Float64Array {
  return nonNegative ? path.map((value) => Math.max(0, value)) : path;
}

/**
 * Fits all models and returns the fits by model, then by origin.
 *
 * The first model, the baseline, is fitted in this thread, so that it cannot fail with a worker. Guarded models are sent to the workers one
 * fit at a time. The others are sent together, or in one task for each model where they are so long that several workers should share them.
 */
async function fitAll(work: Omit<FitTask, 'models'>, models: readonly Model[], run: FitRunner): Promise<readonly (readonly Fit[])[]> {
  const baseline = fitTask({ ...work, models: [models[0].name] }, neverFit);
  const unguarded = models.flatMap((model, m) => (model.guarded || m === 0 ? [] : [m]));
  const guarded = models.flatMap((model, m) =>
    model.guarded
      ? work.origins.filter((origin) => origin >= model.smallestTraining(work.intervalMs)).map((origin) => ({ m, origin }))
      : [],
  );
  const batches =
    unguarded.length === 0 ? [] : work.values.length * work.origins.length > longestTogether ? unguarded.map((m) => [m]) : [unguarded];
  const tasks: FitTask[] = [
    ...batches.map((batch) => ({ ...work, models: batch.map((m) => models[m].name) })),
    ...guarded.map(({ m, origin }) => ({ ...work, models: [models[m].name], values: work.values.slice(0, origin), origins: [origin] })),
  ];
  const results = tasks.length === 0 ? [] : await run(tasks);
  const fits: Fit[][] = models.map(() => new Array<Fit>(work.origins.length).fill(null));
  fits[0] = work.origins.map((_, o) => fitOf(baseline, 0, o));
  batches.forEach((batch, p) => batch.forEach((m, i) => (fits[m] = work.origins.map((_, o) => fitOf(results[p], i, o)))));
  guarded.forEach(({ m, origin }, g) => (fits[m][work.origins.indexOf(origin)] = fitOf(results[batches.length + g], 0, 0)));
  return fits;
}

const neverFit = () => {
  throw new Error('a baseline needs no fit');
};

/** Values times origins of a task; in a larger one, each model gets a task of its own. */
const longestTogether = 50_000;

function fitOf(result: FitResult, model: number, origin: number): Fit {
  return 'failed' in result ? result : result.fits[model][origin];
}

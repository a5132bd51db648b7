import { type Fit, type FitResult, type FitRunner, type FitTask, type ForecastInput, type FoundSeason, originsByEffort } from '../types';
import { findSeasons } from './find-seasons';
import { fitTask, type Model } from '../models';
import { fillFromPast, longestTraining, seasonsOf } from '../training-data';
import { planOrigins, type OriginPlan } from './origins';
import { mean } from '../../history';
import { WEEK_MS } from '../../units';

/** What each model would have said in the past, beside what came, and what it says now. */
export type Backtest = {
  /** Index of the first value forecast, ascending. */
  readonly origins: readonly number[];
  /** Places in the series; forecasts from now begin there. */
  readonly end: number;
  /** Leads 1..testedSteps were forecast from every origin. */
  readonly testedSteps: number;
  /** By origin and lead; NaN where nothing was observed: never scored. */
  readonly actual: readonly Float64Array[];
  /** By origin, and last from the end of the series: mean of the training. */
  readonly levels: readonly number[];
  readonly models: readonly TestedModel[];
  /** Seasons that the values before the first origin show beside the day and the week. @default none */
  readonly found?: readonly FoundSeason[];
};

export type TestedModel = {
  readonly name: string;
  /** By origin; `null` where the training was too short for the model or its fit failed. */
  readonly paths: readonly (Float64Array | null)[];
  /** From the end of the series, `steps` long. */
  readonly ahead: Float64Array | null;
  /** Why fits failed, one text a failed fit. */
  readonly failures: readonly string[];
};

export type BacktestOptions = {
  /** Steps ahead, >= 1. */
  readonly steps: number;
  /** Most origins. @default 24 */
  readonly origins?: number;
  /** Steps of each season, shortest first. @default the day and the week */
  readonly seasons?: readonly number[];
  /** Where to stand in place of what `origins` would plan. */
  readonly at?: OriginPlan;
  /** Tried too where a season is found beside those. @default none */
  readonly cycleModels?: readonly Model[];
};

/**
 * Rolling-origin cross-validation of models on one series, and their forecasts from its end in the same batch of fits.
 *
 * No fit sees anything at or after its origin: gaps are filled from the past, and scales are known before the first origin.
 */
export async function crossValidate(
  series: ForecastInput,
  models: readonly Model[],
  {
    steps,
    origins: most = originsByEffort.balanced,
    seasons = seasonsOf(series.intervalMs).map((season) => season.steps),
    cycleModels = [],
    at,
  }: BacktestOptions,
  run: FitRunner,
): Promise<Backtest> {
  const values = withoutExcluded(series);
  const end = values.length;
  const filled = fillFromPast(values, series.intervalMs).values;
  const { plan, found } = planWithSeasons(filled, series.intervalMs, { steps, origins: most, seasons, at });
  const tried = found.length > 0 ? [...models, ...cycleModels] : models;
  const tested = (origin: number) => values.slice(origin, origin + plan.testedSteps);
  const origins = plan.origins.filter((origin) => !tested(origin).every(Number.isNaN));
  const cycles = found.map((season) => season.steps);
  const work = { values, intervalMs: series.intervalMs, origins: [...origins, end], steps };
  const fits = await fitAll(cycles.length > 0 ? { ...work, cycles } : work, tried, run);
  const longest = longestTraining(series.intervalMs);
  return {
    origins,
    end,
    testedSteps: origins.length === 0 ? 0 : plan.testedSteps,
    actual: origins.map(tested),
    levels: [...origins, end].map((origin) => mean(filled.subarray(Math.max(0, origin - longest), origin))),
    found,
    models: tried.map(({ name }, m) => {
      const paths = fits[m].map((fit, o) => {
        if (fit === null || !('path' in fit)) return null;
        return possible(o < origins.length ? fit.path.subarray(0, plan.testedSteps) : fit.path, series);
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

type Wanted = Required<Pick<BacktestOptions, 'steps' | 'origins' | 'seasons'>> & Pick<BacktestOptions, 'at'>;

/**
 * Where the origins stand, and the seasons that the values before the first of them show. Such seasons are looked for in the first half
 * of the series or its first two weeks, as long as a third of the room for origins stays behind it; where there are some, all origins
 * stand behind.
 */
function planWithSeasons(filled: Float64Array, intervalMs: number, { steps, origins, seasons, at }: Wanted) {
  const end = filled.length;
  const usual = at ?? planOrigins(end, steps, seasons, origins);
  if (seasons.length === 0) return { plan: usual, found: [] };
  const [first, last] = [usual.origins[0] ?? end, usual.origins.at(-1) ?? end];
  const wanted = Math.max(Math.ceil(end / 2), Math.ceil((2 * WEEK_MS) / intervalMs));
  const until = at ? first : Math.max(first, Math.min(wanted, Math.floor(last - (last - first) / 3)));
  const found = findSeasons(filled.subarray(Math.max(0, until - longestTraining(intervalMs)), until), intervalMs);
  return { plan: found.length === 0 || at ? usual : planOrigins(end, steps, seasons, origins, until), found };
}

/** The values to train on and to be scored by: what is known to be unlike the rest is as good as missing. The first one always stays. */
export function withoutExcluded({ values, excluded }: ForecastInput): Float64Array {
  return excluded === undefined ? values : values.map((value, i) => (i > 0 && excluded[i] === 1 ? NaN : value));
}

/** A load that cannot be negative is not forecast to be. */
function possible(path: Float64Array, { nonNegative }: ForecastInput): Float64Array {
  return nonNegative ? path.map((value) => Math.max(0, value)) : path;
}

/**
 * By model, then by origin. The first model, what the others are measured by, is fitted here: it must not fail with a worker. Guarded fits
 * travel one by one, the others together, unless they are so long that they had better be shared out.
 */
async function fitAll(work: Omit<FitTask, 'models'>, models: readonly Model[], run: FitRunner): Promise<readonly (readonly Fit[])[]> {
  const yardstick = fitTask({ ...work, models: [models[0].name] }, neverFit);
  const free = models.flatMap((model, m) => (model.guarded || m === 0 ? [] : [m]));
  const guarded = models.flatMap((model, m) =>
    model.guarded
      ? work.origins.filter((origin) => origin >= model.smallestTraining(work.intervalMs)).map((origin) => ({ m, origin }))
      : [],
  );
  const parts = free.length === 0 ? [] : work.values.length * work.origins.length > longestTogether ? free.map((m) => [m]) : [free];
  const tasks: FitTask[] = [
    ...parts.map((part) => ({ ...work, models: part.map((m) => models[m].name) })),
    ...guarded.map(({ m, origin }) => ({ ...work, models: [models[m].name], values: work.values.slice(0, origin), origins: [origin] })),
  ];
  const results = tasks.length === 0 ? [] : await run(tasks);
  const fits: Fit[][] = models.map(() => new Array<Fit>(work.origins.length).fill(null));
  fits[0] = work.origins.map((_, o) => fitOf(yardstick, 0, o));
  parts.forEach((part, p) => part.forEach((m, i) => (fits[m] = work.origins.map((_, o) => fitOf(results[p], i, o)))));
  guarded.forEach(({ m, origin }, g) => (fits[m][work.origins.indexOf(origin)] = fitOf(results[parts.length + g], 0, 0)));
  return fits;
}

const neverFit = () => {
  throw new Error('a yardstick needs no fit');
};

/** Values times origins of one task, above which its models are shared out among the workers. */
const longestTogether = 50_000;

function fitOf(result: FitResult, model: number, origin: number): Fit {
  return 'failed' in result ? result : result.fits[model][origin];
}

import { planOrigins } from './origins';
import { meanOf } from './scale';
import { seasonsOf } from './seasons';
import { trainingAt } from './training';
import type { Model } from './models/model';
import type { FitResult, FitRunner, FitTask, ForecastInput } from './types';

/** What each model would have said in the past, beside what came, and what it says now. */
export type Backtest = {
  /** Index of the first value forecast, ascending. */
  readonly origins: readonly number[];
  /** Leads 1..testedSteps were forecast from every origin. */
  readonly testedSteps: number;
  /** By origin and lead; NaN where nothing was observed: never scored. */
  readonly actual: readonly Float64Array[];
  /** By origin, and last from the end of the series: mean of the training. */
  readonly levels: readonly number[];
  readonly models: readonly TestedModel[];
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
  /** Most origins. @default 20 */
  readonly origins?: number;
  /** Steps of each season, shortest first. @default the day and the week */
  readonly seasons?: readonly number[];
};

/**
 * Rolling-origin cross-validation of models on one series, and their forecasts from its end in the same batch of fits.
 *
 * No fit sees anything at or after its origin: gaps are filled, values scaled and seasons found within the training part alone.
 */
export async function crossValidate(
  series: ForecastInput,
  models: readonly Model[],
  { steps, origins: most = 20, seasons = seasonsOf(series.intervalMs).map((season) => season.steps) }: BacktestOptions,
  run: FitRunner,
): Promise<Backtest> {
  const end = series.values.length;
  const plan = planOrigins(end, steps, seasons, most);
  const tested = (origin: number) => series.values.slice(origin, origin + plan.testedSteps);
  const origins = plan.origins.filter((origin) => !tested(origin).every(Number.isNaN));
  const trainings = [...origins, end].map((origin) => trainingAt(series, origin));
  const tasks = models.flatMap((model) =>
    trainings.map((training, i) => ({
      model,
      task: { ...training, model: model.name, steps: i < origins.length ? plan.testedSteps : steps },
    })),
  );
  const results = await fitAll(tasks, run);
  return {
    origins,
    testedSteps: origins.length === 0 ? 0 : plan.testedSteps,
    actual: origins.map(tested),
    levels: trainings.map(({ values }) => meanOf(values)),
    models: models.map(({ name }, m) => {
      const fits = results.slice(m * trainings.length, (m + 1) * trainings.length);
      const paths = fits.map((fit) => (fit !== null && 'path' in fit ? possible(fit.path, series) : null));
      return {
        name,
        paths: paths.slice(0, origins.length),
        ahead: paths[origins.length],
        failures: fits.flatMap((fit) => (fit !== null && 'failed' in fit ? [fit.failed] : [])),
      };
    }),
  };
}

/** A load that cannot be negative is not forecast to be. */
function possible(path: Float64Array, { nonNegative }: ForecastInput): Float64Array {
  return nonNegative ? path.map((value) => Math.max(0, value)) : path;
}

/** `null` for what was not tried: the training is shorter than the model needs. */
async function fitAll(
  tasks: readonly { readonly model: Model; readonly task: FitTask }[],
  run: FitRunner,
): Promise<readonly (FitResult | null)[]> {
  const long = tasks.filter(({ model, task }) => task.values.length >= model.smallestTraining(task.intervalMs));
  const away = long.filter(({ model }) => model.runsIn === 'worker');
  const answers = away.length === 0 ? [] : await run(away.map(({ task }) => task));
  const byTask = new Map<FitTask, FitResult>(away.map(({ task }, i) => [task, answers[i]]));
  for (const { model, task } of long) if (model.runsIn === 'caller') byTask.set(task, { path: model.fit(task) });
  return tasks.map(({ task }) => byTask.get(task) ?? null);
}

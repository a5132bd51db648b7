import { modelsFor } from './models/all';
import { trainingAt } from './training';
import type { FitRunner, FitTask, ForecastInput } from './types';

/** What each model alone says from the end of a series on, its yardstick first; `null` where it cannot or its fit failed. */
export async function modelPaths(
  series: ForecastInput,
  steps: number,
  run: FitRunner,
): Promise<readonly { readonly name: string; readonly path: Float64Array | null }[]> {
  const training = trainingAt(fromFirst(series), fromFirst(series).values.length);
  const models = modelsFor(training);
  const task = (name: string): FitTask => ({ ...training, model: name, steps });
  const able = models.filter((model) => training.values.length >= model.smallestTraining(series.intervalMs));
  const away = able.filter(({ runsIn }) => runsIn === 'worker');
  const answers = away.length === 0 ? [] : await run(away.map(({ name }) => task(name)));
  return models.map((model) => {
    if (!able.includes(model)) return { name: model.name, path: null };
    const answer = model.runsIn === 'caller' ? { path: model.fit(task(model.name)) } : answers[away.indexOf(model)];
    const path = 'path' in answer ? answer.path : null;
    return { name: model.name, path: path && series.nonNegative ? path.map((value) => Math.max(0, value)) : path };
  });
}

function fromFirst(series: ForecastInput): ForecastInput {
  const first = Math.max(
    0,
    series.values.findIndex((value) => !Number.isNaN(value)),
  );
  return { ...series, start: series.start + first * series.intervalMs, values: series.values.subarray(first) };
}

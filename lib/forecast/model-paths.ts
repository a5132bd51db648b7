import { crossValidate } from './backtest';
import { cycleModelsFor, modelsFor, type Wanted } from './models/all';
import type { FitRunner, ForecastInput } from './types';

/** What each model alone says from the end of a series on, its yardstick first; `null` where it cannot or its fit failed. */
export async function modelPaths(
  series: ForecastInput,
  { steps, effort, among }: Wanted & { readonly steps: number },
  run: FitRunner,
): Promise<readonly { readonly name: string; readonly path: Float64Array | null }[]> {
  const known = fromFirst(series);
  const { models } = await crossValidate(
    known,
    modelsFor(known, { steps, effort, among }),
    { steps, origins: 0, cycleModels: cycleModelsFor(known) },
    run,
  );
  return models.map(({ name, ahead }) => ({ name, path: ahead }));
}

/** From the first observation on: models train on series that begin with one. */
function fromFirst(series: ForecastInput): ForecastInput {
  const first = Math.max(
    0,
    series.values.findIndex((value) => !Number.isNaN(value)),
  );
  return { ...series, start: series.start + first * series.intervalMs, values: series.values.subarray(first) };
}

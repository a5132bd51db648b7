import type { Effort } from './effort';
import { modelsFor } from './models/all';
import type { FitRunner, FitTask, ForecastInput } from './types';

/** What each model alone says from the end of a series on, its yardstick first; `null` where it cannot or its fit failed. */
export async function modelPaths(
  series: ForecastInput,
  { steps, effort }: { readonly steps: number; readonly effort?: Effort },
  run: FitRunner,
): Promise<readonly { readonly name: string; readonly path: Float64Array | null }[]> {
  const { values, intervalMs, nonNegative } = fromFirst(series);
  const models = modelsFor(series, effort);
  const task = (names: readonly string[]): FitTask => ({ models: names, values, intervalMs, origins: [values.length], steps });
  const together = models.filter(({ guarded }) => guarded !== true).map(({ name }) => name);
  const groups = [together, ...models.filter(({ guarded }) => guarded === true).map(({ name }) => [name])];
  const results = await run(groups.map(task));
  const paths = new Map(groups.flatMap((names, group) => names.map((name, m) => [name, pathOf(results[group], m)] as const)));
  return models.map(({ name }) => {
    const path = paths.get(name) ?? null;
    return { name, path: path && nonNegative ? path.map((value) => Math.max(0, value)) : path };
  });
}

function pathOf(result: Awaited<ReturnType<FitRunner>>[number], model: number): Float64Array | null {
  const fit = 'fits' in result ? result.fits[model].at(-1) : null;
  return fit && 'path' in fit ? fit.path : null;
}

function fromFirst(series: ForecastInput): ForecastInput {
  const first = Math.max(
    0,
    series.values.findIndex((value) => !Number.isNaN(value)),
  );
  return { ...series, start: series.start + first * series.intervalMs, values: series.values.subarray(first) };
}

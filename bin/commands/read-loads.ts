import { resolve } from 'node:path';
import { fileHistoryReader } from '../../lib/adapters/files';
import type { CapacityConfig } from '../../lib/config/schema';
import { type HistoryReader, type HistoryReading, readingOf, type SeriesKind } from '../../lib/history/series';
import { observe } from '../../lib/plan/observe';
import { isProblemError, type Problem, ProblemError } from '../../lib/problems';
import { gridOf, loadGridOf } from '../../lib/simulate/load-grid';
import type { LoadGrid } from '../../lib/simulate/refine';
import { HOUR_MS } from '../../lib/units';
import { fileSource } from './file-source';

/** What the values of a file are, and where they stand. */
export type FileOptions = {
  readonly series: SeriesKind;
  readonly timeColumn: string;
  readonly valueColumn: string;
  readonly zone?: string;
};

/** The load as finely as it was observed, a rate or a level, from a whole hour on. */
export async function readFileLoad(
  path: string,
  options: FileOptions,
): Promise<{ readonly load: LoadGrid; readonly warnings: readonly string[] }> {
  const source = fileSource(path, options);
  const read = fileHistoryReader({ baseDirectory: resolve('.') });
  const at = async (intervalMs: number): Promise<HistoryReading> => {
    const [outcome] = await read([{ source, defaultKind: 'rate', intervalMs, path }]);
    return readingOf(outcome);
  };
  const coarse = await byTheHour(() => at(HOUR_MS));
  const intervalMs = gridOf(coarse.series.origin.spacingMs);
  const { series, warnings } = intervalMs === HOUR_MS ? coarse : await at(intervalMs);
  return {
    load: loadGridOf(series),
    warnings: warnings.map(({ path: place, message }) => `${place}: ${message}`),
  };
}

/** Each load as finely as it was observed. Siblings that lend a shape have no part in a replay; without a history there is none. */
export async function readWorkloadLoads(
  config: CapacityConfig,
  names: readonly string[],
  read: HistoryReader,
): Promise<Record<string, LoadGrid>> {
  const seriesOf = async (some: readonly string[], period: number) => {
    const workloads = Object.fromEntries(some.map((name) => [name, { ...config.workloads[name], like: undefined }]));
    const { signals } = await observe({ ...config, period, workloads, history: { ...config.history, unusable: 'refuse' } }, read);
    return some.map((name) => ({ name, series: signals[`${name}.load`].series }));
  };
  const hourly = await byTheHour(() => seriesOf(names, HOUR_MS));
  const loads: Record<string, LoadGrid> = {};
  for (const grid of new Set(hourly.map(({ series }) => gridOf(series.origin.spacingMs)))) {
    const mine = hourly.filter(({ series }) => gridOf(series.origin.spacingMs) === grid);
    const asFine =
      grid === HOUR_MS
        ? mine
        : await seriesOf(
            mine.map(({ name }) => name),
            grid,
          );
    for (const { name, series } of asFine) loads[name] = loadGridOf(series);
  }
  return loads;
}

/** What is coarser than an hour is refused in words of a replay, which has no period that one could set. */
async function byTheHour<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isProblemError(error)) throw error;
    throw new ProblemError(error.problems.map((problem) => (problem.code === 'history/too-coarse' ? tooCoarse(problem) : problem)));
  }
}

/** Of a message that begins with how far apart the observations are. */
function tooCoarse({ path, message }: Problem): Problem {
  return {
    code: 'simulate/interval',
    path,
    message: `${message.split(',')[0]}, which is too coarse to be replayed`,
    expected: 'observations at least once an hour',
    hint: 'give the load as it was measured, an hour apart at most; totals of longer times do not show what a scaler would have seen',
  };
}

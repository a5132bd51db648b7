import { resolve } from 'node:path';
import { fileHistoryReader } from '../../lib/adapters/files';
import type { CapacityConfig } from '../../lib/config/schema';
import { type HistoryReader, type HistoryReading, readingOf, type SeriesKind } from '../../lib/history/series';
import { observe } from '../../lib/plan/observe';
import { ProblemError } from '../../lib/problems';
import { gridOf, loadGridOf } from '../../lib/simulate/load-grid';
import type { LoadGrid } from '../../lib/simulate/refine';
import { DAY_MS, formatDuration, HOUR_MS } from '../../lib/units';
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
  const coarse = await at(HOUR_MS);
  const intervalMs = gridOf(coarse.series.origin.spacingMs);
  if (coarse.series.origin.spacingMs > HOUR_MS)
    throw new ProblemError({
      code: 'simulate/interval',
      path,
      message: 'is too coarse to be replayed',
      expected: 'observations at least once an hour',
      received: `every ${formatDuration(Math.min(coarse.series.origin.spacingMs, 365 * DAY_MS))}`,
    });
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
  const hourly = await seriesOf(names, HOUR_MS);
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

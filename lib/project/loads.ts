import { resolve } from 'node:path';
import { fileHistoryReader } from '../adapters/files';
import type { CapacityConfig, FileSourceConfig } from '../config/schema';
import { type HistoryReader, type HistoryReading, readingOf, type SeriesKind } from '../history/series';
import { observe } from '../plan/observe';
import { isProblemError, type Problem, ProblemError } from '../problems';
import { gridOf, loadGridOf } from '../simulate/load-grid';
import type { LoadGrid } from '../simulate/refine';
import { HOUR_MS } from '../units';

/** What the values of a file are, and where they stand. */
export type FileOptions = {
  /** What a value is. @default `rate` */
  readonly series?: SeriesKind;
  /** Column of the time. @default `timestamp` */
  readonly timeColumn?: string;
  /** Column of the value. @default `value` */
  readonly valueColumn?: string;
  /** IANA zone of times that carry none. @default such times are refused */
  readonly zone?: string;
  /** Unit of the values. @default none */
  readonly unit?: FileSourceConfig['unit'];
};

/** A file by itself, with its columns, as a source of a config: CSV, NDJSON or Parquet by its ending. */
export function fileSource(path: string, options: FileOptions): FileSourceConfig {
  const { series = 'rate', timeColumn = 'timestamp', valueColumn = 'value', zone, unit } = options;
  return { kind: kindOf(path), path, unit, series, time: timeColumn, value: valueColumn, zone };
}

function kindOf(file: string): FileSourceConfig['kind'] {
  if (/\.parquet$/i.test(file)) return 'parquet';
  return /\.(ndjson|jsonl)(\.gz|\.zst)?$/i.test(file) ? 'ndjson' : 'csv';
}

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

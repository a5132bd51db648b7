import { resolve } from 'node:path';
import { fileHistoryReader } from '../adapters/files';
import type { CapacityConfig, FileSourceConfig } from '../config';
import type { HistoryReader, HistoryReading, HistoryRequest, SeriesKind } from '../history';
import { observe, type Observed } from '../plan/load';
import { isProblemError, type Problem, ProblemError } from '../problems';
import { joinFiner, type LoadGrid, loadGridOf } from '../simulate';
import type { OnProgress } from '../progress';
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
  /** Order of day, month and year in dates that are not ISO 8601. @default as the days of the column show */
  readonly dateFormat?: FileSourceConfig['dateFormat'];
  /** Decimal sign. @default a point, or as the values of the column show */
  readonly decimal?: FileSourceConfig['decimal'];
  /** What separates thousands. @default nothing, or as the values of the column show */
  readonly thousands?: FileSourceConfig['thousands'];
  /** Unit of the values. @default none */
  readonly unit?: FileSourceConfig['unit'];
};

/** A file by itself, with its columns, as a source of a config: CSV, JSON or Parquet by its ending. */
export function fileSource(path: string, options: FileOptions): FileSourceConfig {
  const { series = 'rate', timeColumn = 'timestamp', valueColumn = 'value' } = options;
  const { zone, dateFormat, decimal, thousands, unit } = options;
  return { kind: kindOf(path), path, unit, series, time: timeColumn, value: valueColumn, zone, dateFormat, decimal, thousands };
}

function kindOf(file: string): FileSourceConfig['kind'] {
  if (/\.parquet$/i.test(file)) return 'parquet';
  return /\.(ndjson|jsonl|json)(\.gz|\.zst)?$/i.test(file) ? 'ndjson' : 'csv';
}

/** Reads a file by itself; what a refusal proposes is in the words of `FileOptions`, since no config names the file. */
export async function readFile(request: HistoryRequest<FileSourceConfig>, onProgress: OnProgress): Promise<HistoryReading> {
  const [outcome] = await fileHistoryReader({ baseDirectory: resolve('.'), onProgress })([request]);
  if (!('problems' in outcome)) return outcome;
  throw new ProblemError(outcome.problems.map(({ hint, ...problem }) => ({ ...problem, hint: hint && inOptions(hint) })));
}

/** What is said of a file by itself: what is worth a look, and how its cells were read where that was found out from them. */
export function saidOf({ warnings, notes = [] }: HistoryReading): string[] {
  const told = notes.filter(({ code }) => code === 'history/read-as');
  return [...told, ...warnings].map(({ path, message }) => `${path}: ${message}`);
}

/** A hint about a source of a config as one about the options of a file. */
function inOptions(hint: string): string {
  if (/\bwhere: /.test(hint)) return 'export one of them into a file of its own, or choose it by where of a config';
  return hint
    .replace(/, or the sum of several, value: \[.*\]/, '')
    .replace(
      /read it as such, kind: '(ndjson|parquet)'/,
      (_, kind: string) => `give it a name that ends in .${kind === 'ndjson' ? 'json' : kind}`,
    )
    .replace(/\b(time|value): '/g, "$1Column: '");
}

/** The load of a file as finely as it was observed, a rate or a level, from a whole hour on. */
export async function readFileLoad(
  path: string,
  options: FileOptions,
  onProgress: OnProgress,
): Promise<{ readonly load: LoadGrid; readonly warnings: readonly string[] }> {
  const request = { source: fileSource(path, options), defaultKind: 'rate', intervalMs: HOUR_MS, path, finest: true } as const;
  const reading = await byTheHour(() => readFile(request, onProgress));
  const { series, finest } = reading;
  return {
    load: finestLoad({ series, finest }),
    warnings: saidOf(reading),
  };
}

/** Each load as finely as it was observed. Siblings that lend a shape have no part in a replay; without a history there is none. */
export async function readWorkloadLoads(
  config: CapacityConfig,
  names: readonly string[],
  read: HistoryReader,
): Promise<Record<string, LoadGrid>> {
  const workloads = Object.fromEntries(names.map((name) => [name, { ...config.workloads[name], like: undefined }]));
  const hourly: CapacityConfig = { ...config, period: HOUR_MS, workloads, history: { ...config.history, unusable: 'refuse' } };
  const { signals } = await byTheHour(() => observe(hourly, read, () => true));
  return Object.fromEntries(names.map((name) => [name, finestLoad(signals[`${name}.load`])]));
}

/**
 * The load to replay: on the finest grid that it was read on, its last weeks from the finer record where there is one.
 *
 * @throws ProblemError where it cannot be used on that grid
 */
export function finestLoad({ series, finest = series, finer }: Pick<Observed, 'series' | 'finest' | 'finer'>): LoadGrid {
  if ('problems' in finest) throw new ProblemError(finest.problems);
  return finer === undefined ? loadGridOf(finest) : joinFiner(loadGridOf(finest), loadGridOf(finer));
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

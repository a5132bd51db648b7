import { isAbsolute, relative, resolve } from 'node:path';
import { placeOf, readSeries } from '../history/reading';
import type { HistoryReader, HistoryReading, HistoryRequest } from '../history/series';
import { isProblemError, type Problem, ProblemError } from '../problems';
import { type Dialect, findColumn, readDialect } from './files-dialect';
import { type Engine, openEngine } from './files-engine';
import { findMalformed } from './files-records';
import { findRefusals, type SeriesColumns } from './files-refusals';
import { loadTable } from './files-table';
import { readTimes } from './files-times';

export type FileHistoryOptions = {
  /** What relative paths are relative to: the folder of the config. */
  readonly baseDirectory: string;
  /** Of the engine; changes no result. @default the number of cores, at most 4 */
  readonly threads?: number;
};

/**
 * Reads history from CSV files: UTF-8, separated by commas, semicolons or tabs, with a header line. Each file is read in one
 * scan for all its series, by DuckDB, which is loaded when the first file is read.
 *
 * - Times: ISO 8601 with a zone; without one only where the source gives `zone`; epoch seconds or milliseconds, told apart by size.
 * - Values: a decimal point, no separator of thousands. Empty, `NaN`, `null`, `NA`, `N/A` and `None` are missing, never zero.
 * - Infinite values, text, decimal commas, and negative rates, counts and counters are refused with their line.
 * - Rows may come in any order; of several at one moment the larger counts.
 *
 * How observations become a grid is told at `createAggregation`.
 *
 * @throws ProblemError with everything found in all requests: `history/not-found`, `history/header`, `history/malformed`,
 * `history/no-rows`, `history/time`, `history/no-zone`, `history/value`, `history/infinite`, `history/negative`, and those of
 * `readDialect` and `readSeries`
 */
export function fileHistoryReader(options: FileHistoryOptions): HistoryReader {
  return async (requests) => {
    const problems: Problem[] = [];
    const files = [...groupByFile(requests, options.baseDirectory)].flatMap((file) => open(file, problems));
    const readings = new Map<HistoryRequest, HistoryReading>();
    const engine = files.length > 0 ? await openEngine(options.threads) : undefined;
    try {
      for (const [index, file] of files.entries()) {
        if (engine) await readFile(engine, `observations${index}`, file, readings, problems);
      }
    } finally {
      engine?.close();
    }
    if (problems.length > 0) throw new ProblemError(distinct(problems));
    return requests.map((request) => readings.get(request)).filter((reading) => reading !== undefined);
  };
}

type FileRequests = { readonly file: string; readonly shown: string; readonly requests: HistoryRequest[] };
type OpenFile = FileRequests & { readonly dialect: Dialect };

function groupByFile(requests: readonly HistoryRequest[], baseDirectory: string): Iterable<FileRequests> {
  const files = new Map<string, FileRequests>();
  for (const request of requests) {
    const { path } = request.source;
    const file = resolve(baseDirectory, path);
    const shown = isAbsolute(path) ? relative(baseDirectory, path).replaceAll('\\', '/') : path;
    const group = files.get(file) ?? { file, shown, requests: [] };
    group.requests.push(request);
    files.set(file, group);
  }
  return files.values();
}

function open(file: FileRequests, problems: Problem[]): OpenFile[] {
  try {
    return [{ ...file, dialect: readDialect(file.file, file.shown, file.requests[0].path) }];
  } catch (error) {
    collect(error, problems);
    return [];
  }
}

async function readFile(
  engine: Engine,
  table: string,
  file: OpenFile,
  readings: Map<HistoryRequest, HistoryReading>,
  problems: Problem[],
): Promise<void> {
  const wanted = findColumns(file, problems);
  if (wanted.length === 0) return;
  const times = [...new Set(wanted.map(({ columns }) => columns.time))];
  const values = [...new Set(wanted.map(({ columns }) => columns.value))];
  try {
    await loadTable(engine, table, file.file, file.dialect, { times, values });
    const [[rows]] = await engine.rows(`SELECT count(*) FROM ${table}`);
    if (Number(rows) === 0)
      throw new ProblemError({
        code: 'history/no-rows',
        path: file.shown,
        message: 'holds a header and no rows',
        hint: 'has the export run?',
      });
  } catch (error) {
    collect(isProblemError(error) ? error : malformed(file, error), problems);
    return;
  }
  for (const { request, columns } of wanted) {
    const { time, value } = columns;
    try {
      const at = { time: { column: time, index: times.indexOf(time) }, value: { column: value, index: values.indexOf(value) } };
      readings.set(request, await readOne(engine, request, { ...file, table, ...at }));
    } catch (error) {
      collect(error, problems);
    }
  }
  await engine.run(`DROP TABLE ${table}`);
}

type Wanted = { readonly request: HistoryRequest; readonly columns: { readonly time: number; readonly value: number } };

/** Where each request finds its columns; requests without them leave a problem instead. */
function findColumns({ dialect, shown, requests }: OpenFile, problems: Problem[]): Wanted[] {
  return requests.flatMap((request) => {
    const time = findColumn(dialect, 'time', request.source.time, shown);
    const value = findColumn(dialect, 'value', request.source.value, shown);
    if (typeof time === 'number' && typeof value === 'number') return [{ request, columns: { time, value } }];
    problems.push(...[time, value].filter((found) => typeof found !== 'number'));
    return [];
  });
}

async function readOne(engine: Engine, request: HistoryRequest, series: SeriesColumns): Promise<HistoryReading> {
  const { zone, series: kind = request.defaultKind } = request.source;
  const { shown, table } = series;
  const refusals = await findRefusals(engine, series, kind, zone);
  if (refusals.length > 0) throw new ProblemError(refusals);
  const { sql, warnings, notes } = await readTimes(engine, series, zone, placeOf(request, { place: shown }));
  const value = `v${series.value.index}`;
  const reading = await readSeries(request, {
    text: `csv ${shown}`,
    place: shown,
    visit: (order, each) =>
      engine.pairs(`SELECT ${sql}, ${value} FROM ${table} WHERE ${value} IS NOT NULL${order === 'by time' ? ' ORDER BY 1' : ''}`, each),
  });
  return { ...reading, warnings: [...warnings, ...reading.warnings], notes: [...notes, ...(reading.notes ?? [])] };
}

function malformed({ file, shown, dialect }: OpenFile, error: unknown): ProblemError {
  const found = findMalformed(file, dialect);
  if (found)
    return new ProblemError({ code: 'history/malformed', path: `${shown}:${found.record.line}`, message: found.message, hint: found.hint });
  const [cause] = (error as Error).message.split('\n');
  return new ProblemError({ code: 'history/malformed', path: shown, message: `cannot be read as CSV: ${cause.replaceAll(file, shown)}` });
}

/** Keeps what is a problem of the input; anything else is a fault and passes on. */
function collect(error: unknown, problems: Problem[]): void {
  if (!isProblemError(error)) throw error;
  problems.push(...error.problems);
}

/** Two series of one file have the same trouble with its times: said once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

import { isAbsolute, relative, resolve } from 'node:path';
import { seriesKindOf } from '../config/source-schema';
import { placeOf, readSeries } from '../history/reading';
import type { FileSourceConfig } from '../config/schema';
import type { HistoryOutcome, HistoryReading, HistoryRequest } from '../history/series';
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
 * An outcome with problems holds everything found: `history/not-found`, `history/header`, `history/malformed`,
 * `history/no-rows`, `history/time`, `history/no-zone`, `history/value`, `history/infinite`, `history/negative`, and those of
 * `readDialect` and `readSeries`
 */
export function fileHistoryReader(options: FileHistoryOptions): FileHistoryReader {
  return async (requests) => {
    const outcomes = new Map<FileRequest, HistoryOutcome>();
    const files = [...groupByFile(requests, options.baseDirectory)].flatMap((file) => open(file, outcomes));
    const engine = files.length > 0 ? await openEngine(options.threads) : undefined;
    try {
      for (const [index, file] of files.entries()) {
        if (engine) await readFile(engine, `observations${index}`, file, outcomes);
      }
    } finally {
      engine?.close();
    }
    return requests.map((request) => outcomes.get(request) ?? { problems: [] });
  };
}

type FileRequest = HistoryRequest<FileSourceConfig>;
export type FileHistoryReader = (requests: readonly FileRequest[]) => Promise<readonly HistoryOutcome[]>;
type FileRequests = { readonly file: string; readonly shown: string; readonly requests: FileRequest[] };
type OpenFile = FileRequests & { readonly dialect: Dialect };
type Outcomes = Map<FileRequest, HistoryOutcome>;

function groupByFile(requests: readonly FileRequest[], baseDirectory: string): Iterable<FileRequests> {
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

function open(file: FileRequests, outcomes: Outcomes): OpenFile[] {
  try {
    return [{ ...file, dialect: readDialect(file.file, file.shown, file.requests[0].path) }];
  } catch (error) {
    const refused = refusalOf(error);
    for (const request of file.requests) outcomes.set(request, refused);
    return [];
  }
}

async function readFile(engine: Engine, table: string, file: OpenFile, outcomes: Outcomes): Promise<void> {
  const wanted = findColumns(file, outcomes);
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
    const refused = refusalOf(isProblemError(error) ? error : malformed(file, error));
    for (const { request } of wanted) outcomes.set(request, refused);
    return;
  }
  for (const { request, columns } of wanted) {
    const { time, value } = columns;
    try {
      const at = { time: { column: time, index: times.indexOf(time) }, value: { column: value, index: values.indexOf(value) } };
      outcomes.set(request, await readOne(engine, request, { ...file, table, ...at }));
    } catch (error) {
      outcomes.set(request, refusalOf(error));
    }
  }
  await engine.run(`DROP TABLE ${table}`);
}

type Wanted = { readonly request: FileRequest; readonly columns: { readonly time: number; readonly value: number } };

/** Where each request finds its columns; requests without them leave a problem instead. */
function findColumns({ dialect, shown, requests }: OpenFile, outcomes: Outcomes): Wanted[] {
  return requests.flatMap((request) => {
    const time = findColumn(dialect, 'time', request.source.time, shown);
    const value = findColumn(dialect, 'value', request.source.value, shown);
    if (typeof time === 'number' && typeof value === 'number') return [{ request, columns: { time, value } }];
    outcomes.set(request, { problems: [time, value].filter((found) => typeof found !== 'number') });
    return [];
  });
}

async function readOne(engine: Engine, request: FileRequest, series: SeriesColumns): Promise<HistoryReading> {
  const { zone } = request.source;
  const kind = seriesKindOf(request.source, request.defaultKind);
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

/** What is a problem of the input becomes an outcome; anything else is a fault and passes on. */
function refusalOf(error: unknown): { readonly problems: readonly Problem[] } {
  if (!isProblemError(error)) throw error;
  return { problems: error.problems };
}

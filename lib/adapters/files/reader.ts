import { resolve } from 'node:path';
import type { FileSourceConfig } from '../../config';
import { type HistoryOutcome, type HistoryRequest, placeOf } from '../../history';
import { isProblemError, type Problem, ProblemError } from '../../problems';
import { type Engine, openEngine } from './engine';
import { findFiles, type PartFile, shownPath } from './find';
import { createIntake, type Intake } from './intake';
import { absentKeys, missedProblems, reportTimes, troubleProblems } from './findings';
import { type OpenFile, openFile } from './open';
import { findMalformed } from './records';
import { type Lane, lanesOf, scan, scanSorted } from './scan';
import { findDamage } from './whole';

export type FileHistoryOptions = {
  /** What relative paths are relative to: the folder of the config. */
  readonly baseDirectory: string;
  /** Of the engine; changes no result. @default the number of cores, at most 4 */
  readonly threads?: number;
};

/**
 * Reads history from files through DuckDB, which is loaded when the first is read: CSV (UTF-8, separated by commas, semicolons or
 * tabs, with a header line) and NDJSON, both also packed by gzip or zstd, and Parquet. A path is a file, a pattern or a
 * Hive-partitioned folder. All files of a path are gone through once for all series in them, at a memory of the grids alone.
 *
 * - Times: ISO 8601 with a zone; without one only where the source gives `zone`; epoch seconds or milliseconds, told apart by size;
 *   in Parquet also TIMESTAMP, which carries no zone, TIMESTAMP WITH TIME ZONE and DATE.
 * - Values: a decimal point, no separator of thousands. Empty, `NaN`, `null`, `NA`, `N/A` and `None` are missing, never zero.
 * - Infinite values, text, decimal commas, and negative rates, counts and counters are refused with their line.
 * - Rows may come in any order; of several at one moment the larger counts.
 *
 * How observations become a grid is told at `createAggregation`.
 *
 * An outcome with problems holds everything found: `history/header`, `history/column-type`, `history/malformed`,
 * `history/no-rows`, `history/no-match`, `history/time`, `history/no-zone`, `history/value`, `history/infinite`,
 * `history/negative`, and those of `findFiles`, `openFile`, `findDamage` and `createSeriesReader`
 */
export function fileHistoryReader(options: FileHistoryOptions): FileHistoryReader {
  return async (requests) => {
    if (requests.length === 0) return [];
    const outcomes = new Map<FileRequest, HistoryOutcome>();
    const engine = await openEngine(options.threads);
    try {
      for (const group of groupByPath(requests, options.baseDirectory)) await readGroup(engine, group, options.baseDirectory, outcomes);
    } finally {
      engine.close();
    }
    return requests.map((request) => outcomes.get(request) ?? { problems: [] });
  };
}

type FileRequest = HistoryRequest<FileSourceConfig>;
export type FileHistoryReader = (requests: readonly FileRequest[]) => Promise<readonly HistoryOutcome[]>;
type Outcomes = Map<FileRequest, HistoryOutcome>;
/** Requests of one path and kind. */
type Group = readonly FileRequest[];
/** A file that was scanned, and the series in it. */
export type ScannedFile = { readonly file: OpenFile & PartFile; readonly lanes: readonly Lane[] };

function groupByPath(requests: readonly FileRequest[], baseDirectory: string): Iterable<Group> {
  const groups = new Map<string, FileRequest[]>();
  for (const request of requests) {
    const key = `${request.source.kind} ${resolve(baseDirectory, request.source.path)}`;
    groups.set(key, [...(groups.get(key) ?? []), request]);
  }
  return groups.values();
}

async function readGroup(engine: Engine, group: Group, baseDirectory: string, outcomes: Outcomes): Promise<void> {
  const { kind, path } = group[0].source;
  let files: readonly PartFile[];
  try {
    files = await findFiles(engine, { baseDirectory, path, kind }, group[0].path);
  } catch (error) {
    const problems = problemsOf(error);
    for (const request of group) outcomes.set(request, { problems });
    return;
  }
  const shown = shownPath(baseDirectory, resolve(baseDirectory, path), path);
  const intakes = group.map((request) => createIntake(request, { text: `${kind} ${shown}`, place: shown }));
  const refused = new Map<Intake, readonly Problem[]>();
  const scanned: ScannedFile[] = [];
  let rows = 0;
  for (const file of files) {
    const wanted = intakes.filter((intake) => !refused.has(intake));
    if (wanted.length === 0) break;
    const read = await readFile(engine, file, wanted, (intake, problems) => refused.set(intake, problems));
    if (read === undefined) continue;
    rows += read.rows;
    scanned.push(read);
  }
  for (const intake of intakes) {
    if (refused.has(intake)) continue;
    const absent = absentKeys(intake, scanned);
    const problems =
      absent.length > 0
        ? absent
        : intake.tally.rows > 0
          ? await troubleProblems(engine, intake)
          : await missedProblems(engine, intake, scanned, files, rows, shown);
    if (problems.length > 0) refused.set(intake, problems);
  }
  await finishPasses(
    engine,
    intakes.filter((intake) => !refused.has(intake)),
    scanned,
  );
  for (const intake of intakes) outcomes.set(intake.request, outcomeOf(intake, refused.get(intake), shown));
}

/** The first pass over a file, for all series that may be in it. */
async function readFile(
  engine: Engine,
  part: PartFile,
  wanted: readonly Intake[],
  refuse: (intake: Intake, problems: readonly Problem[]) => void,
): Promise<(ScannedFile & { readonly rows: number }) | undefined> {
  let concerned = wanted;
  let file: ScannedFile['file'] | undefined;
  try {
    file = { ...part, ...(await openFile(engine, part, wanted[0].request.path)) };
    const lanes = await lanesOf(engine, file, wanted, refuse);
    concerned = lanes.flatMap(({ intakes }) => intakes.flat());
    if (lanes.length === 0) return undefined;
    const [damage, rows] = await Promise.all([findDamage(file), settle(scan(engine, file, lanes, 'first'))]);
    if (damage !== undefined) throw new ProblemError(damage);
    if (typeof rows !== 'number') throw rows.error;
    return { file, lanes, rows };
  } catch (error) {
    const problems = problemsOf(file === undefined || isProblemError(error) ? error : await malformed(file, error));
    for (const intake of concerned) refuse(intake, problems);
    return undefined;
  }
}

/** The outcome of a promise as a value, so that one that fails is not forgotten while another is waited for. */
async function settle<T>(promise: Promise<T>): Promise<T | { readonly error: unknown }> {
  try {
    return await promise;
  } catch (error) {
    return { error };
  }
}

/** Goes through the files again for the series that ask for it: in their order, or sorted. */
async function finishPasses(engine: Engine, intakes: readonly Intake[], scanned: readonly ScannedFile[]): Promise<void> {
  for (let open = intakes; open.length > 0;) {
    const asked = open.map((intake) => ({ intake, order: intake.reader.endPass() }));
    const asItStands = new Set(asked.filter(({ order }) => order === 'as it stands').map(({ intake }) => intake));
    const byTime = new Set(asked.filter(({ order }) => order === 'by time').map(({ intake }) => intake));
    for (const { file, lanes } of onlyOf(scanned, asItStands)) await scan(engine, file, lanes, 'later');
    if (byTime.size > 0) await scanSorted(engine, onlyOf(scanned, byTime));
    open = [...asItStands, ...byTime];
  }
}

/** The files and lanes of some series alone. */
function onlyOf(scanned: readonly ScannedFile[], wanted: ReadonlySet<Intake>): ScannedFile[] {
  if (wanted.size === 0) return [];
  return scanned.flatMap(({ file, lanes }) => {
    const left = lanes.flatMap((lane) => {
      const kept = lane.intakes
        .map((intakes, index) => ({ key: lane.keys[index], intakes: intakes.filter((intake) => wanted.has(intake)) }))
        .filter(({ intakes }) => intakes.length > 0);
      return kept.length === 0 ? [] : [{ ...lane, keys: kept.map(({ key }) => key), intakes: kept.map(({ intakes }) => intakes) }];
    });
    return left.length === 0 ? [] : [{ file, lanes: left }];
  });
}

function outcomeOf(intake: Intake, problems: readonly Problem[] | undefined, shown: string): HistoryOutcome {
  if (problems !== undefined) return { problems };
  try {
    const reading = intake.reader.finish();
    const { warnings, notes } = reportTimes(intake, placeOf(intake.request, { place: shown }));
    return { ...reading, warnings: [...warnings, ...reading.warnings], notes: [...notes, ...(reading.notes ?? [])] };
  } catch (error) {
    return { problems: problemsOf(error) };
  }
}

async function malformed(file: OpenFile, error: unknown): Promise<ProblemError> {
  const kind = { csv: 'CSV', ndjson: 'NDJSON', parquet: 'Parquet' }[file.kind];
  const found = await findMalformed(file);
  if (found)
    return new ProblemError({
      code: 'history/malformed',
      path: `${file.shown}:${found.record.line}`,
      message: found.message,
      hint: found.hint,
    });
  const [cause] = (error as Error).message.split('\n');
  return new ProblemError({
    code: 'history/malformed',
    path: file.shown,
    message: `cannot be read as ${kind}: ${cause.replaceAll(file.file, file.shown)}`,
  });
}

/** What is a problem of the input becomes an outcome; anything else is a fault and passes on. */
function problemsOf(error: unknown): readonly Problem[] {
  if (!isProblemError(error)) throw error;
  return error.problems;
}

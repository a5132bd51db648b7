import { resolve } from 'node:path';
import type { FileSourceConfig } from '../../config';
import { type HistoryOutcome, type HistoryRequest, placeOf } from '../../history';
import { isProblemError, type Problem, ProblemError } from '../../problems';
import { inEqualParts, type OnProgress } from '../../progress';
import { type Engine, openEngine } from './engine';
import { findFiles, type PartFile, shownPath } from './find';
import { createIntake, type Intake } from './intake';
import { joinSeries } from './join-series';
import { absentKeys, missedProblems, reportTimes } from './findings';
import type { WantedColumns } from './dialect';
import { type Layout, layoutOf } from './layout';
import { openFile } from './open';
import type { OpenFile } from './open-file';
import { type Instead, reconsider, type ScannedFile } from './reconsider';
import { findMalformed } from './records';
import { lanesOf } from './lanes';
import { scan, scanSorted } from './scan';
import { troubleProblems } from './troubles';
import { findDamage } from './whole';

export type FileHistoryOptions = {
  /** The folder of the config, to which relative paths are relative. */
  readonly baseDirectory: string;
  /** Number of threads of the engine. It changes no result. @default the number of cores, at most 4 */
  readonly threads?: number;
  readonly onProgress?: OnProgress;
};

/**
 * Creates a reader of history in files: CSV (separated by commas, semicolons, tabs or bars, with a header line), also as annotated by
 * InfluxDB; NDJSON, and JSON that is one document, such as the AWS CLI prints; all of these in UTF-8, UTF-16 or Windows-1252, and compressed by gzip or
 * zstd; and Parquet. The path of a source is a file, a pattern or a Hive-partitioned folder. The files are read through DuckDB, which is
 * loaded when the first file is read. Each file is read once for all series in it (again only for a series that asks for another pass, or
 * whose cells are written in another way than expected), and only the grids of the series are held in memory.
 *
 * - Times: ISO 8601 with a zone; without one only where the source gives `zone`; epoch seconds or milliseconds, told apart by size;
 *   in Parquet also TIMESTAMP, which carries no zone, TIMESTAMP WITH TIME ZONE and DATE. Other dates by `dateFormat`, or as their days show.
 *   An hour that happened twice is told apart by the order of the rows.
 * - Values: a decimal point, no separator of thousands. Others by `decimal` and `thousands`, or as all values of the column show; units in
 *   cells likewise. Empty, `NaN`, `null`, `NA`, `N/A`, `None`, `undefined` and `-` are missing, never zero.
 * - Infinite and absurdly large values, text, and negative rates, counts and counters are refused with their line.
 * - Rows may be in any order. Where several rows of a series have the same time, the largest value counts.
 *
 * `createAggregation` describes how observations become a grid.
 *
 * Problems do not make the reader throw: they are the outcome of the request, all of them together. Their codes are
 * `history/header`, `history/column-type`, `history/malformed`, `history/no-rows`, `history/no-match`, `history/time`,
 * `history/no-zone`, `history/value`, `history/infinite`, `history/negative`, `history/ambiguous`, `history/too-large`,
 * `history/several-series`, and those of `findFiles`, `openFile`, `findDamage` and `createSeriesReader`.
 */
export function fileHistoryReader(options: FileHistoryOptions): FileHistoryReader {
  return async (requests) => {
    if (requests.length === 0) return [];
    const outcomes = new Map<FileRequest, HistoryOutcome>();
    const engine = await openEngine(options.threads);
    try {
      const groups = [...groupByPath(requests, options.baseDirectory)];
      const parts = inEqualParts(options.onProgress, groups.length);
      for (const [index, group] of groups.entries()) {
        await engine.observed(parts[index], () => readGroup(engine, group, options.baseDirectory, outcomes));
        parts[index](1);
      }
    } finally {
      engine.close();
    }
    return requests.map((request) => outcomes.get(request) ?? { problems: [] });
  };
}

type FileRequest = HistoryRequest<FileSourceConfig>;
export type FileHistoryReader = (requests: readonly FileRequest[]) => Promise<readonly HistoryOutcome[]>;
type Outcomes = Map<FileRequest, HistoryOutcome>;
/** The requests that have the same path and kind. */
type Group = readonly FileRequest[];
function groupByPath(requests: readonly FileRequest[], baseDirectory: string): Iterable<Group> {
  const groups = new Map<string, FileRequest[]>();
  for (const request of requests) {
    const { kind, path, join, ...others } = request.source;
    // What is summed is a table of its own.
    const key = JSON.stringify([kind, resolve(baseDirectory, path), ...(join === undefined ? [] : [join, others])]);
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
  const intakeOf = (request: FileRequest, layout: Layout): Intake =>
    createIntake(request, { text: `${kind} ${shown}`, place: shown }, layout);
  const refused = new Map<Intake, readonly Problem[]>();
  const read: { readonly intake: Intake; readonly scanned: readonly ScannedFile[] }[] = [];
  let wanted = group.map((request) => intakeOf(request, layoutOf(request.source)));
  for (let look = 1; wanted.length > 0; look += 1) {
    const scanned = await readFiles(engine, files, wanted, refused);
    const again: Intake[] = [];
    for (const intake of wanted) {
      const other = refused.has(intake) || look > mostLooks ? undefined : await reconsider(engine, intake, scanned);
      if (other !== undefined && 'layout' in other) {
        again.push(intakeOf(intake.request, other.layout));
        continue;
      }
      const problems = refused.get(intake) ?? (await problemsOfRows(engine, intake, { scanned, files, shown }, other?.problems ?? []));
      if (problems.length > 0) refused.set(intake, problems);
      read.push({ intake, scanned });
    }
    wanted = again;
  }
  const usable = read.filter(({ intake }) => !refused.has(intake));
  for (const scanned of new Set(usable.map((each) => each.scanned))) {
    const intakes = usable.filter((each) => each.scanned === scanned).map(({ intake }) => intake);
    await finishPasses(engine, intakes, scanned);
  }
  for (const { intake, scanned } of read) outcomes.set(intake.request, outcomeOf(intake, refused.get(intake), shown, scanned));
}

/** So often a series is looked at again: for its dates and numbers, for totals at its end, and for hours that happened twice. */
const mostLooks = 4;

/** The first pass over all files, for all series that may be in them. Those that a file has none of are refused. */
async function readFiles(
  engine: Engine,
  files: readonly PartFile[],
  intakes: readonly Intake[],
  refused: Map<Intake, readonly Problem[]>,
): Promise<readonly ScannedFile[]> {
  const scanned: ScannedFile[] = [];
  for (const file of files) {
    const wanted = intakes.filter((intake) => !refused.has(intake));
    if (wanted.length === 0) break;
    const read = await readFile(engine, file, wanted, (intake, problems) => refused.set(intake, problems));
    if (read !== undefined) scanned.push(read);
  }
  return scanned;
}

/** What is wrong with the rows of a series, or that it has none. */
async function problemsOfRows(
  engine: Engine,
  intake: Intake,
  { scanned, files, shown }: { readonly scanned: readonly ScannedFile[]; readonly files: readonly PartFile[]; readonly shown: string },
  other: readonly Instead[],
): Promise<readonly Problem[]> {
  const absent = absentKeys(intake, scanned);
  if (absent.length > 0) return absent;
  if (intake.tally.rows > 0) return troubleProblems(engine, intake, other);
  const rows = scanned.reduce((sum, file) => sum + file.rows, 0);
  return missedProblems(engine, intake, scanned, files, rows, shown);
}

/** Makes the first pass over a file, for all series that may have rows in it. Returns `undefined` where there is no such series. */
async function readFile(
  engine: Engine,
  part: PartFile,
  wanted: readonly Intake[],
  refuse: (intake: Intake, problems: readonly Problem[]) => void,
): Promise<ScannedFile | undefined> {
  let concerned = wanted;
  let file: ScannedFile['file'] | undefined;
  try {
    const opened = await openFile(engine, part, wanted[0].request.path, columnsOf(wanted));
    file = { ...part, ...joinSeries(opened, wanted[0].request.source) };
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

/** The columns that series name, by which the header of a file is found. */
function columnsOf(intakes: readonly Intake[]): WantedColumns {
  return intakes.map(({ request: { source } }) => ({
    time: source.time,
    names: [source.value, ...Object.keys(source.where ?? {})].flat().filter((name) => !name.includes('*')),
  }));
}

/** Waits for a promise and returns its error as a value, so that a rejection during another `await` does not go unhandled. */
async function settle<T>(promise: Promise<T>): Promise<T | { readonly error: unknown }> {
  try {
    return await promise;
  } catch (error) {
    return { error };
  }
}

/** Reads the files again for the series that ask for another pass, in the order of the rows or sorted by time, until none asks. */
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

/** The files and lanes that hold one of the `wanted` series, without the other series. */
function onlyOf(scanned: readonly ScannedFile[], wanted: ReadonlySet<Intake>): ScannedFile[] {
  if (wanted.size === 0) return [];
  return scanned.flatMap(({ file, lanes, rows }) => {
    const left = lanes.flatMap((lane) => {
      const kept = lane.intakes
        .map((intakes, index) => ({ key: lane.keys[index], intakes: intakes.filter((intake) => wanted.has(intake)) }))
        .filter(({ intakes }) => intakes.length > 0);
      return kept.length === 0 ? [] : [{ ...lane, keys: kept.map(({ key }) => key), intakes: kept.map(({ intakes }) => intakes) }];
    });
    return left.length === 0 ? [] : [{ file, lanes: left, rows }];
  });
}

function outcomeOf(
  intake: Intake,
  problems: readonly Problem[] | undefined,
  shown: string,
  scanned: readonly ScannedFile[],
): HistoryOutcome {
  if (problems !== undefined) return { problems };
  try {
    const reading = intake.reader.finish();
    const path = placeOf(intake.request, { place: shown });
    const { warnings, notes } = reportTimes(intake, path);
    return {
      ...reading,
      warnings: [...warnings, ...reading.warnings],
      notes: [...fileNotes(scanned, path), ...notes, ...(reading.notes ?? [])],
    };
  } catch (error) {
    return { problems: problemsOf(error) };
  }
}

/** What is told of the files themselves. */
function fileNotes(scanned: readonly ScannedFile[], path: string): Problem[] {
  const told = new Set(scanned.flatMap(({ file }) => (file.told === undefined ? [] : [file.told])));
  return [...told].slice(0, mostTold).map((message) => ({ code: 'history/read-as', path, message }));
}

const mostTold = 3;

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

/** The problems of an error about the input; any other error is a fault of the program and is thrown again. */
function problemsOf(error: unknown): readonly Problem[] {
  if (!isProblemError(error)) throw error;
  return error.problems;
}

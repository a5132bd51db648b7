import type { DuckDBValue } from '@duckdb/node-api';
import type { Problem } from '../../problems';
import type { Engine, Numbers } from './engine';
import type { PartFile } from './find';
import { type Intake, rowsTogether } from './intake';
import { type Column, findColumn, type OpenFile } from './open';
import { joinedLabels, joinLabels, labelSql, offsetSql, timeReading, valueReading } from './sql';

/** Series of a file that are read from the same columns of time, value and labels. The labels of a row say which series it belongs to. */
export type Lane = {
  readonly time: Column;
  readonly value: Column;
  readonly labels: readonly Column[];
  readonly zone: string | undefined;
  /** The labels of each series, joined to one text, all different. Without labels there is one entry, and all rows belong to it. */
  readonly keys: readonly string[];
  /** For each entry of `keys`, the intakes that take its rows. */
  readonly intakes: readonly (readonly Intake[])[];
};

/**
 * Groups the series of a file by the columns that they are read from. A series whose labels contradict the folders of the file is
 * left out.
 *
 * @param refuse called for a series whose columns are missing or of the wrong type; such a series is in no lane
 */
export async function lanesOf(
  engine: Engine,
  file: OpenFile & PartFile,
  intakes: readonly Intake[],
  refuse: (intake: Intake, problems: readonly Problem[]) => void,
): Promise<readonly Lane[]> {
  const lanes = new Map<string, { lane: Omit<Lane, 'keys' | 'intakes'>; byKey: Map<string, Intake[]> }>();
  const { partitions } = file;
  for (const intake of intakes) {
    const { time, value, where = {}, zone } = intake.request.source;
    const names = Object.keys(where);
    const isFolder = (name: string): boolean => Object.hasOwn(partitions, name) && !file.columns.some((column) => column.name === name);
    if (names.some((name) => isFolder(name) && partitions[name] !== String(where[name]))) continue;
    const labelNames = names.filter((name) => !isFolder(name));
    const timeColumn = timed(file, findColumn(file, 'time', time));
    const valueColumn = valued(file, findColumn(file, 'value', value));
    const labels = labelNames.map((name) => findColumn(file, 'where', name, Object.keys(partitions)));
    if (isProblem(timeColumn) || isProblem(valueColumn) || labels.some(isProblem)) {
      refuse(intake, [timeColumn, valueColumn, ...labels].filter(isProblem));
      continue;
    }
    const columns = labels.filter((column): column is Column => !isProblem(column));
    const key = joinLabels(await Promise.all(columns.map((column) => labelText(engine, column, String(where[column.name])))));
    const id = JSON.stringify([timeColumn.sql, valueColumn.sql, columns.map(({ sql }) => sql), zone]);
    const entry = lanes.get(id) ?? {
      lane: { time: timeColumn, value: valueColumn, labels: columns, zone },
      byKey: new Map<string, Intake[]>(),
    };
    lanes.set(id, entry);
    entry.byKey.set(key, [...(entry.byKey.get(key) ?? []), intake]);
  }
  return [...lanes.values()].map(({ lane, byKey }) => ({ ...lane, keys: [...byKey.keys()], intakes: [...byKey.values()] }));
}

const isProblem = (column: Column | Problem): column is Problem => 'code' in column;

function timed({ shown }: OpenFile, column: Column | Problem): Column | Problem {
  if (isProblem(column) || timeReading(column.type)) return column;
  return typeProblem(shown, column, 'no time', 'a TIMESTAMP, a DATE, ISO 8601 text or epoch seconds or milliseconds');
}

function valued({ shown }: OpenFile, column: Column | Problem): Column | Problem {
  if (isProblem(column) || valueReading(column.type)) return column;
  return typeProblem(shown, column, 'no number', 'a column of numbers');
}

function typeProblem(path: string, { name, type }: Column, holds: string, expected: string): Problem {
  return { code: 'history/column-type', path, message: `holds ${holds} in column '${name}'`, expected, received: type.slice(0, 60) };
}

/** A label of the config as the engine writes a value of the column's type: 1 is '1.0' in a column of fractions. */
async function labelText(engine: Engine, { type }: Column, wanted: string): Promise<string> {
  if (type === 'VARCHAR') return wanted;
  const [[text]] = await engine.rows(`SELECT TRY_CAST(TRY_CAST($1 AS ${type}) AS VARCHAR)`, [wanted]);
  return typeof text === 'string' ? text : wanted;
}

/** The labels of a lane as one text, as SQL. */
const labelsOf = ({ labels }: Lane): string =>
  joinedLabels(labels.map(({ sql, type }) => (type === 'VARCHAR' ? sql : `CAST(${sql} AS VARCHAR)`)));

const usedColumns = (lanes: readonly Lane[]): Column[] => [
  ...new Map(lanes.flatMap(({ time, value, labels }) => [time, value, ...labels]).map((column) => [column.sql, column])).values(),
];

const timeSql = ({ time }: Lane): string => timeReading(time.type)?.sql(time.sql) ?? '';
const valueSql = ({ value }: Lane): string => valueReading(value.type)?.sql(value.sql) ?? '';

/**
 * Reads a file once and gives its rows, in their order, to the intakes of all lanes.
 *
 * @param pass only a `first` pass counts rows and notes what is wrong with them
 * @returns the number of rows of the file
 */
export async function scan(engine: Engine, file: OpenFile, lanes: readonly Lane[], pass: 'first' | 'later'): Promise<number> {
  const { select, placed } = await selectionOf(engine, lanes);
  const { sql, values } = file.from(usedColumns(lanes));
  let rowsBefore = 0;
  const ofPass = pass === 'first' ? file : undefined;
  await engine.stream(`SELECT ${select.join(', ')} FROM ${sql}`, values, (columns, rows) => {
    for (const { handOut, time, value, label } of placed)
      handOut.add(columns[time], columns[value], label === undefined ? undefined : columns[label], rows, rowsBefore, ofPass);
    rowsBefore += rows;
  });
  for (const { handOut } of placed) handOut.end(ofPass);
  return rowsBefore;
}

/** The columns of the query, each once, and for each lane the indices of its own columns among them. */
async function selectionOf(engine: Engine, lanes: readonly Lane[]) {
  const select: string[] = [];
  const placeOf = (sql: string): number => {
    const place = select.indexOf(sql);
    return place >= 0 ? place : select.push(sql) - 1;
  };
  const placed: { readonly handOut: HandOut; readonly time: number; readonly value: number; readonly label: number | undefined }[] = [];
  for (const lane of lanes) {
    const label = lane.labels.length === 0 ? undefined : placeOf(labelSql(labelsOf(lane), await engine.enumOf(lane.keys)));
    placed.push({ handOut: createHandOut(lane.intakes), time: placeOf(timeSql(lane)), value: placeOf(valueSql(lane)), label });
  }
  return { select, placed };
}

/**
 * Reads several files and gives the rows of each series to its intakes in the order of time. The engine sorts the rows, on disk where
 * they do not fit into memory.
 */
export async function scanSorted(
  engine: Engine,
  files: readonly { readonly file: OpenFile; readonly lanes: readonly Lane[] }[],
): Promise<void> {
  const series: (readonly Intake[])[] = [];
  await engine.run('CREATE OR REPLACE TEMP TABLE rows_to_sort (series INTEGER, time DOUBLE, value DOUBLE)');
  for (const { file, lanes } of files) {
    for (const lane of lanes) {
      const places = lane.intakes.map((intakes) => placeIn(series, intakes));
      await engine.run(...insertSql(lane, file, lane.labels.length > 0 ? await engine.enumOf(lane.keys) : undefined, places));
    }
  }
  const handOut = createHandOut(series);
  await engine.stream('SELECT time, value, series FROM rows_to_sort ORDER BY series, time', [], ([times, values, places], rows) =>
    handOut.add(times, values, places, rows, 0, undefined),
  );
  handOut.end(undefined);
  await engine.run('DROP TABLE rows_to_sort');
}

/** The index of a series in the list, to which it is added when it is new. A series has the same intakes in every file. */
function placeIn(series: (readonly Intake[])[], intakes: readonly Intake[]): number {
  const place = series.findIndex((other) => other[0] === intakes[0]);
  return place >= 0 ? place : series.push(intakes) - 1;
}

function insertSql(lane: Lane, file: OpenFile, labels: string | undefined, places: readonly number[]): [string, readonly DuckDBValue[]] {
  const { sql, values } = file.from(usedColumns([lane]));
  const { zone, intakes } = lane;
  const tallies = intakes.flat().map(({ tally }) => tally);
  const [first, last] = [Math.min(...tallies.map((tally) => tally.firstLocal)), Math.max(...tallies.map((tally) => tally.lastLocal))];
  // A local time has a quarter of a millisecond added to it: see `timeForms`.
  const utc =
    zone !== undefined && first <= last
      ? `CASE WHEN t - floor(t) = 0.25 THEN floor(t) - ${offsetSql(zone, first, last, 'floor(t)')} ELSE floor(t) END`
      : 'floor(t)';
  const series = labels === undefined ? `${places[0]}` : `[${places.join(', ')}][k + 1]`;
  return [
    `INSERT INTO rows_to_sort SELECT ${series}, ${utc}, v FROM (SELECT ${labels === undefined ? '0' : labelSql(labelsOf(lane), labels)} AS k,
       ${timeSql(lane)} AS t, ${valueSql(lane)} AS v FROM ${sql}) WHERE k >= 0 AND isfinite(v)`,
    values,
  ];
}

/** Distributes the rows of chunks to the series that they belong to. */
export type HandOut = {
  /**
   * Adds a chunk of rows.
   *
   * @param places for each row the index of its series, -1 for none; without `places` all rows belong to series 0
   * @param before the number of rows of the file before this chunk
   * @param file the file of the rows in a first pass, `undefined` in a later one
   */
  readonly add: (
    times: Numbers,
    values: Numbers,
    places: Numbers | undefined,
    rows: number,
    before: number,
    file: OpenFile | undefined,
  ) => void;
  /** Passes on the rows that are still kept; called after the last chunk of a file. */
  readonly end: (file: OpenFile | undefined) => void;
};

const size = 3 * rowsTogether;

/**
 * Creates a distributor of rows. It keeps the rows of a series until there are `rowsTogether` of them and passes them on together:
 * neighbouring rows of a file usually belong to different series, and a change of series at each row would miss the processor's cache
 * each time.
 *
 * @param series for each series the intakes that take its rows
 */
export function createHandOut(series: readonly (readonly Intake[])[]): HandOut {
  const kept = new Float64Array(size * series.length);
  /** How many numbers are kept of each series, three for each row. */
  const used = new Int32Array(series.length);

  const empty = (place: number, file: OpenFile | undefined): void => {
    for (const intake of series[place]) intake.take(kept, place * size, used[place] / 3, file);
    used[place] = 0;
  };

  return {
    add: (times, values, places, rows, before, file) => {
      for (let row = 0; row < rows; row += 1) {
        const place = places === undefined ? 0 : places[row];
        if (place < 0) continue;
        const at = place * size + used[place];
        kept[at] = times[row];
        kept[at + 1] = values[row];
        kept[at + 2] = before + row;
        used[place] += 3;
        if (used[place] === size) empty(place, file);
      }
    },
    end: (file) => used.forEach((count, place) => count > 0 && empty(place, file)),
  };
}

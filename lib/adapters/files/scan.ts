import type { DuckDBValue } from '@duckdb/node-api';
import type { Engine, Numbers } from './engine';
import type { Texts } from './guess-times';
import { type Intake, rowsTogether } from './intake';
import type { Lane } from './lanes';
import type { Layout } from './layout';
import type { Column, OpenFile } from './open-file';
import { joinedLabels, labelSql, offsetSql, sumSql, timeReading, valueReading } from './sql';

/** The labels of a lane as one text, as SQL. */
const labelsOf = ({ labels }: Lane): string =>
  joinedLabels(labels.map(({ sql, type }) => (type === 'VARCHAR' ? sql : `CAST(${sql} AS VARCHAR)`)));

const usedColumns = (lanes: readonly Lane[]): Column[] => [
  ...new Map(lanes.flatMap(({ time, values, labels }) => [time, ...values, ...labels]).map((column) => [column.sql, column])).values(),
];

/** A lane as SQL: the time and the value of a row. */
const timeSql = ({ time, layout }: Lane): string => timeReading(time.type, layout)?.sql(time.sql) ?? '';
const valueSql = ({ values, layout }: Lane): string =>
  sumSql(values.map(({ sql, type }) => ({ sql, type, read: (column: string) => valueReading(type, layout)?.sql(column) ?? '' })));

/** Columns that are read together: each takes memory, and a file may have a thousand. */
const columnsTogether = 128;

/** Lanes in groups that read few enough columns together; a lane of a sum may read more by itself. */
function inGroups(lanes: readonly Lane[]): readonly (readonly Lane[])[] {
  const groups: Lane[][] = [];
  for (const lane of lanes) {
    const last = groups.at(-1);
    if (last === undefined || usedColumns([...last, lane]).length > columnsTogether) groups.push([lane]);
    else last.push(lane);
  }
  return groups;
}

/**
 * Reads a file and gives its rows, in their order, to the intakes of all lanes. The file is read once, and once more for each further
 * group of lanes where they use very many columns.
 *
 * @param pass only a `first` pass counts rows and notes what is wrong with them
 * @returns the number of rows of the file
 */
export async function scan(engine: Engine, file: OpenFile, lanes: readonly Lane[], pass: 'first' | 'later'): Promise<number> {
  let rows = 0;
  for (const group of inGroups(lanes)) rows = await scanTogether(engine, file, group, pass === 'first');
  return rows;
}

async function scanTogether(engine: Engine, file: OpenFile, lanes: readonly Lane[], isFirst: boolean): Promise<number> {
  const { select, placed } = await selectionOf(engine, lanes);
  const used = usedColumns(lanes);
  const { sql, values } = file.from(used);
  let rowsBefore = 0;
  await engine.widened(used.length, () =>
    engine.stream(`SELECT ${select.join(', ')} FROM ${sql}`, values, (columns, rows) => {
      for (const { handOut, time, value, label } of placed)
        handOut.add(columns[time], columns[value], label === undefined ? undefined : columns[label], rows, rowsBefore, file, isFirst);
      rowsBefore += rows;
    }),
  );
  for (const { handOut } of placed) handOut.end(file, isFirst);
  return rowsBefore;
}

/**
 * The cells of a series as texts, for a survey of how they are written: of its times those that cannot be read, of its values all.
 *
 * @param place of the series in the lane
 */
export async function cellsOf(engine: Engine, lane: Lane, file: OpenFile, place: number, of: 'time' | 'value'): Promise<Texts> {
  const { sql, values } = file.from(usedColumns([lane]));
  const columns = (of === 'time' ? [lane.time] : lane.values).map((column) => `${column.sql}::VARCHAR`);
  const conditions = [
    ...(of === 'time' ? [`isnan(${timeSql(lane)})`] : []),
    ...(lane.labels.length === 0 ? [] : [`${labelSql(labelsOf(lane), await engine.enumOf(lane.keys))} = ${place}`]),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return { sql: `(SELECT unnest([${columns.join(', ')}]) AS t FROM ${sql}${where})`, values };
}

/** The columns of the query, each once, and for each lane the indices of its own columns among them. */
async function selectionOf(engine: Engine, lanes: readonly Lane[]) {
  const select: string[] = [];
  const placeOf = (sql: string): number => {
    const known = select.indexOf(sql);
    return known >= 0 ? known : select.push(sql) - 1;
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
    for (const group of inGroups(lanes)) {
      const placed = await Promise.all(
        group.map(async (lane) => ({
          lane,
          places: lane.intakes.map((intakes) => placeIn(series, intakes)),
          labels: lane.labels.length > 0 ? await engine.enumOf(lane.keys) : undefined,
        })),
      );
      await engine.widened(usedColumns(group).length, () => engine.run(...insertSql(file, placed)));
    }
  }
  const handOut = createHandOut(series);
  await engine.stream('SELECT time, value, series FROM rows_to_sort ORDER BY series, time', [], ([times, values, places], rows) =>
    handOut.add(times, values, places, rows, 0, undefined, false),
  );
  handOut.end(undefined, false);
  await engine.run('DROP TABLE rows_to_sort');
}

/** The index of a series in the list, to which it is added when it is new. A series has the same intakes in every file. */
function placeIn(series: (readonly Intake[])[], intakes: readonly Intake[]): number {
  const known = series.findIndex((other) => other[0] === intakes[0]);
  return known >= 0 ? known : series.push(intakes) - 1;
}

/** A lane of a file, the index of each of its series, and the ENUM type of its labels. */
type PlacedLane = { readonly lane: Lane; readonly places: readonly number[]; readonly labels: string | undefined };

/** The SQL that adds the rows of some lanes of a file to the table, in one pass over the file. */
function insertSql(file: OpenFile, placed: readonly PlacedLane[]): [string, readonly DuckDBValue[]] {
  const { sql, values } = file.from(usedColumns(placed.map(({ lane }) => lane)));
  // What several lanes read alike, such as the time, is read once.
  const read: string[] = [];
  const nameOf = (expression: string): string => {
    const place = read.indexOf(expression);
    return `e${place >= 0 ? place : read.push(expression) - 1}`;
  };
  const rows = placed.map(({ lane, places, labels }) => ({
    series: labels === undefined ? `${places[0]}` : `coalesce([${places.join(', ')}][${nameOf(labelSql(labelsOf(lane), labels))} + 1], -1)`,
    time: utcSql(lane, file, nameOf(timeSql(lane))),
    value: valueBefore(lane.layout.endsAt.get(file.shown), nameOf(valueSql(lane))),
  }));
  const lists = (['series', 'time', 'value'] as const).map((of) => `unnest([${rows.map((row) => row[of]).join(', ')}]) AS ${of}`);
  const expressions = [...read.map((expression, index) => `${expression} AS e${index}`), 'row_number() OVER () - 1 AS r'];
  return [
    `INSERT INTO rows_to_sort SELECT series, time, value FROM (SELECT ${lists.join(', ')} FROM (SELECT ${expressions.join(', ')} FROM ${sql}))
       WHERE series >= 0 AND isfinite(value)`,
    values,
  ];
}

/** The SQL of the UTC of a time that is encoded as at `timeForms`: a local time has a quarter of a millisecond added to it. */
function utcSql({ zone, intakes, layout }: Lane, file: OpenFile, time: string): string {
  const tallies = intakes.flat().map(({ tally }) => tally);
  const [first, last] = [Math.min(...tallies.map((tally) => tally.firstLocal)), Math.max(...tallies.map((tally) => tally.lastLocal))];
  if (zone === undefined || first > last) return `floor(${time})`;
  const offset = offsetSql(zone, first, last, `floor(${time})`, secondRows(layout, file));
  return `CASE WHEN ${time} - floor(${time}) = 0.25 THEN floor(${time}) - ${offset} ELSE floor(${time}) END`;
}

/** The SQL of a value, which is missing from a row on. */
const valueBefore = (end: number | undefined, value: string): string =>
  end === undefined ? value : `CASE WHEN r < ${end} THEN ${value} ELSE 'NaN'::DOUBLE END`;

/** Whether a row is in the second of two hours of the same name, as SQL over its number `r`. */
function secondRows({ inSecondHour }: Layout, { shown }: OpenFile): string | undefined {
  const rows = inSecondHour.get(shown);
  return rows && `list_contains([${[...rows].join(', ')}], r)`;
}

/** Distributes the rows of chunks to the series that they belong to. */
export type HandOut = {
  /**
   * Adds a chunk of rows.
   *
   * @param places for each row the index of its series, -1 for none; without `places` all rows belong to series 0
   * @param before the number of rows of the file before this chunk
   * @param file of the rows
   */
  readonly add: (
    times: Numbers,
    values: Numbers,
    places: Numbers | undefined,
    rows: number,
    before: number,
    file: OpenFile | undefined,
    isFirst: boolean,
  ) => void;
  /** Passes on the rows that are still kept; called after the last chunk of a file. */
  readonly end: (file: OpenFile | undefined, isFirst: boolean) => void;
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

  const empty = (place: number, file: OpenFile | undefined, isFirst: boolean): void => {
    for (const intake of series[place]) intake.take(kept, place * size, used[place] / 3, file, isFirst);
    used[place] = 0;
  };

  return {
    add: (times, values, places, rows, before, file, isFirst) => {
      for (let row = 0; row < rows; row += 1) {
        const place = places === undefined ? 0 : places[row];
        if (place < 0) continue;
        const at = place * size + used[place];
        kept[at] = times[row];
        kept[at + 1] = values[row];
        kept[at + 2] = before + row;
        used[place] += 3;
        if (used[place] === size) empty(place, file, isFirst);
      }
    },
    end: (file, isFirst) => used.forEach((count, place) => count > 0 && empty(place, file, isFirst)),
  };
}

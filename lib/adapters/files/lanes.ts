import { distinctProblems, type Problem } from '../../problems';
import { findColumn, findValues, quoted } from './columns';
import type { Engine } from './engine';
import type { PartFile } from './find';
import type { Intake } from './intake';
import { differences, matchingSeries } from './join-series';
import { type Layout, layoutKey } from './layout';
import type { Column, OpenFile } from './open-file';
import { joinLabels, timeReading, valueReading } from './sql';

/** Series of a file that are read from the same columns of time, value and labels. The labels of a row say which series it belongs to. */
export type Lane = {
  readonly time: Column;
  /** The columns whose sum is the value. */
  readonly values: readonly Column[];
  readonly labels: readonly Column[];
  readonly zone: string | undefined;
  readonly layout: Layout;
  /** The labels of each series, joined to one text, all different. Without labels there is one entry, and all rows belong to it. */
  readonly keys: readonly string[];
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
    const { layout } = intake;
    const names = Object.keys(where);
    const isFolder = (name: string): boolean => Object.hasOwn(partitions, name) && !file.columns.some((column) => column.name === name);
    if (names.some((name) => isFolder(name) && partitions[name] !== String(where[name]))) continue;
    const labelNames = names.filter((name) => !isFolder(name));
    const timeColumn = timed(file, findColumn(file, 'time', time));
    const values = findValues(file, value, [time, ...names]).map((found) => valued(file, found));
    const labels = labelNames.map((name) => findColumn(file, 'where', name, Object.keys(partitions)));
    if (isProblem(timeColumn) || values.some(isProblem) || labels.some(isProblem)) {
      refuse(intake, distinctProblems([timeColumn, ...values, ...labels].filter(isProblem)));
      continue;
    }
    const several = severalSeries(file, where);
    if (several !== undefined) {
      refuse(intake, [several]);
      continue;
    }
    const valueColumns = values.filter((column): column is Column => !isProblem(column));
    const columns = labels.filter((column): column is Column => !isProblem(column));
    const key = joinLabels(await Promise.all(columns.map((column) => labelText(engine, column, String(where[column.name])))));
    const texts = [valueColumns, columns].map((of) => of.map(({ sql }) => sql));
    const hasRows = layout.inSecondHour.size > 0 || layout.endsAt.size > 0;
    const id = JSON.stringify([timeColumn.sql, texts, zone, layoutKey(layout), hasRows ? intake.request.path : '']);
    const known = lanes.get(id) ?? {
      lane: { time: timeColumn, values: valueColumns, labels: columns, zone, layout },
      byKey: new Map<string, Intake[]>(),
    };
    lanes.set(id, known);
    known.byKey.set(key, [...(known.byKey.get(key) ?? []), intake]);
  }
  return [...lanes.values()].map(({ lane, byKey }) => ({ ...lane, keys: [...byKey.keys()], intakes: [...byKey.values()] }));
}

const isProblem = (found: Column | Problem): found is Problem => 'code' in found;

function timed({ shown }: OpenFile, found: Column | Problem): Column | Problem {
  if (isProblem(found) || timeReading(found.type, { dates: undefined })) return found;
  return typeProblem(shown, found, 'no time', 'a TIMESTAMP, a DATE, ISO 8601 text or epoch seconds or milliseconds');
}

function valued({ shown }: OpenFile, found: Column | Problem): Column | Problem {
  if (isProblem(found) || valueReading(found.type, plainNumbers)) return found;
  return typeProblem(shown, found, 'no number', 'a column of numbers');
}

const plainNumbers = { decimal: '.', thousands: undefined, units: undefined } as const;

/** A file that tells its series apart, and more than one of them has the wanted labels: which there are. */
function severalSeries(file: OpenFile, where: Readonly<Record<string, string | number | boolean>>): Problem | undefined {
  const matching = matchingSeries(file, where);
  if (matching.length < 2) return undefined;
  const { names, text } = differences(file, matching);
  const chosen = names.slice(0, 3).map((name) => `${/^\w+$/.test(name) ? name : quoted(name)}: ${quoted(matching[0][name] ?? '')}`);
  return {
    code: 'history/several-series',
    path: file.shown,
    message: `holds ${matching.length} series, whose ${text}`,
    hint: `choose one, where: { ${[...Object.entries(where).map(([name, value]) => `${name}: ${quoted(String(value))}`), ...chosen].join(', ')} }, or say join: 'sum'`,
  };
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

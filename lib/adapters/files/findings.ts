import { type ClockChange, clockOf, explainTimestamp, type SeriesKind, shorten } from '../../history';
import type { Problem } from '../../problems';
import { formatTime } from '../../units';
import type { Engine } from './engine';
import type { PartFile } from './find';
import { type Intake, type Trouble, type TroubleSort, troubleSorts } from './intake';
import { type Column, findColumn, noColumn, type OpenFile, splitFields } from './open';
import { recordOfRow } from './records';
import { timeForms } from './sql';

/**
 * The problems of the rows of a series: times that cannot be read or have no zone; values that are not numbers, are infinite, or are
 * negative although the series is a rate, a count or a counter. There is one problem for each sort of trouble. It shows the line and
 * text of the first such row and tells how many more there are.
 */
export async function troubleProblems(engine: Engine, { request, kind, tally }: Intake): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const sort of troubleSorts) {
    const trouble = tally.troubles.get(sort);
    if (trouble === undefined) continue;
    const { place, time, value } = await textsOf(engine, trouble, request.source);
    const { message, ...rest } = explain(sort, kind, time, value);
    const { count, file } = trouble;
    const more = count === 1 ? '' : count === 2 ? ', and so does 1 more row' : `, and so do ${count - 1} more rows`;
    problems.push({ path: `${file.shown}:${place}`, message: `${message}${more}`, ...rest });
  }
  return problems;
}

type Texts = { readonly place: string; readonly time: string; readonly value: string };

/** The texts of time and value in a row, and its place: the line, or the number of the row in a file without lines. */
async function textsOf(engine: Engine, { file, row }: Trouble, names: { readonly time: string; readonly value: string }): Promise<Texts> {
  const columns = [names.time, names.value].map((name, index) => findColumn(file, index === 0 ? 'time' : 'value', name));
  const [time, value] = columns.filter((column): column is Column => !('code' in column));
  const record = await recordOfRow(file, row);
  if (record !== undefined && file.dialect !== undefined) {
    const fields = splitFields(record.text, file.dialect.delimiter);
    return { place: `${record.line}`, time: fields[file.columns.indexOf(time)] ?? '', value: fields[file.columns.indexOf(value)] ?? '' };
  }
  const { sql, values } = file.from([time, value]);
  const [texts = []] = await engine.rows(`SELECT ${time.sql}::VARCHAR, ${value.sql}::VARCHAR FROM ${sql} LIMIT 1 OFFSET ${row}`, values);
  const [timeText, valueText] = texts.map((text) => (typeof text === 'string' ? text : ''));
  return { place: record === undefined ? `row ${row + 1}` : `${record.line}`, time: timeText, value: valueText };
}

function explain(sort: TroubleSort, kind: SeriesKind, time: string, value: string): Omit<Problem, 'path'> {
  switch (sort) {
    case 'time':
      return explainTimestamp(time);
    case 'no-zone':
      return {
        code: 'history/no-zone',
        message: 'holds a time without a zone',
        received: shorten(time),
        hint: "write it with its offset (2026-11-24T00:00:00Z), or say zone: 'Europe/Berlin'",
      };
    case 'value':
      return notANumber(value);
    case 'infinite':
      return {
        code: 'history/infinite',
        message: 'holds an infinite value',
        received: shorten(value),
        hint: 'leave the value empty where it is missing',
      };
    case 'negative':
      return negative(kind, value);
  }
}

function notANumber(text: string): Omit<Problem, 'path'> {
  const comma = /^\s*[+-]?[\d.]*\d,\d+\s*$/.test(text);
  return {
    code: 'history/value',
    message: 'holds a value that is not a number',
    received: shorten(text),
    hint: comma ? 'write decimals with a point and no separator of thousands' : 'leave the value empty where it is missing',
  };
}

function negative(kind: SeriesKind, text: string): Omit<Problem, 'path'> {
  return {
    code: 'history/negative',
    message: `holds a negative ${kind}`,
    received: shorten(text),
    hint:
      kind === 'counter'
        ? 'a counter never falls below 0'
        : "differences of a counter turn negative when it restarts: read the counter itself with series: 'counter'; what may be negative is a 'level'",
  };
}

/** The most values of a label that a message shows. */
const shownValues = 6;

/**
 * Says why a series has no row: the files hold no rows at all, or no row has its labels. In the second case the hint names some of
 * the values that these labels do have.
 *
 * @param scanned the files that were read for it; files whose folders rule it out are not among them
 * @param rows the number of rows in all files together
 */
export async function missedProblems(
  engine: Engine,
  { request }: Intake,
  scanned: readonly { readonly file: OpenFile & PartFile }[],
  files: readonly PartFile[],
  rows: number,
  shown: string,
): Promise<readonly Problem[]> {
  const { where, kind } = request.source;
  if (where === undefined || (rows === 0 && scanned.length > 0)) {
    const message = kind === 'csv' ? 'holds a header and no rows' : 'holds no rows';
    return [{ code: 'history/no-rows', path: shown, message, hint: 'has the export run?' }];
  }
  const labels = Object.entries(where).map(([name, value]) => `${name} = ${shorten(String(value))}`);
  const existingLabels: string[] = [];
  for (const name of Object.keys(where)) {
    const values = await valuesOf(engine, name, scanned, files);
    if (values.length > 0)
      existingLabels.push(
        `${name} is ${values.slice(0, shownValues).map(shorten).join(', ')}${values.length > shownValues ? ', ...' : ''}`,
      );
  }
  return [
    {
      code: 'history/no-match',
      path: shown,
      message: `has no row where ${labels.join(' and ')}`,
      hint: existingLabels.length === 0 ? undefined : `where there are rows, ${existingLabels.join('; ')}`,
    },
  ];
}

/**
 * A problem for each key of a NDJSON source (time, value, labels) that no row of its files has. It can be called only after the last
 * file was read, because a key may first appear late.
 */
export function absentKeys({ request, tally }: Intake, scanned: readonly { readonly file: OpenFile & PartFile }[]): readonly Problem[] {
  const files = scanned.map(({ file }) => file);
  const { time, value, where = {}, kind } = request.source;
  if (kind !== 'ndjson' || files.length === 0) return [];
  const names = [...new Set(files.flatMap(({ columns, partitions }) => [...columns.map(({ name }) => name), ...Object.keys(partitions)]))];
  const wanted = [
    { option: 'time' as const, name: time, absent: tally.rows > 0 && tally.troubles.get('time')?.count === tally.rows },
    { option: 'value' as const, name: value, absent: tally.rows > 0 && tally.missing === tally.rows },
    ...Object.keys(where).map((name) => ({ option: 'where' as const, name, absent: tally.rows === 0 })),
  ];
  return wanted
    .filter(({ name, absent }) => absent && !names.includes(name))
    .map(({ option, name }) => noColumn(files[0], option, name, names));
}

/** Some values of a label, sorted: those of the folders, or if it is in no folder, those of the first file that has the column. */
async function valuesOf(
  engine: Engine,
  name: string,
  scanned: readonly { readonly file: OpenFile & PartFile }[],
  files: readonly PartFile[],
): Promise<readonly string[]> {
  const inFolders = files.flatMap(({ partitions }) => (Object.hasOwn(partitions, name) ? [partitions[name]] : []));
  if (inFolders.length > 0) return [...new Set(inFolders)].sort();
  for (const { file } of scanned) {
    const column = findColumn(file, 'where', name);
    if ('code' in column) continue;
    const { sql, values } = file.from([column]);
    const rows = await engine.rows(
      `SELECT DISTINCT CAST(${column.sql} AS VARCHAR) AS label FROM ${sql} WHERE label IS NOT NULL ORDER BY label LIMIT ${shownValues + 1}`,
      values,
    );
    if (rows.length > 0) return rows.map(([label]) => String(label));
  }
  return [];
}

/**
 * The warnings and notes about the rows of a series: times written in several forms, hours that a clock change doubled or skipped,
 * times that were read as epoch numbers, and how many rows had no value.
 *
 * @param path the place that the warnings and notes name
 */
export function reportTimes(intake: Intake, path: string): { readonly warnings: readonly Problem[]; readonly notes: readonly Problem[] } {
  const { forms, missing } = intake.tally;
  const notes: Problem[] = [];
  const used = timeForms.filter((_, form) => forms[form] > 0);
  if (used.length === 1 && used[0].startsWith('epoch'))
    notes.push({ code: 'history/epoch-times', path, message: `times are read as ${used[0]}` });
  if (missing > 0)
    notes.push({
      code: 'history/missing-values',
      path,
      message: `${missing} ${missing === 1 ? 'row has' : 'rows have'} no value: missing, not zero`,
    });
  const mixed: readonly Problem[] =
    used.length > 1
      ? [
          {
            code: 'history/mixed-times',
            path,
            message: `times are written in several ways: ${used.join(', ')}`,
            hint: 'was the file joined from several sources?',
          },
        ]
      : [];
  return { warnings: [...mixed, ...clockWarnings(intake, path)], notes };
}

function clockWarnings({ clock, request, tally }: Intake, path: string): Problem[] {
  const { zone } = request.source;
  const { firstLocal, lastLocal } = tally;
  if (clock === undefined || zone === undefined || firstLocal > lastLocal) return [];
  return clockOf(zone, firstLocal, lastLocal)
    .changes.filter(({ from, to }) => firstLocal < to && lastLocal >= from)
    .map((change) => ({ change, count: clock.within.get(change.at) ?? 0 }))
    .filter(({ change, count }) => count > 0 || change.hour === 'doubled')
    .map(({ change, count }) => clockWarning(change, count, zone, path));
}

function clockWarning({ from, to, hour }: ClockChange, count: number, zone: string, path: string): Problem {
  const day = formatTime(from).slice(0, 10);
  const span = `${formatTime(from).slice(11, 16)} to ${formatTime(to).slice(11, 16)}`;
  return {
    code: 'history/clock-change',
    path,
    message:
      hour === 'doubled'
        ? `on ${day} the clock of ${zone} went back, so ${span} happened twice; its rows, ${count} in all, are read as the first time, and the second is missing`
        : `on ${day} the clock of ${zone} went forward, so ${span} did not exist; rows there, ${count} in all, are read as if it had not`,
    hint: 'write times with their offset, or in UTC',
  };
}

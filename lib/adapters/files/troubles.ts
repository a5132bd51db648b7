import type { FileSourceConfig } from '../../config';
import { explainTimestamp, type SeriesKind, shorten } from '../../history';
import type { Problem } from '../../problems';
import { findColumn, findValues } from './columns';
import { splitFields } from './dialect';
import type { Engine } from './engine';
import { type Intake, largestValue, type Trouble, type TroubleSort, troubleSorts } from './intake';
import type { Column } from './open-file';
import type { Instead } from './reconsider';
import { recordOfRow } from './records';

/**
 * The problems of the rows of a series: times that cannot be read or have no zone; values that are not numbers, are infinite or absurdly
 * large, or are negative although the series is a rate, a count or a counter. There is one problem for each sort of trouble. It shows the
 * line and text of the first such row and tells how many more there are.
 *
 * @param instead what a second look found about a sort of trouble; it replaces the problem of that sort
 */
export async function troubleProblems(
  engine: Engine,
  { request, kind, tally }: Intake,
  instead: readonly Instead[] = [],
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const { zone } = request.source;
  for (const sort of troubleSorts) {
    const trouble = tally.troubles.get(sort);
    if (trouble === undefined) continue;
    const { place, time, value } = await textsOf(engine, trouble, request.source, sort);
    const path = `${trouble.file.shown}:${place}`;
    const other = instead.find(({ about }) => about === sort);
    if (other !== undefined) {
      problems.push({ path, ...other.problem });
      if (sort === 'time' && zone === undefined && !/[Zz]|[+-]\d\d:?\d\d$/.test(time))
        problems.push({ path, ...explain('no-zone', kind, time, value) });
      continue;
    }
    if (sort === 'time' && time.trim() === request.source.time) {
      const hint = 'put each table into a file of its own';
      problems.push({ code: 'history/time', path, message: 'begins another table in the same file', hint });
      break;
    }
    const { message, ...rest } = explain(sort, kind, time, value);
    const { count } = trouble;
    const more = count === 1 ? '' : count === 2 ? ', and so does 1 more row' : `, and so do ${count - 1} more rows`;
    problems.push({ path, message: `${message}${more}`, ...rest });
  }
  return problems;
}

type Texts = { readonly place: string; readonly time: string; readonly value: string };

/**
 * The texts of time and value in a row, and its place: the line, or the number of the row in a file without lines. Of the values of a sum
 * it is the one that the trouble is about.
 */
async function textsOf(
  engine: Engine,
  { file, row }: Trouble,
  { time, value, where = {} }: Pick<FileSourceConfig, 'time' | 'value' | 'where'>,
  sort: TroubleSort,
): Promise<Texts> {
  const isColumn = (found: Column | Problem): found is Column => !('code' in found);
  const [timeColumn] = [findColumn(file, 'time', time)].filter(isColumn);
  const valueColumns = findValues(file, value, [time, ...Object.keys(where)]).filter(isColumn);
  const record = await recordOfRow(file, row);
  if (record !== undefined && file.dialect !== undefined) {
    const fields = splitFields(record.text, file.dialect.delimiter);
    const textOf = (column: Column): string => fields[file.columns.indexOf(column)] ?? '';
    return { place: `${record.line}`, time: textOf(timeColumn), value: troubled(valueColumns.map(textOf), sort) };
  }
  const used = [timeColumn, ...valueColumns, ...(file.place ? [file.place] : [])];
  const { sql, values } = file.from([timeColumn, ...valueColumns]);
  const select = used.map((column) => `${column.sql}::VARCHAR`).join(', ');
  const [texts = []] = await engine.rows(`SELECT ${select} FROM ${sql} LIMIT 1 OFFSET ${row}`, values);
  const [timeText, ...others] = texts.map((text) => (typeof text === 'string' ? text : ''));
  const place = file.place !== undefined ? others[valueColumns.length] : record === undefined ? `row ${row + 1}` : `${record.line}`;
  return { place, time: timeText, value: troubled(others.slice(0, valueColumns.length), sort) };
}

/** Of the values of a row, the first that a trouble of this sort may be about. */
function troubled(values: readonly string[], sort: TroubleSort): string {
  const isAbout = (text: string): boolean => {
    if (sort === 'value') return !Number.isFinite(Number(text));
    return sort === 'negative'
      ? text.trim().startsWith('-')
      : sort === 'infinite'
        ? /inf/i.test(text)
        : Math.abs(Number(text)) > largestValue;
  };
  return values.find((text) => text.trim() !== '' && isAbout(text)) ?? values[0];
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
    case 'absurd':
      return {
        code: 'history/too-large',
        message: 'holds a value larger than any load',
        expected: `at most ${largestValue}`,
        received: shorten(value),
        hint: 'leave the value empty where it is missing, or mend it where the data come from',
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
    hint: comma
      ? 'write all values of the column in one way: a comma stands for two things in it'
      : 'leave the value empty where it is missing',
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

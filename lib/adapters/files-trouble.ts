import { explainTimestamp, type SeriesKind, shorten } from '../history';
import type { Problem } from '../problems';
import { splitFields } from './files-dialect';
import type { Engine } from './files-engine';
import { type Intake, type Trouble, type TroubleSort, troubleSorts } from './files-intake';
import { type Column, findColumn } from './files-open';
import { recordOfRow } from './files-records';

/**
 * Rows that cannot be trusted: unreadable times, times without a zone, values that are no numbers, infinite, or negative where a
 * rate or a count cannot be. One problem of each sort, with the place and text of the first row and how many there are.
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

/** The texts of a row, and its line where the file has lines. */
async function textsOf(engine: Engine, { file, row }: Trouble, names: { readonly time: string; readonly value: string }): Promise<Texts> {
  const columns = [names.time, names.value].map((name, index) => findColumn(file, index === 0 ? 'time' : 'value', name));
  const [time, value] = columns.filter((found): found is Column => !('code' in found));
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

import type { SeriesKind } from '../history/series';
import { explainTimestamp, shorten } from '../history/timestamp';
import type { Problem } from '../problems';
import { type Dialect, splitFields } from './files-dialect';
import type { Engine } from './files-engine';
import { recordOfRow } from './files-records';
import { timeForms } from './files-table';

/** One series within a table: which file, and which columns of file and table. */
export type SeriesColumns = {
  readonly file: string;
  readonly shown: string;
  readonly dialect: Dialect;
  readonly table: string;
  /** `column` of the file, `index` in the names of the table. */
  readonly time: { readonly column: number; readonly index: number };
  readonly value: { readonly column: number; readonly index: number };
};

/**
 * Rows that cannot be trusted: unreadable times, times without a zone, values that are no numbers, infinite, or negative where a
 * rate or a count cannot be. One problem of each sort, with the line of the first row and how many there are.
 */
export async function findRefusals(engine: Engine, series: SeriesColumns, kind: SeriesKind, zone: string | undefined): Promise<Problem[]> {
  const { table, time, value } = series;
  const [t, f, v] = [`t${time.index}`, `f${time.index}`, `v${value.index}`];
  const tests: readonly { readonly where: string; readonly problem: (text: Texts) => Omit<Problem, 'path'> }[] = [
    { where: `${t} IS NULL`, problem: ({ timeText }) => explainTimestamp(timeText) },
    {
      where: zone === undefined ? `${t} IS NOT NULL AND ${f} = ${timeForms.local}` : 'false',
      problem: ({ timeText }) => withoutZone(timeText),
    },
    { where: `isnan(${v})`, problem: ({ valueText }) => notANumber(valueText) },
    {
      where: `isinf(${v})`,
      problem: ({ valueText }) => ({
        code: 'history/infinite',
        message: 'holds an infinite value',
        received: shorten(valueText),
        hint: 'leave the value empty where it is missing',
      }),
    },
    { where: kind === 'level' ? 'false' : `${v} < 0 AND NOT isinf(${v})`, problem: ({ valueText }) => negative(kind, valueText) },
  ];
  const columns = tests.flatMap(({ where }) => [`count(*) FILTER (WHERE ${where})`, `min(rowid) FILTER (WHERE ${where})`]);
  const [answer] = await engine.rows(`SELECT ${columns.join(', ')} FROM ${table}`);
  return tests.flatMap(({ problem }, index) => {
    const count = Number(answer[2 * index]);
    if (count === 0) return [];
    const { line, ...texts } = textsOf(series, Number(answer[2 * index + 1]));
    const { message, ...rest } = problem(texts);
    const more = count === 1 ? '' : count === 2 ? ', and so does 1 more row' : `, and so do ${count - 1} more rows`;
    return [{ path: `${series.shown}:${line}`, message: `${message}${more}`, ...rest }];
  });
}

type Texts = { readonly timeText: string; readonly valueText: string };

function textsOf({ file, dialect, time, value }: SeriesColumns, row: number): Texts & { readonly line: number | string } {
  const record = recordOfRow(file, dialect, row);
  if (record === undefined) return { line: `row ${row + 1}`, timeText: '', valueText: '' };
  const fields = splitFields(record.text, dialect.delimiter);
  return { line: record.line, timeText: fields[time.column] ?? '', valueText: fields[value.column] ?? '' };
}

function withoutZone(text: string): Omit<Problem, 'path'> {
  return {
    code: 'history/no-zone',
    message: 'holds a time without a zone',
    received: shorten(text),
    hint: "write it with its offset (2026-11-24T00:00:00Z), or say zone: 'Europe/Berlin'",
  };
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

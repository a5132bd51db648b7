import { clockOf, epochMilliseconds, epochSeconds, isoPattern } from '../../history';
import { dateParts, datePattern } from './cell-forms';
import type { Layout } from './layout';
import { cellNumber } from './number-sql';

/**
 * The forms in which a time may be written. The functions of this file give the SQL that reads a column. Texts of the input (paths,
 * names, labels) never become part of that SQL: the caller binds or quotes them.
 *
 * The engine returns a row as two DOUBLEs, one for its time and one for its value, so that a row takes 16 bytes:
 *
 * - A time is epoch ms plus a quarter of a millisecond times the index of its form in this list. Milliseconds are whole, and quarters
 *   are exact far beyond the year 9999. A local time counts as if it were UTC. NaN: the time cannot be read.
 * - A value is the number itself. NaN: it is missing. Infinity: it is infinite, of either sign. -Infinity: it is not a number.
 */
export const timeForms = ['ISO 8601 with a zone', 'ISO 8601 without a zone', 'epoch seconds', 'epoch milliseconds'] as const;

/** The texts that stand for a missing value. A pattern, because with a list the engine would make a join, which loses the order of rows. */
const missingPattern = '(?i)\\s*(nan|null|na|n/a|#n/a|none|undefined|-)?\\s*';

/** Forms that the engine's own cast reads correctly. `isoTime` reads all other forms of ISO 8601, more slowly. */
const fastZoned = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-](0\d|1[0-3])(:?[0-5]\d)?)`;
const fastLocal = String.raw`\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?`;

type Reading = { readonly sql: (column: string) => string };

/** The SQL that reads times from a column of this type, encoded as at `timeForms`; `undefined` where the type holds no times. */
export function timeReading(type: string, { dates }: Pick<Layout, 'dates'>): Reading | undefined {
  const nan = `'NaN'::DOUBLE`;
  if (type === 'VARCHAR') return { sql: (column) => textTime(column, dates) };
  if (type === 'TIMESTAMP WITH TIME ZONE') return { sql: (column) => `coalesce(epoch_ms(${column})::DOUBLE, ${nan})` };
  if (type === 'DATE' || /^TIMESTAMP(_S|_MS|_NS)?$/.test(type))
    return { sql: (column) => `coalesce(epoch_ms(${column}::TIMESTAMP)::DOUBLE + 0.25, ${nan})` };
  if (isNumeric(type)) return { sql: (column) => `coalesce(${epochSql(`${column}::DOUBLE`)}, ${nan})` };
  return undefined;
}

/** The SQL that reads values from a column of this type, encoded as at `timeForms`; `undefined` where the type holds no numbers. */
export function valueReading(type: string, layout: Pick<Layout, 'decimal' | 'thousands' | 'units'>): Reading | undefined {
  if (type === 'VARCHAR') {
    return {
      sql: (column) =>
        `${unsigned(cellNumber(column, layout))} ELSE CASE WHEN ${column} IS NULL OR regexp_full_match(${column}, '${missingPattern}')
        THEN 'NaN'::DOUBLE ELSE '-Infinity'::DOUBLE END END`,
    };
  }
  if (isNumeric(type)) return { sql: (column) => `${unsigned(`${column}::DOUBLE`)} ELSE 'NaN'::DOUBLE END` };
  return undefined;
}

/**
 * The sum of columns, each read as a value: no number where one of them is none, else missing where one is, else infinite where one is.
 *
 * @param columns at least one
 */
export function sumSql(
  columns: readonly { readonly sql: string; readonly type: string; readonly read: (column: string) => string }[],
): string {
  const [first] = columns;
  if (columns.length === 1) return first.read(first.sql);
  const isAlike = columns.every(({ type }) => type === first.type);
  const list = isAlike
    ? `list_transform([${columns.map(({ sql }) => sql).join(', ')}], lambda x: ${first.read('x')})`
    : `[${columns.map(({ sql, read }) => read(sql)).join(', ')}]`;
  return `list_reduce(${list}, lambda a, b: CASE WHEN a = '-Infinity'::DOUBLE OR b = '-Infinity'::DOUBLE THEN '-Infinity'::DOUBLE ELSE a + b END)`;
}

/** The SQL that turns a label into its index in an ENUM type; -1 where the type does not have it. */
export function labelSql(labels: string, type: string): string {
  return `coalesce(enum_code(TRY_CAST(${labels} AS ${type}))::INTEGER, -1)`;
}

/** The SQL that joins several labels to one text, each with its length in bytes before it, so that no other labels give the same text. */
export function joinedLabels(columns: readonly string[]): string {
  return columns.length === 1 ? columns[0] : columns.map((column) => `strlen(${column}) || ':' || ${column}`).join(' || ');
}

export function joinLabels(labels: readonly string[]): string {
  return labels.length === 1 ? labels[0] : labels.map((label) => `${Buffer.byteLength(label)}:${label}`).join('');
}

/** A text of the input as an identifier of SQL, and as a string of SQL. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A path that means exactly this file. The engine reads paths as patterns; a special character in brackets stands for itself. */
export function literalPath(file: string): string {
  return file.replace(/[*?[]/g, '[$&]');
}

const isNumeric = (type: string): boolean => /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type);

/** The start of a CASE that turns minus infinity into infinity, so that minus infinity can mark what is not a number. */
const unsigned = (number: string): string =>
  `CASE WHEN ${number} = '-Infinity'::DOUBLE THEN 'Infinity'::DOUBLE WHEN ${number} IS NOT NULL THEN ${number}`;

const epochSql = (number: string): string =>
  `CASE WHEN ${within(number, epochSeconds)} THEN round(${number} * 1000) + 0.5 WHEN ${within(number, epochMilliseconds)} THEN round(${number}) + 0.75 END`;

function textTime(text: string, dates: Layout['dates']): string {
  // The commonest form by LIKE, which costs a fraction of a pattern; its holes are a space for a digit, and seconds such as '0.'.
  return `coalesce(CASE
    WHEN ${text} LIKE '____-__-__T__:__:__Z' AND NOT contains(${text}, ' ') AND NOT contains(${text}, '.') THEN epoch_ms(TRY_CAST(${text} AS TIMESTAMP))::DOUBLE
    WHEN TRY_CAST(${text} AS DOUBLE) IS NOT NULL THEN ${epochSql(`TRY_CAST(${text} AS DOUBLE)`)}
    WHEN regexp_full_match(${text}, '${fastZoned}') THEN epoch_ms(TRY_CAST(${text} AS TIMESTAMPTZ))::DOUBLE
    WHEN regexp_full_match(${text}, '${fastLocal}') THEN epoch_ms(TRY_CAST(${text} AS TIMESTAMP))::DOUBLE + 0.25
    ELSE ${dates === undefined ? isoTime(`trim(${text})`) : `coalesce(${isoTime(`trim(${text})`)}, ${writtenTime(text, dates)})`} END, 'NaN'::DOUBLE)`;
}

/** The SQL that reads every accepted form of ISO 8601 from its parts; NULL where there is no such time. */
function isoTime(text: string): string {
  const part = (name: string): string => `regexp_extract(${text}, '${isoPattern}', ['d', 't', 'z', 's', 'h', 'm']).${name}`;
  const [date, time, zone, sign, hours, minutes] = ['d', 't', 'z', 's', 'h', 'm'].map(part);
  const local = `epoch_ms(TRY_CAST(concat(${date}, ' ', CASE WHEN ${time} = '' THEN '00:00' ELSE ${time} END) AS TIMESTAMP))`;
  const offset = `(TRY_CAST(${hours} AS INTEGER) * 60 + coalesce(TRY_CAST(${minutes} AS INTEGER), 0))`;
  return `CASE WHEN ${date} = '' THEN NULL
    WHEN ${zone} = '' THEN ${local}::DOUBLE + 0.25
    WHEN ${sign} = '' THEN ${local}::DOUBLE
    WHEN ${offset} <= 14 * 60 THEN (${local} - CASE WHEN ${sign} = '-' THEN -60000 ELSE 60000 END * ${offset})::DOUBLE END`;
}

/** Which part of a date is which, by the order of its format. A name is that of the month, wherever it stands. */
const partsOf = {
  'dd/mm/yyyy': { day: 'a', month: 'b', year: 'c' },
  'mm/dd/yyyy': { day: 'b', month: 'a', year: 'c' },
  'yyyy/mm/dd': { day: 'c', month: 'b', year: 'a' },
} as const;

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A date of day, month and year in the order of a format, with whatever stands beside it, from its parts; NULL where there is no such time. */
function writtenTime(text: string, dates: NonNullable<Layout['dates']>): string {
  const names = dateParts.map((name) => `'${name}'`).join(', ');
  const part = (name: (typeof dateParts)[number]): string => `regexp_extract(${text}, '${datePattern}', [${names}]).${name}`;
  const { day, month, year } = partsOf[dates];
  const isName = (name: 'a' | 'b'): string => `regexp_full_match(${part(name)}, '[A-Za-z]+')`;
  const nameOf = (name: 'a' | 'b'): string =>
    `list_position([${monthNames.map((short) => `'${short}'`).join(', ')}], lower(left(${part(name)}, 3)))`;
  const number = (sql: string): string => `TRY_CAST(${sql} AS INTEGER)`;
  const months = `CASE WHEN ${isName('a')} THEN ${nameOf('a')} WHEN ${isName('b')} THEN ${nameOf('b')} ELSE ${number(part(month))} END`;
  const days = `CASE WHEN ${isName('a')} THEN ${number(part('b'))} WHEN ${isName('b')} AND ${number(part('a'))} <= 31 THEN ${number(part('a'))} WHEN ${isName('b')} THEN ${number(part('c'))} ELSE ${number(part(day))} END`;
  const years = `CASE WHEN ${isName('b')} AND ${number(part('a'))} > 31 THEN ${number(part('a'))} WHEN ${isName('a')} OR ${isName('b')} THEN ${number(part('c'))} ELSE ${number(part(year))} END`;
  const hours = `CASE WHEN ${part('p')} = '' THEN coalesce(${number(part('h'))}, 0)
    WHEN ${number(part('h'))} BETWEEN 1 AND 12 THEN ${number(part('h'))} % 12 + CASE WHEN lower(${part('p')}) = 'p' THEN 12 ELSE 0 END ELSE 99 END`;
  const minutes = `coalesce(${number(part('i'))}, 0)`;
  const seconds = `concat(CASE WHEN ${part('s')} = '' THEN '00' ELSE ${part('s')} END, '.', CASE WHEN ${part('f')} = '' THEN '0' ELSE ${part('f')} END)`;
  const fullYear = `(${years}) + CASE WHEN (${years}) < 100 THEN 2000 ELSE 0 END`;
  const local = `epoch_ms(TRY_CAST(concat(lpad((${fullYear})::VARCHAR, 4, '0'), '-', lpad((${months})::VARCHAR, 2, '0'), '-', lpad((${days})::VARCHAR, 2, '0'),
    ' ', lpad((${hours})::VARCHAR, 2, '0'), ':', lpad((${minutes})::VARCHAR, 2, '0'), ':', ${seconds}) AS TIMESTAMP))`;
  const offset = `(${number(part('y'))} * 60 + coalesce(${number(part('m'))}, 0))`;
  return `CASE WHEN ${part('a')} = '' THEN NULL
    WHEN ${part('z')} = '' THEN ${local}::DOUBLE + 0.25
    WHEN ${part('g')} = '' THEN ${local}::DOUBLE
    WHEN ${offset} <= 14 * 60 THEN (${local} - CASE WHEN ${part('g')} = '-' THEN -60000 ELSE 60000 END * ${offset})::DOUBLE END`;
}

function within(sql: string, { from, to }: { readonly from: number; readonly to: number }): string {
  return `(${sql} >= ${from} AND ${sql} < ${to})`;
}

/**
 * The SQL of the offset from UTC, ms, that a zone has at a local time between `firstLocal` and `lastLocal` (epoch ms as if UTC).
 *
 * @param inSecondHour whether a time that happened twice is the second of the two, as SQL
 */
export function offsetSql(zone: string, firstLocal: number, lastLocal: number, local: string, inSecondHour?: string): string {
  const { firstOffsetMs, changes } = clockOf(zone, firstLocal, lastLocal);
  if (changes.length === 0) return `${firstOffsetMs}`;
  const cases = changes.flatMap(({ beforeMs, afterMs, from, to, hour }) => [
    ...(inSecondHour !== undefined && hour === 'doubled'
      ? [`WHEN ${local} >= ${from} AND ${local} < ${to} AND ${inSecondHour} THEN ${afterMs}`]
      : []),
    `WHEN ${local} < ${to} THEN ${beforeMs}`,
  ]);
  return `CASE ${cases.join(' ')} ELSE ${changes[changes.length - 1].afterMs} END`;
}

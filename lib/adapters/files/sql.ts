import { clockOf, epochMilliseconds, epochSeconds, isoPattern } from '../../history';

/**
 * How a column is read, as SQL. Texts of the input (paths, names, labels) are bound or quoted by the caller; what is written into
 * the SQL here is our own.
 *
 * The engine answers with one DOUBLE for a time and one for a value, so that a row crosses over in 16 bytes:
 *
 * - a time is epoch ms, plus a quarter for each step of its form in `timeForms` (ms are whole, and quarters exact far beyond the
 *   year 9999); local time counts as if it were UTC. NaN where it cannot be read.
 * - a value is itself; NaN where it is missing, infinity where it is infinite of either sign, -infinity where it is no number.
 */
export const timeForms = ['ISO 8601 with a zone', 'ISO 8601 without a zone', 'epoch seconds', 'epoch milliseconds'] as const;

/** What stands for a missing value. A pattern, since the engine would join with a list, and a join loses the order of rows. */
const missingPattern = '(?i)\\s*(nan|null|na|n/a|none)?\\s*';

/** Forms that the engine's own cast reads right; whatever else ISO 8601 allows is taken apart by the slow pattern. */
const fastZoned = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-](0\d|1[0-3])(:?[0-5]\d)?)`;
const fastLocal = String.raw`\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?`;

type Reading = { readonly sql: (column: string) => string };

/** How a time is read from a column of a type; `undefined` where that type holds none. */
export function timeReading(type: string): Reading | undefined {
  const nan = `'NaN'::DOUBLE`;
  if (type === 'VARCHAR') return { sql: textTime };
  if (type === 'TIMESTAMP WITH TIME ZONE') return { sql: (column) => `coalesce(epoch_ms(${column})::DOUBLE, ${nan})` };
  if (type === 'DATE' || /^TIMESTAMP(_S|_MS|_NS)?$/.test(type))
    return { sql: (column) => `coalesce(epoch_ms(${column}::TIMESTAMP)::DOUBLE + 0.25, ${nan})` };
  if (isNumeric(type)) return { sql: (column) => `coalesce(${epochSql(`${column}::DOUBLE`)}, ${nan})` };
  return undefined;
}

/** How a value is read from a column of a type; `undefined` where that type holds no numbers. */
export function valueReading(type: string): Reading | undefined {
  if (type === 'VARCHAR') {
    return {
      sql: (column) =>
        `${unsigned(`TRY_CAST(${column} AS DOUBLE)`)} ELSE CASE WHEN ${column} IS NULL OR regexp_full_match(${column}, '${missingPattern}')
        THEN 'NaN'::DOUBLE ELSE '-Infinity'::DOUBLE END END`,
    };
  }
  if (isNumeric(type)) return { sql: (column) => `${unsigned(`${column}::DOUBLE`)} ELSE 'NaN'::DOUBLE END` };
  return undefined;
}

/** A whole number for each label: its place in an ENUM type, or -1 where it is none of them. */
export function labelSql(labels: string, type: string): string {
  return `coalesce(enum_code(TRY_CAST(${labels} AS ${type}))::INTEGER, -1)`;
}

/** Several labels as one text that no other labels give: each with its length in bytes before it. */
export function joinedLabels(columns: readonly string[]): string {
  return columns.length === 1 ? columns[0] : columns.map((column) => `strlen(${column}) || ':' || ${column}`).join(' || ');
}

export function joinLabels(labels: readonly string[]): string {
  return labels.length === 1 ? labels[0] : labels.map((label) => `${Buffer.byteLength(label)}:${label}`).join('');
}

/** A name of the input as an identifier, and as a text. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Paths are patterns to the engine: a bracket makes each special character stand for itself. */
export function literalPath(file: string): string {
  return file.replace(/[*?[]/g, '[$&]');
}

const isNumeric = (type: string): boolean => /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type);

/** The start of a CASE: minus infinity is taken for infinity, to leave it free to mark what is no number. */
const unsigned = (number: string): string =>
  `CASE WHEN ${number} = '-Infinity'::DOUBLE THEN 'Infinity'::DOUBLE WHEN ${number} IS NOT NULL THEN ${number}`;

const epochSql = (number: string): string =>
  `CASE WHEN ${within(number, epochSeconds)} THEN round(${number} * 1000) + 0.5 WHEN ${within(number, epochMilliseconds)} THEN round(${number}) + 0.75 END`;

function textTime(text: string): string {
  // The commonest form by LIKE, which costs a fraction of a pattern; its holes are a space for a digit, and seconds such as '0.'.
  return `coalesce(CASE
    WHEN ${text} LIKE '____-__-__T__:__:__Z' AND NOT contains(${text}, ' ') AND NOT contains(${text}, '.') THEN epoch_ms(TRY_CAST(${text} AS TIMESTAMP))::DOUBLE
    WHEN TRY_CAST(${text} AS DOUBLE) IS NOT NULL THEN ${epochSql(`TRY_CAST(${text} AS DOUBLE)`)}
    WHEN regexp_full_match(${text}, '${fastZoned}') THEN epoch_ms(TRY_CAST(${text} AS TIMESTAMPTZ))::DOUBLE
    WHEN regexp_full_match(${text}, '${fastLocal}') THEN epoch_ms(TRY_CAST(${text} AS TIMESTAMP))::DOUBLE + 0.25
    ELSE ${isoTime(`trim(${text})`)} END, 'NaN'::DOUBLE)`;
}

/** Every form of ISO 8601 that we take, from its parts; NULL where there is no such time. */
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

function within(sql: string, { from, to }: { readonly from: number; readonly to: number }): string {
  return `(${sql} >= ${from} AND ${sql} < ${to})`;
}

/** The offset from UTC at a local time between two, as SQL; only numbers of our own are written into it. */
export function offsetSql(zone: string, firstLocal: number, lastLocal: number, local: string): string {
  const { firstOffsetMs, changes } = clockOf(zone, firstLocal, lastLocal);
  if (changes.length === 0) return `${firstOffsetMs}`;
  const cases = changes.map(({ beforeMs, to }) => `WHEN ${local} < ${to} THEN ${beforeMs}`);
  return `CASE ${cases.join(' ')} ELSE ${changes[changes.length - 1].afterMs} END`;
}

import { epochMilliseconds, epochSeconds, isoPattern, plausibleFromMs, plausibleToMs } from '../history/timestamp';
import type { Dialect } from './files-dialect';
import type { Engine } from './files-engine';

/**
 * Reads a CSV file into a table in one scan. For each time column i: `t{i}` (DOUBLE, epoch ms; NULL where unreadable; local time as if it
 * were UTC where it carries no zone) and `f{i}` (its form); for each value column j: `v{j}` (DOUBLE; NULL where missing, NaN where it
 * is no number). The names of columns and the path never become part of the SQL text. Rows keep their order, so that `rowid`
 * is the place in the file.
 */
export async function loadTable(engine: Engine, table: string, file: string, dialect: Dialect, columns: TableColumns): Promise<void> {
  const types = dialect.columns.map((_, index) => `c${index}: 'VARCHAR'`);
  const raw = [
    ...columns.times.flatMap((column, i) => [`trim(c${column}) AS x${i}`, `${partsOf(`trim(c${column})`)} AS p${i}`]),
    ...columns.values.map((column, j) => `trim(c${column}) AS y${j}`),
  ];
  const read = [
    ...columns.times.flatMap((_, i) => [`${timeSql(`x${i}`, `p${i}`)} AS t${i}`, `${formSql(`x${i}`, `p${i}`)} AS f${i}`]),
    ...columns.values.map((_, j) => `${valueSql(`y${j}`)} AS v${j}`),
  ];
  await engine.run(
    `CREATE TEMP TABLE ${table} AS SELECT ${read.join(', ')} FROM (SELECT ${raw.join(', ')} FROM read_csv($1, delim = $2, skip = $3,
       header = false, auto_detect = false, quote = '"', escape = '"', compression = 'none', hive_partitioning = false, buffer_size = ${bufferBytes},
       columns = {${types.join(', ')}}))`,
    [literalPath(file), dialect.delimiter, dialect.headerLines],
  );
}

/** Indices of the columns of the file that are wanted. */
export type TableColumns = { readonly times: readonly number[]; readonly values: readonly number[] };

/** Forms of a time, as `f{i}` holds them. */
export const timeForms = { zoned: 0, local: 1, seconds: 2, milliseconds: 3 } as const;

/** Small enough that threads x buffers stay within the memory limit, and above the longest line that the engine takes. */
const bufferBytes = 4 * 2 ** 20;

/** What stands for a missing value. A pattern, since the engine would join with a list, and a join loses the order of rows. */
const missingPattern = '(?i)(nan|null|na|n/a|none)?';

/** Paths are patterns to the engine: a bracket makes each special character stand for itself. */
function literalPath(file: string): string {
  return file.replace(/[*?[]/g, '[$&]');
}

/** The commonest form, by a pattern without groups: several times faster than taking it apart. */
const utcSeconds = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ`;

/** NULL for the commonest form; otherwise the parts of an ISO 8601 time, empty where it is none. */
function partsOf(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '${utcSeconds}') THEN NULL
    ELSE regexp_extract(${text}, '${isoPattern}', ['d', 't', 'z', 's', 'h', 'm']) END`;
}

function timeSql(text: string, parts: string): string {
  const iso = `epoch_ms(TRY_CAST(concat(${parts}.d, ' ', CASE WHEN ${parts}.t = '' THEN '00:00' ELSE ${parts}.t END) AS TIMESTAMP))`;
  const minutes = `(TRY_CAST(${parts}.h AS INTEGER) * 60 + coalesce(TRY_CAST(${parts}.m AS INTEGER), 0))`;
  const offset = `CASE WHEN ${parts}.s = '' THEN 0 WHEN ${minutes} > 14 * 60 THEN NULL WHEN ${parts}.s = '-' THEN -60000 ELSE 60000 END
    * CASE WHEN ${parts}.s = '' THEN 0 ELSE ${minutes} END`;
  const number = `TRY_CAST(${text} AS DOUBLE)`;
  const time = `CASE
    WHEN ${parts} IS NULL THEN epoch_ms(TRY_CAST(left(${text}, -1) AS TIMESTAMP))::DOUBLE
    WHEN ${parts}.d <> '' THEN (${iso} - ${offset})::DOUBLE
    WHEN ${within(number, epochSeconds)} THEN round(${number} * 1000)
    WHEN ${within(number, epochMilliseconds)} THEN round(${number}) END`;
  return `CASE WHEN ${within(time, { from: plausibleFromMs, to: plausibleToMs })} THEN ${time} END`;
}

function formSql(text: string, parts: string): string {
  return `(CASE WHEN ${parts} IS NULL OR ${parts}.z <> '' THEN ${timeForms.zoned} WHEN ${parts}.d <> '' THEN ${timeForms.local}
    WHEN ${within(`TRY_CAST(${text} AS DOUBLE)`, epochSeconds)} THEN ${timeForms.seconds} ELSE ${timeForms.milliseconds} END)::TINYINT`;
}

function valueSql(text: string): string {
  const number = `TRY_CAST(${text} AS DOUBLE)`;
  return `CASE WHEN ${number} IS NOT NULL THEN CASE WHEN isnan(${number}) THEN NULL ELSE ${number} END
    WHEN ${text} IS NULL OR regexp_full_match(${text}, '${missingPattern}') THEN NULL ELSE 'NaN'::DOUBLE END`;
}

function within(sql: string, { from, to }: { readonly from: number; readonly to: number }): string {
  return `(${sql} >= ${from} AND ${sql} < ${to})`;
}

import type { DuckDBValue } from '@duckdb/node-api';
import { looksLikeTimestamp, shorten } from '../../history';
import { type CodeOf, type Problem, ProblemError } from '../../problems';
import type { Engine } from './engine';
import { type Compression, damaged, type FileHead, headBytes, readHead, type SourceFile } from './head';
import { literalPath, quoteName, quoteText } from './sql';

/** A column of a file: its name in the file, the expression that reads it in SQL, and its type in the engine. */
export type Column = { readonly name: string; readonly sql: string; readonly type: string };

/** A file that can be scanned. */
export type OpenFile = SourceFile & {
  readonly compression: Compression;
  /** How a CSV file is written; `undefined` for the other kinds. */
  readonly dialect?: Dialect;
  /** Its columns, in order. For NDJSON they are the keys of the first lines: later lines may have more. */
  readonly columns: readonly Column[];
  /** The SQL table expression that reads the file, with the values of its parameters. `used`: the columns that the query names. */
  readonly from: (used: readonly Column[]) => { readonly sql: string; readonly values: readonly DuckDBValue[] };
};

/** Small enough that threads x buffers stay within the memory limit, and above the longest line that the engine takes. */
const bufferBytes = 4 * 2 ** 20;

/**
 * Opens a file for scanning: checks its first bytes and finds its columns.
 *
 * @param path the place in the config that names the file
 * @throws ProblemError those of `readHead` and `dialectOf`
 */
export async function openFile(engine: Engine, source: SourceFile, path: string): Promise<OpenFile> {
  const head = await readHead(engine, source, path);
  if (source.kind === 'parquet') return openParquet(engine, source);
  return source.kind === 'csv' ? openCsv(source, head) : openNdjson(source, head);
}

function openCsv(source: SourceFile, head: FileHead): OpenFile {
  const dialect = dialectOf(head, source.shown);
  const types = dialect.columns.map((_, index) => `c${index}: 'VARCHAR'`).join(', ');
  const sql = `read_csv($1, delim = $2, skip = $3, header = false, auto_detect = false, quote = '"', escape = '"', compression = '${head.compression}',
    hive_partitioning = false, buffer_size = ${bufferBytes}, columns = {${types}})`;
  return {
    ...source,
    compression: head.compression,
    dialect,
    columns: dialect.columns.map((name, index) => ({ name, sql: `c${index}`, type: 'VARCHAR' })),
    from: () => ({ sql, values: [literalPath(source.file), dialect.delimiter, dialect.headerLines] }),
  };
}

function openNdjson(source: SourceFile, { bytes, compression }: FileHead): OpenFile {
  const names = new Set(bytes.toString('utf8').split(/\r?\n/).slice(0, linesToNameColumns).flatMap(keysOf));
  return {
    ...source,
    compression,
    columns: [...names].map(jsonColumn),
    from: (used) => ({
      // Every value as its text: numbers keep their digits, and what is nested shows as what it is.
      sql: `read_json($1, format = 'newline_delimited', auto_detect = false, maximum_object_size = ${bufferBytes}, compression = '${compression === 'none' ? 'uncompressed' : compression}',
        hive_partitioning = false, columns = {${used.map(({ name }) => `${quoteText(name)}: 'VARCHAR'`).join(', ')}})`,
      values: [literalPath(source.file)],
    }),
  };
}

const linesToNameColumns = 100;

export function jsonColumn(name: string): Column {
  return { name, sql: quoteName(name), type: 'VARCHAR' };
}

function keysOf(line: string): string[] {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? Object.keys(parsed) : [];
  } catch {
    return [];
  }
}

async function openParquet(engine: Engine, source: SourceFile): Promise<OpenFile> {
  const from = { sql: 'read_parquet($1, hive_partitioning = false)', values: [literalPath(source.file)] };
  let columns: readonly Column[];
  try {
    const described = await engine.rows(`DESCRIBE SELECT * FROM ${from.sql}`, from.values);
    columns = described.map(([name, type]) => ({ name: String(name), sql: quoteName(String(name)), type: String(type) }));
  } catch {
    throw new ProblemError({ ...damaged(source.shown, 'none'), message: 'is Parquet that cannot be read: damaged, encrypted or cut off' });
  }
  return { ...source, compression: 'none', columns, from: () => from };
}

/**
 * Finds a column by its name. In NDJSON every name gives a column, because its key may first appear late in the file.
 *
 * @param option the option of the source that names the column, for messages
 * @param partitions names of columns that the folders of the file give, for messages
 * @returns the column, or the problem that there is none or more than one of that name
 */
export function findColumn(
  file: OpenFile,
  option: 'time' | 'value' | 'where',
  name: string,
  partitions: readonly string[] = [],
): Column | Problem {
  const { columns, dialect, shown, kind } = file;
  const named = columns.filter((column) => column.name === name);
  const path = dialect ? `${shown}:${dialect.headerLines}` : shown;
  if (named.length > 1) {
    return { code: 'history/header', path, message: `has column '${name}' more than once`, hint: 'give each column its own name' };
  }
  if (named.length === 1) return named[0];
  // A key may come late in NDJSON: that there is none is known at its end.
  if (kind === 'ndjson') return jsonColumn(name);
  return noColumn(file, option, name, [...columns.map((column) => column.name), ...partitions]);
}

/** The problem that a file has no column of that name. It lists the columns of the file and suggests the likely one. */
export function noColumn(
  { dialect, shown }: OpenFile,
  option: 'time' | 'value' | 'where',
  name: string,
  names: readonly string[],
): Problem {
  const headless =
    dialect?.columns.some((column) => looksLikeTimestamp(column) || (column !== '' && Number.isFinite(Number(column)))) ?? false;
  const likely = likelyColumn(names, option, name);
  const example =
    likely === undefined ? '' : option === 'where' ? `, for example where: { '${likely}': ... }` : `, for example ${option}: '${likely}'`;
  return {
    code: 'history/header',
    path: dialect ? `${shown}:${dialect.headerLines}` : shown,
    message: `has no column '${name}'; its columns are ${names.slice(0, 40).map(shorten).join(', ')}${names.length > 40 ? ', ...' : ''}`,
    hint: headless
      ? 'the first line must name the columns, for example: timestamp,value'
      : `say which column holds the ${option === 'where' ? 'label' : option}${example}`,
  };
}

const soundsLikeTime = (name: string): boolean => /time|date|stamp|^ts$|^t$|when|hour|period|^ds$/i.test(name);

function likelyColumn(columns: readonly string[], option: 'time' | 'value' | 'where', wanted: string): string | undefined {
  const named = columns.filter((column) => column !== '');
  const same = named.find((column) => column.toLowerCase() === wanted.toLowerCase());
  if (same !== undefined || option === 'where') return same;
  if (option === 'time') return named.find(soundsLikeTime) ?? named[0];
  const others = named.filter((column) => !soundsLikeTime(column));
  return others.find((column) => /value|count|request|load|rate|usage|cpu|mem/i.test(column)) ?? others[0];
}

/** How a CSV file is written. */
export type Dialect = {
  readonly delimiter: ',' | ';' | '\t';
  /** Names of the columns, in order, without quotes and surrounding spaces. */
  readonly columns: readonly string[];
  /** Number of lines up to and including the header. */
  readonly headerLines: number;
};

/**
 * Finds how a CSV file is written from its first bytes. The delimiter is whichever of comma, semicolon and tab the header line has
 * most of; a comma where it has none.
 *
 * @param shown the path of the file in messages
 * @throws ProblemError `history/empty`, `history/header`
 */
export function dialectOf({ bytes }: FileHead, shown: string): Dialect {
  const refuse = (code: CodeOf<'history'>, message: string, hint?: string): never => {
    throw new ProblemError({ code: `history/${code}`, path: shown, message, hint });
  };
  const lines = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/);
  const index = lines.findIndex((line) => line.trim() !== '');
  if (index < 0) return refuse('empty', 'holds nothing but empty lines', 'it needs a header line and a row for each observation');
  if (index === lines.length - 1 && bytes.length === headBytes)
    return refuse('header', `has a first line of more than ${headBytes} bytes`, 'the first line must name the columns');
  const header = lines[index];
  const delimiter = ([',', ';', '\t'] as const).reduce((best, candidate) =>
    occurrences(header, candidate) > occurrences(header, best) ? candidate : best,
  );
  return { delimiter, columns: splitFields(header, delimiter).map((name) => name.trim()), headerLines: index + 1 };
}

/** Splits a CSV record into its fields and removes their quotes, by the rules of RFC 4180: `a,"b ""c"""` gives `a` and `b "c"`. */
export function splitFields(record: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let index = 0; index < record.length; index += 1) {
    const character = record[index];
    if (character === '"') {
      if (quoted && record[index + 1] === '"') {
        field += '"';
        index += 1;
      } else quoted = !quoted;
    } else if (character === delimiter && !quoted) {
      fields.push(field);
      field = '';
    } else field += character;
  }
  return [...fields, field];
}

const occurrences = (text: string, character: string): number => splitFields(text, character).length;

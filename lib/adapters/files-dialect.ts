import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { looksLikeTimestamp, shorten } from '../history/timestamp';
import { type Problem, ProblemError } from '../problems';

/** How a CSV file is written. */
export type Dialect = {
  readonly delimiter: ',' | ';' | '\t';
  /** Names of the columns, in order, without quotes and surrounding spaces. */
  readonly columns: readonly string[];
  /** Lines up to and including the header. */
  readonly headerLines: number;
};

const headBytes = 65_536;

/**
 * Finds delimiter (comma, semicolon, tab: whichever the header line has most of) and columns from the head of a file.
 *
 * @param file where it is
 * @param shown how messages call it
 * @param path where the config names it
 * @throws ProblemError `history/not-found`, `history/not-a-file`, `history/unreadable`, `history/format`, `history/empty`,
 * `history/header`
 */
export function readDialect(file: string, shown: string, path: string): Dialect {
  const refuse = (code: string, message: string, hint?: string): never => {
    throw new ProblemError({ code: `history/${code}`, path: shown, message, hint });
  };
  const bytes = readHead(file, shown, path);
  if (bytes.length === 0) return refuse('empty', 'is empty', 'it needs a header line and a row for each observation');
  const format = otherFormat(bytes);
  if (format !== undefined) return refuse('format', `is ${format.is}, not CSV`, format.hint);
  if (bytes.includes(0)) return refuse('format', 'is not UTF-8 text', 'save it as CSV in UTF-8');

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

/** The fields of a record, quotes removed, as RFC 4180 has them. */
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

/**
 * Index of a column by its name.
 *
 * @returns the index, or what is wrong: the columns that are there, and how to name the likely one
 */
export function findColumn(dialect: Dialect, role: 'time' | 'value', name: string, shown: string): number | Problem {
  const { columns } = dialect;
  const index = columns.indexOf(name);
  const path = `${shown}:${dialect.headerLines}`;
  if (index >= 0 && columns.lastIndexOf(name) !== index) {
    return { code: 'history/header', path, message: `has column '${name}' more than once`, hint: 'give each column its own name' };
  }
  if (index >= 0) return index;
  const headless = columns.some((column) => looksLikeTimestamp(column) || (column !== '' && Number.isFinite(Number(column))));
  const likely = likelyColumn(columns, role, name);
  return {
    code: 'history/header',
    path,
    message: `has no column '${name}'; its columns are ${columns.map((column) => shorten(column)).join(', ')}`,
    hint: headless
      ? 'the first line must name the columns, for example: timestamp,value'
      : `say which column holds the ${role}${likely === undefined ? '' : `, for example ${role}: '${likely}'`}`,
  };
}

function readHead(file: string, shown: string, path: string): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const kind = fstatSync(descriptor);
    if (kind.isDirectory())
      throw new ProblemError({
        code: 'history/not-a-file',
        path: shown,
        message: 'is a folder, not a file',
        hint: 'name one CSV file in it',
      });
    if (!kind.isFile())
      throw new ProblemError({
        code: 'history/not-a-file',
        path: shown,
        message: 'is a pipe or device, not a file',
        hint: 'it is read more than once: write it to a file first',
      });
    const buffer = Buffer.alloc(headBytes);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, headBytes, 0));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const missing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw new ProblemError(
      missing
        ? {
            code: 'history/not-found',
            path: shown,
            message: 'does not exist',
            hint: path === shown ? 'check the path' : `${path} names it; paths are relative to the config file`,
          }
        : {
            code: 'history/unreadable',
            path: shown,
            message: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown cause'}`,
            hint: 'check its permissions',
          },
    );
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const formats: readonly { readonly magic: string; readonly is: string; readonly hint: string }[] = [
  { magic: '1f8b', is: 'compressed by gzip', hint: 'unpack it first' },
  { magic: '28b52ffd', is: 'compressed by zstd', hint: 'unpack it first' },
  { magic: '50415231', is: 'Parquet', hint: 'export it as CSV' },
  { magic: '504b0304', is: 'a zip archive or a spreadsheet', hint: 'export it as CSV' },
  { magic: 'fffe', is: 'UTF-16 text', hint: 'save it as UTF-8' },
  { magic: 'feff', is: 'UTF-16 text', hint: 'save it as UTF-8' },
  { magic: '7b', is: 'JSON', hint: 'write a header line and a row for each observation' },
];

function otherFormat(bytes: Buffer): (typeof formats)[number] | undefined {
  const head = bytes.subarray(0, 4).toString('hex');
  return formats.find(({ magic }) => head.startsWith(magic));
}

const occurrences = (text: string, character: string): number => splitFields(text, character).length;

const soundsLikeTime = (name: string): boolean => /time|date|stamp|^ts$|^t$|when|hour|period|^ds$/i.test(name);

function likelyColumn(columns: readonly string[], role: 'time' | 'value', wanted: string): string | undefined {
  const named = columns.filter((column) => column !== '');
  const same = named.find((column) => column.toLowerCase() === wanted.toLowerCase());
  if (same !== undefined) return same;
  if (role === 'time') return named.find(soundsLikeTime) ?? named[0];
  const others = named.filter((column) => !soundsLikeTime(column));
  return others.find((column) => /value|count|request|load|rate|usage|cpu|mem/i.test(column)) ?? others[0];
}

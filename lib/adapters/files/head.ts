import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { type CodeOf, type Problem, ProblemError } from '../../problems';
import type { Engine } from './engine';
import { literalPath } from './sql';

export type FileKind = 'csv' | 'ndjson' | 'parquet';
export type Compression = 'none' | 'gzip' | 'zstd';

/** A file of observations. */
export type SourceFile = {
  readonly file: string;
  /** Its path in messages. */
  readonly shown: string;
  readonly kind: FileKind;
};

/** The first bytes of a file, decompressed: at most `headBytes` of them, or `wideHeadBytes` where the first lines are very long. */
export type FileHead = {
  readonly bytes: Buffer;
  readonly compression: Compression;
  /** Of a text. @default utf-8 */
  readonly encoding: Encoding;
};

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export const headBytes = 65_536;
/** A header of a thousand columns with long names is longer than `headBytes`. */
export const wideHeadBytes = 2 ** 21;
/** A head has so many lines, or is read on. */
const fewLines = 3;

/**
 * Reads the first bytes of a file and checks them before the engine opens it: the file exists, is not a folder, a pipe or a device,
 * holds what its kind should hold (judged by its content, never by its name), and is not cut off. It does not tell JSON from CSV.
 *
 * @param path the place in the config that names the file
 * @throws ProblemError `history/not-found`, `history/not-a-file`, `history/unreadable`, `history/empty`, `history/format`,
 * `history/damaged`, `history/malformed`
 */
export async function readHead(engine: Engine, { file, shown, kind }: SourceFile, path: string): Promise<FileHead> {
  const refuse = (code: CodeOf<'history'>, message: string, hint?: string): never => {
    throw new ProblemError({ code: `history/${code}`, path: shown, message, hint });
  };
  const probe = probeFile({ file, shown, kind }, path);
  const { head, size } = probe;
  if (size === 0) return refuse('empty', 'is empty', emptyHints[kind]);
  const magic = head.subarray(0, 4).toString('hex');
  if (kind === 'parquet') {
    if (magic !== parquetMagic) return refuse('format', `is ${formatOf(magic)?.is ?? 'not Parquet'}`, 'check kind: and path:');
    if (size < 12 || probe.tail.subarray(-4).toString('hex') !== parquetMagic)
      return refuse('damaged', 'has no end', 'was the file cut off while it was written or copied?');
    return { bytes: head, compression: 'none', encoding: 'utf-8' };
  }
  const compression = compressionOf(magic);
  const bytes = compression === 'none' ? head : compression === 'gzip' ? unzipHead(probe, shown) : await zstdHead(engine, file, shown);
  if (bytes.length === 0) return refuse('empty', 'is empty once unpacked', emptyHints[kind]);
  const encoding = encodingOf(bytes);
  if (encoding.startsWith('utf-16')) return { bytes, compression, encoding };
  const format = formatOf(bytes.subarray(0, 4).toString('hex'));
  if (format !== undefined) return refuse('format', `is ${format.is}, not ${kind === 'csv' ? 'CSV' : 'NDJSON'}`, format.hint);
  const holes = compression === 'none' && probe.samples.some((sample) => sample.includes(0));
  if (bytes.includes(0)) return refuse('format', 'is not UTF-8 text', `save it as ${kind === 'csv' ? 'CSV' : 'NDJSON'} in UTF-8`);
  if (holes) return refuse('damaged', 'holds zero bytes between its text', 'was it written to the end? A sparse file has such holes');
  // The engine would drop such a line without a word, where it is the last. JSON that is one document may be a single line.
  const isOneLine = /^\s*[[{]/.test(bytes.subarray(0, 100).toString('latin1')) && !hasLineEnd(bytes);
  if (compression === 'none' && size > 2 * headBytes && !isOneLine && !hasLineEnd(probe.tail))
    return refuse('malformed', `ends with a line of more than ${headBytes} bytes`, 'is the file of another kind, or damaged?');
  return { bytes, compression, encoding };
}

/** How a file is compressed, by its first four bytes in hexadecimal. */
const compressionOf = (magic: string): Compression => (magic.startsWith('1f8b') ? 'gzip' : magic === '28b52ffd' ? 'zstd' : 'none');

const linesIn = (bytes: Buffer): number => bytes.toString('latin1').split(/\r\n|\n|\r/).length;
const hasLineEnd = (bytes: Buffer): boolean => linesIn(bytes) > 1;

const emptyHints: Readonly<Record<FileKind, string>> = {
  csv: 'it needs a header line and a row for each observation',
  ndjson: 'it needs a JSON object on a line for each observation',
  parquet: 'has the export run?',
};

const parquetMagic = '50415231';

type Format = { readonly magic: string; readonly is: string; readonly hint: string };

const formats: readonly Format[] = [
  { magic: '1f8b', is: 'compressed by gzip twice', hint: 'unpack it first' },
  { magic: '28b52ffd', is: 'compressed by zstd twice', hint: 'unpack it first' },
  { magic: parquetMagic, is: 'Parquet', hint: "read it as such, kind: 'parquet'" },
  { magic: '504b0304', is: 'a zip archive or a spreadsheet', hint: 'export it as CSV' },
];

/** UTF-16 by its byte order mark; Windows-1252 where the text is no UTF-8 and holds what European texts hold in that encoding. */
function encodingOf(bytes: Buffer): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return 'utf-8';
  } catch {
    return bytes.every((byte) => byte < 0x80 || isEuropean(byte)) && !multiByte.test(bytes.toString('latin1')) ? 'windows-1252' : 'utf-8';
  }
}

/** Letters with accents, and signs such as the degree, the micro sign, the euro and quotes. */
const isEuropean = (byte: number): boolean =>
  (byte >= 0xc0 && byte < 0xff && byte !== 0xd7 && byte !== 0xf7) ||
  [0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0xa0, 0xa7, 0xaa, 0xab, 0xb0, 0xb2, 0xb3, 0xb5, 0xba, 0xbb].includes(byte);

/** A character of two or three bytes in UTF-8: the text is UTF-8, and damaged. */
const multiByte = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}/;

function formatOf(magic: string): Format | undefined {
  return formats.find((format) => magic.startsWith(format.magic));
}

type Probe = { readonly size: number; readonly head: Buffer; readonly tail: Buffer; readonly samples: readonly Buffer[] };

/** Places to look at in a large file, spread evenly: holes are long. */
const samples = 64;
const sampleBytes = 4096;

function probeFile({ file, shown, kind }: SourceFile, path: string): Probe {
  let descriptor: number | undefined;
  try {
    // Before it is opened: a pipe that nobody writes to would be waited for.
    const status = statSync(file);
    if (status.isDirectory()) throw notAFile(shown, 'is a folder, not a file', 'name one CSV file in it');
    if (!status.isFile()) throw notAFile(shown, 'is a pipe or device, not a file', 'it is read more than once: write it to a file first');
    const { size } = status;
    const at = openSync(file, 'r');
    descriptor = at;
    const read = (bytes: number, from: number): Buffer => {
      const buffer = Buffer.alloc(Math.min(bytes, size));
      return buffer.subarray(0, readSync(at, buffer, 0, buffer.length, Math.max(0, from)));
    };
    const start = read(headBytes, 0);
    const head = kind === 'csv' && linesIn(start) < fewLines ? read(wideHeadBytes, 0) : start;
    const tail = read(headBytes, size - headBytes);
    const between =
      size > headBytes ? Array.from({ length: samples }, (_, index) => read(sampleBytes, Math.floor((size * index) / samples))) : [];
    return { size, head, tail, samples: [...between, tail] };
  } catch (error) {
    throw error instanceof ProblemError ? error : unreadable(error, shown, path);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function notAFile(shown: string, message: string, hint: string): ProblemError {
  return new ProblemError({ code: 'history/not-a-file', path: shown, message, hint });
}

/** The problem of a path that cannot be opened: `history/not-found` or `history/unreadable`, by the error of the system. */
export function unreadable(error: unknown, shown: string, path: string): ProblemError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown cause';
  return new ProblemError(
    ['ENOENT', 'ENOTDIR'].includes(code)
      ? {
          code: 'history/not-found',
          path: shown,
          message: 'does not exist',
          hint: path === shown ? 'check the path' : `${path} names it; paths are relative to the config file`,
        }
      : { code: 'history/unreadable', path: shown, message: `cannot be read: ${code}`, hint: 'check its permissions' },
  );
}

function unzipHead({ head, size }: Probe, shown: string): Buffer {
  const finishFlush = size > head.length ? constants.Z_SYNC_FLUSH : constants.Z_FINISH;
  try {
    return gunzipSync(head, { finishFlush }).subarray(0, wideHeadBytes);
  } catch {
    throw new ProblemError(damaged(shown, 'gzip'));
  }
}

export function damaged(shown: string, compression: Compression): Problem {
  return {
    code: 'history/damaged',
    path: shown,
    message: `is compressed by ${compression}, and damaged or cut off`,
    hint: 'was it copied whole? Fetch it again',
  };
}

/** The first lines of a zstd file, decompressed by the engine, because not every version of Node can. */
async function zstdHead(engine: Engine, file: string, shown: string): Promise<Buffer> {
  try {
    const lines = await engine.rows(
      `SELECT line FROM read_csv($1, auto_detect = false, header = false, delim = '\u0001', quote = '', escape = '', compression = 'zstd',
         columns = {line: 'VARCHAR'}) LIMIT 64`,
      [literalPath(file)],
    );
    return Buffer.from(lines.map(([line]) => `${typeof line === 'string' ? line : ''}\n`).join('')).subarray(0, wideHeadBytes);
  } catch {
    throw new ProblemError(damaged(shown, 'zstd'));
  }
}

import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import * as zlib from 'node:zlib';
import { splitFields } from './dialect';
import type { Compression, SourceFile } from './head';
import type { OpenFile } from './open-file';

/** A record of a CSV or NDJSON file, as it is written. */
export type TextRecord = {
  /** The number of its first line, counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly ending: '\n' | '\r\n' | '\r' | '';
};

/**
 * Finds the record of a row that the engine has read, so that a message can show its line and text. It reads the file from its start,
 * which is slow: use it only for a refusal. As in the engine, an empty line is a row only in a CSV file of a single column.
 *
 * @param row the number of the row, counted from 0
 * @returns `undefined` where the file has no lines (Parquet) or this version of Node cannot decompress it
 */
export async function recordOfRow(file: OpenFile, row: number): Promise<TextRecord | undefined> {
  let next = 0;
  for await (const record of recordsOf(file)) {
    if (next === row) return record;
    next += 1;
  }
  return undefined;
}

/** A record that is not valid CSV or NDJSON, and why. */
export type Malformed = { readonly record: TextRecord; readonly message: string; readonly hint: string };

/** Finds the first record that is not valid in a file of its kind; `undefined` where all records are valid. */
export async function findMalformed(file: OpenFile): Promise<Malformed | undefined> {
  let ending: TextRecord['ending'] | undefined;
  for await (const record of recordsOf(file)) {
    const wrong = file.dialect === undefined ? wrongJson(record) : wrongCsv(record, file.dialect);
    if (wrong !== undefined) return { record, ...wrong };
    if (record.text.includes('\uFFFD')) return { record, message: 'holds bytes that are not UTF-8', hint: 'save the file as UTF-8' };
    ending ??= record.ending;
    if (file.dialect !== undefined && record.ending !== ending && record.ending !== '')
      return { record, message: 'ends its line in another way than the lines before', hint: 'write all line endings alike' };
  }
  return undefined;
}

type Wrong = Omit<Malformed, 'record'>;

function wrongCsv({ text, ending }: TextRecord, { columns, delimiter }: NonNullable<OpenFile['dialect']>): Wrong | undefined {
  if (text.length > longestRecord && isClosed(text)) return tooLong;
  if (!isClosed(text)) return { message: 'opens a quote that is never closed', hint: 'close it, or write two for a quote in a value' };
  const fields = splitFields(text, delimiter).length;
  if (fields < columns.length && ending === '')
    return { message: `ends with ${fields} of ${columns.length} columns`, hint: 'was the file cut off while it was written?' };
  if (fields === columns.length) return undefined;
  return {
    message: `has ${fields} columns where the header has ${columns.length}`,
    hint: delimiter === ',' ? 'a decimal comma needs quotes and is not read as a number: write a point' : 'check the row',
  };
}

function wrongJson({ text, ending }: TextRecord): Wrong | undefined {
  if (text.length > longestRecord) return tooLong;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return undefined;
    return { message: 'is no JSON object', hint: 'write an object on each line, such as {"timestamp":"2026-11-24T00:00:00Z","value":1}' };
  } catch {
    return ending === ''
      ? { message: 'ends within a JSON object', hint: 'was the file cut off while it was written?' }
      : { message: 'is not JSON', hint: 'each line must be an object of its own' };
  }
}

const tooLong: Wrong = { message: 'is a line of more than 65536 characters', hint: 'is the file of another kind, or damaged?' };

/** All records after the header. A CSV record has several lines where a quoted value has. */
async function* recordsOf(file: OpenFile): AsyncGenerator<TextRecord> {
  if (file.kind === 'parquet' || file.place !== undefined) return;
  const source = contentOf(file);
  if (source === undefined) return;
  const { headerLines, columns } = file.dialect ?? { headerLines: 0, columns: [] };
  const isCsv = file.dialect !== undefined;
  let open: { line: number; text: string } | undefined;
  let number = 0;
  let ending: TextRecord['ending'] = '';
  for await (const line of linesOf(source)) {
    number += 1;
    ending = line.ending;
    if (number <= headerLines) continue;
    if (open === undefined && (isCsv ? line.text === '' && (columns.length > 1 || line.ending === '') : line.text.trim() === '')) continue;
    open = open === undefined ? { line: number, text: line.text } : { line: open.line, text: `${open.text}\n${line.text}` };
    if (isCsv && open.text.length < longestRecord && !isClosed(open.text)) continue;
    yield { ...open, ending };
    open = undefined;
  }
  if (open !== undefined) yield { ...open, ending };
}

/** All records of a CSV file from its first line on, the empty ones too. */
export async function* recordsOfAll(content: Readable): AsyncGenerator<TextRecord> {
  let open: { line: number; text: string } | undefined;
  let number = 0;
  for await (const { text, ending } of linesOf(content)) {
    number += 1;
    open = open === undefined ? { line: number, text } : { line: open.line, text: `${open.text}\n${text}` };
    if (open.text.length < longestRecord && !isClosed(open.text)) continue;
    yield { ...open, ending };
    open = undefined;
  }
}

type Packed = SourceFile & { readonly compression: Compression };

/** The content of a text file, unpacked; `undefined` for zstd on a Node that has none. */
export function contentOf({ file, compression }: Packed): Readable | undefined {
  const bytes = createReadStream(file, { highWaterMark: chunkBytes });
  if (compression === 'none') return bytes;
  const { createZstdDecompress } = zlib as unknown as { readonly createZstdDecompress?: () => zlib.Gunzip };
  const unpack = compression === 'gzip' ? zlib.createGunzip({ chunkSize: 2 ** 18 }) : createZstdDecompress?.();
  return unpack && bytes.pipe(unpack);
}

const chunkBytes = 2 ** 20;
/** A record is cut at this number of characters: by then its quote or its line is taken never to end. */
const longestRecord = 2 ** 16;
const lineEnd = /\r\n|\n|\r/g;

async function* linesOf(source: Readable): AsyncGenerator<{ text: string; ending: TextRecord['ending'] }> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const bytes of source as AsyncIterable<Buffer>) {
    rest += decoder.write(bytes);
    let from = 0;
    for (const match of rest.matchAll(lineEnd)) {
      // A carriage return at the end of the chunk may be half of a line end.
      if (match[0] === '\r' && match.index === rest.length - 1) break;
      yield { text: rest.slice(from, match.index), ending: match[0] as TextRecord['ending'] };
      from = match.index + match[0].length;
    }
    rest = rest.slice(from);
    if (rest.length > chunkBytes) {
      yield { text: rest, ending: '\n' };
      rest = '';
    }
  }
  const last = rest + decoder.end();
  if (last.endsWith('\r')) yield { text: last.slice(0, -1), ending: '\r' };
  else yield { text: last, ending: '' };
}

function isClosed(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 0;
}

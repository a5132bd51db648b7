import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { type Dialect, splitFields } from './files-dialect';

/** A record of a CSV file as it stands there. */
export type CsvRecord = {
  /** Number of its first line, from 1. */
  readonly line: number;
  readonly text: string;
  readonly ending: '\n' | '\r\n' | '\r' | '';
};

/**
 * The record of a row of the engine's table, to show its line and text in a message: a slow walk through the file, for a
 * refusal only. Empty lines are rows only where there is a single column, as the engine has it.
 *
 * @param row from 0
 */
export function recordOfRow(file: string, dialect: Dialect, row: number): CsvRecord | undefined {
  let next = 0;
  for (const record of recordsOf(file, dialect)) {
    if (next === row) return record;
    next += 1;
  }
  return undefined;
}

/** What makes a file unreadable as CSV: the first such record, and why. */
export type Malformed = { readonly record: CsvRecord; readonly message: string; readonly hint: string };

/** Looks for the first record that is no CSV of the dialect; `undefined` where there is none. */
export function findMalformed(file: string, dialect: Dialect): Malformed | undefined {
  const { columns, delimiter } = dialect;
  let ending: CsvRecord['ending'] | undefined;
  for (const record of recordsOf(file, dialect)) {
    const malformed = (message: string, hint: string): Malformed => ({ record, message, hint });
    if (!isClosed(record.text)) return malformed('opens a quote that is never closed', 'close it, or write two for a quote in a value');
    const fields = splitFields(record.text, delimiter).length;
    if (fields < columns.length && record.ending === '')
      return malformed(`ends with ${fields} of ${columns.length} columns`, 'was the file cut off while it was written?');
    if (fields !== columns.length)
      return malformed(
        `has ${fields} columns where the header has ${columns.length}`,
        delimiter === ',' ? 'a decimal comma needs quotes and is not read as a number: write a point' : 'check the row',
      );
    if (record.text.includes('\uFFFD')) return malformed('holds bytes that are not UTF-8', 'save the file as UTF-8');
    ending ??= record.ending;
    if (record.ending !== ending && record.ending !== '')
      return malformed('ends its line in another way than the lines before', 'write all line endings alike');
  }
  return undefined;
}

/** All records after the header. A record spans several lines where a quoted value does. */
function* recordsOf(file: string, { headerLines, columns }: Dialect): Generator<CsvRecord> {
  let open: { line: number; text: string } | undefined;
  let number = 0;
  let ending: CsvRecord['ending'] = '';
  for (const line of linesOf(file)) {
    number += 1;
    ending = line.ending;
    if (number <= headerLines) continue;
    if (open === undefined && line.text === '' && (columns.length > 1 || line.ending === '')) continue;
    open = open === undefined ? { line: number, text: line.text } : { line: open.line, text: `${open.text}\n${line.text}` };
    if (open.text.length < longestRecord && !isClosed(open.text)) continue;
    yield { ...open, ending };
    open = undefined;
  }
  if (open !== undefined) yield { ...open, ending };
}

const chunkBytes = 2 ** 20;
/** A record longer than this is not waited for any longer: its quote will not close. */
const longestRecord = 2 ** 16;
const lineEnd = /\r\n|\n|\r/g;

function* linesOf(file: string): Generator<{ text: string; ending: CsvRecord['ending'] }> {
  const descriptor = openSync(file, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.alloc(chunkBytes);
    let rest = '';
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      rest += decoder.write(buffer.subarray(0, read));
      let from = 0;
      for (const match of rest.matchAll(lineEnd)) {
        // A carriage return at the end of the chunk may be half of a line end.
        if (match[0] === '\r' && match.index === rest.length - 1) break;
        yield { text: rest.slice(from, match.index), ending: match[0] as CsvRecord['ending'] };
        from = match.index + match[0].length;
      }
      rest = rest.slice(from);
    }
    const last = rest + decoder.end();
    if (last.endsWith('\r')) yield { text: last.slice(0, -1), ending: '\r' };
    else yield { text: last, ending: '' };
  } finally {
    closeSync(descriptor);
  }
}

function isClosed(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 0;
}

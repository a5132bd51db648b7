import { closeSync, openSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { ProblemError } from '../../problems';
import { annotatedRows } from './annotated';
import { parseDocuments, type PlacedRow, rowsOfDocument } from './documents';
import type { Engine } from './engine';
import { type Compression, damaged, type SourceFile } from './head';
import { jsonColumn, type OpenFile } from './open-file';
import { contentOf, recordsOfAll, type TextRecord } from './records';
import { literalPath, quoteText } from './sql';

/** A source file and how it is packed. */
type Packed = SourceFile & { readonly compression: Compression };

/** Rows that are written together. */
const rowsTogether = 1_000;
/** Rows that show what sort of cells a column has. */
const sampleRows = 50;
/** A document is parsed as a whole, so it has to fit into memory. */
const mostDocumentBytes = 384 * 2 ** 20;

/** A copy of a text of another encoding in UTF-8, line by line the same. */
export async function inUtf8<Source extends Packed>(engine: Engine, source: Source, encoding: string): Promise<Source> {
  const decoder = new TextDecoder(encoding);
  const file = engine.newFile();
  const out = openSync(file, 'w');
  try {
    for await (const bytes of unpacked(source) as AsyncIterable<Buffer>) writeSync(out, decoder.decode(bytes, { stream: true }));
    writeSync(out, decoder.decode());
  } finally {
    closeSync(out);
  }
  return { ...source, file, compression: 'none' };
}

/**
 * A copy of a CSV file whose first lines end as those after them do: by other ends of lines, the engine would find no row.
 *
 * @param head the first bytes of the file
 * @param headerLines lines up to and including the header
 * @returns the file itself where they do so already
 */
export async function withLikeEndings<Source extends Packed>(
  engine: Engine,
  source: Source,
  head: Buffer,
  headerLines: number,
): Promise<Source> {
  const endings = [...head.toString('latin1').matchAll(/\r\n|\n|\r/g)].slice(0, headerLines + 1);
  const [last] = endings.slice(headerLines);
  if (last === undefined || endings.every(([ending]) => ending === last[0])) return source;
  const from = endings[headerLines - 1].index + endings[headerLines - 1][0].length;
  const start = head
    .subarray(0, from)
    .toString('latin1')
    .replace(/\r\n|\n|\r/g, last[0]);
  const file = engine.newFile();
  const out = openSync(file, 'w');
  try {
    writeSync(out, Buffer.from(start, 'latin1'));
    let skipped = 0;
    for await (const bytes of unpacked(source) as AsyncIterable<Buffer>) {
      writeSync(out, bytes.subarray(Math.min(bytes.length, Math.max(0, from - skipped))));
      skipped += bytes.length;
    }
  } finally {
    closeSync(out);
  }
  return { ...source, file, compression: 'none' };
}

/** The content of a file; one that this Node cannot decompress is refused. */
function unpacked(source: Packed): Readable {
  const content = contentOf(source);
  if (content !== undefined) return content;
  const message = 'is compressed by zstd, which this version of Node cannot decompress';
  throw new ProblemError({ code: 'history/format', path: source.shown, message, hint: 'unpack it first' });
}

/**
 * The tables of a CSV file as one: of annotated CSV, and of CSV with a header of its own for each table.
 *
 * @param from lines before the first header or annotation
 */
export async function openTables(engine: Engine, source: Packed, delimiter: string, from: number): Promise<OpenFile> {
  const series = new Map<string, Readonly<Record<string, string>>>();
  const content = unpacked(source);
  async function* later(): AsyncGenerator<TextRecord> {
    for await (const record of recordsOfAll(content)) if (record.line > from) yield record;
  }
  const records = annotatedRows(later(), delimiter);
  async function* noting(): AsyncGenerator<PlacedRow> {
    for await (const row of records) {
      const key = JSON.stringify(row.labels);
      if (!series.has(key)) series.set(key, row.labels);
      yield row;
    }
  }
  const opened = await openRows(engine, source, noting());
  return { ...opened, aliases: aliasesOf(opened, { time: '_time', value: '_value' }), series: [...series.values()] };
}

/**
 * The rows of a JSON document as a table.
 *
 * @throws ProblemError `history/malformed`, and `history/format` where it holds none
 */
export async function openDocument(engine: Engine, source: Packed): Promise<OpenFile> {
  const { shown } = source;
  const documents = parseDocuments(await textOf(source));
  if (documents === undefined) {
    const message = 'is JSON that cannot be read: damaged, or cut off';
    throw new ProblemError({ code: 'history/malformed', path: shown, message, hint: 'was the file cut off while it was written?' });
  }
  const found = rowsOfDocument(documents);
  if (found === undefined) {
    const message = 'is JSON without rows that could be told: neither an object on each line nor one list of objects';
    const hint = 'write an object on each line, such as {"timestamp":"2026-11-24T00:00:00Z","value":1}';
    throw new ProblemError({ code: 'history/format', path: shown, message, hint });
  }
  const { rows, means, series } = found;
  const opened = await openRows(engine, source, rows);
  return { ...opened, aliases: aliasesOf(opened, means), series };
}

/** The names that a config has by default, and those that people would write, mean the columns that hold time and value. */
function aliasesOf({ columns }: OpenFile, means: { readonly time?: string; readonly value?: string }): OpenFile['aliases'] {
  return (['time', 'value'] as const).flatMap((option) => {
    const column = columns.find(({ name }) => name === means[option]);
    if (column === undefined) return [];
    const names = option === 'time' ? ['timestamp', 'Timestamp', 'time', 'Time'] : ['value', 'Value'];
    return names.filter((name) => !columns.some((other) => other.name === name)).map((name) => ({ option, name, column }));
  });
}

const placeName = '\u0001place';

async function openRows(engine: Engine, source: Packed, rows: AsyncIterable<PlacedRow> | Iterable<PlacedRow>): Promise<OpenFile> {
  const file = engine.newFile();
  const names = new Set<string>();
  const sample: PlacedRow['cells'][] = [];
  const out = openSync(file, 'w');
  let lines: string[] = [];
  const write = (): void => {
    writeSync(out, lines.join(''));
    lines = [];
  };
  try {
    for await (const { place, cells } of rows) {
      Object.keys(cells).forEach((name) => names.add(name));
      if (sample.length < sampleRows) sample.push(cells);
      lines.push(`${JSON.stringify({ ...cells, [placeName]: place })}\n`);
      if (lines.length === rowsTogether) write();
    }
    write();
  } finally {
    closeSync(out);
  }
  return {
    ...source,
    compression: 'none',
    file,
    isComplete: true,
    columns: [...names].map(jsonColumn),
    sample,
    place: jsonColumn(placeName),
    from: (used) => ({
      sql: `read_json($1, format = 'newline_delimited', auto_detect = false, hive_partitioning = false, compression = 'uncompressed',
        columns = {${[...used, jsonColumn(placeName)].map(({ name }) => `${quoteText(name)}: 'VARCHAR'`).join(', ')}})`,
      values: [literalPath(file)],
    }),
  };
}

async function textOf(source: Packed): Promise<string> {
  const { shown, compression } = source;
  const content = unpacked(source);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const bytes of content as AsyncIterable<Buffer>) {
      length += bytes.length;
      if (length > mostDocumentBytes) break;
      parts.push(bytes);
    }
  } catch {
    throw new ProblemError(damaged(shown, compression));
  }
  if (length > mostDocumentBytes) {
    const message = 'is one JSON document too large to be read as a whole';
    throw new ProblemError({ code: 'history/format', path: shown, message, hint: 'write an object on each line' });
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

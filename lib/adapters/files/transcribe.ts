import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Problem, ProblemError } from '../../problems';
import { annotatedRows } from './annotated';
import { parseDocuments, type PlacedRow, rowsOfDocument } from './documents';
import type { Engine } from './engine';
import { type Compression, damaged, type SourceFile } from './head';
import { jsonColumn, type OpenFile } from './open-file';
import { contentOf, recordsOfAll } from './records';
import { literalPath, quoteText } from './sql';

/** A source file and how it is packed. */
type Packed = SourceFile & { readonly compression: Compression };

/** Rows that are written together. */
const rowsTogether = 1_000;
/** Rows that show what sort of cells a column has. */
const sampleRows = 50;
/** A document is parsed as a whole, so it has to fit into memory. */
const mostDocumentBytes = 512 * 2 ** 20;

/** A copy of a UTF-16 text in UTF-8, line by line the same. */
export async function inUtf8<Source extends Packed>(engine: Engine, source: Source, encoding: string): Promise<Source> {
  const decoder = new TextDecoder(encoding);
  const file = engine.newFile();
  const out = openSync(file, 'w');
  try {
    for await (const bytes of contentOf(source) as AsyncIterable<Buffer>) writeSync(out, decoder.decode(bytes, { stream: true }));
    writeSync(out, decoder.decode());
  } finally {
    closeSync(out);
  }
  return { ...source, file, compression: 'none' };
}

/** The tables of annotated CSV as one. */
export async function openAnnotated(engine: Engine, source: Packed): Promise<OpenFile> {
  const series = new Map<string, Readonly<Record<string, string>>>();
  const records = annotatedRows(recordsOfAll(source));
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
  const documents = parseDocuments(textOf(source));
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

function textOf({ file, shown, compression }: Packed): string {
  const tooLarge: Problem = {
    code: 'history/format',
    path: shown,
    message: 'is one JSON document too large to be read as a whole',
    hint: 'write an object on each line',
  };
  try {
    const bytes = readFileSync(file);
    const unpacked = compression === 'gzip' ? gunzipSync(bytes, { maxOutputLength: mostDocumentBytes }) : bytes;
    if (unpacked.length > mostDocumentBytes) throw new ProblemError(tooLarge);
    return unpacked.toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new ProblemError(
      /TOO_LARGE|STRING_TOO_LONG/.test(code) ? tooLarge : damaged(shown, compression === 'none' ? 'gzip' : compression),
    );
  }
}

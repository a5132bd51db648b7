import { type Problem, ProblemError } from '../../problems';
import { isAnnotated } from './annotated';
import { likelyColumns, quoted } from './columns';
import { dialectOf, type WantedColumns } from './dialect';
import type { Engine } from './engine';
import { type Compression, damaged, type FileHead, headBytes, readHead, type SourceFile } from './head';
import { type Column, jsonColumn, type OpenFile } from './open-file';
import { literalPath, quoteName, quoteText } from './sql';
import { inUtf8, openDocument, openTables, withLikeEndings } from './transcribe';

/** Small enough that threads x buffers stay within the memory limit, and above the longest line that the engine takes. */
const bufferBytes = 4 * 2 ** 20;

/**
 * Opens a file for scanning. What is no plain table of its kind is written out as one first: text in UTF-16 or Windows-1252, annotated CSV, and JSON that is
 * one document.
 *
 * @param path where the config names it
 * @param wanted the columns of the series that may be in it
 * @throws ProblemError those of `readHead`, `dialectOf` and `openDocument`
 */
export async function openFile(engine: Engine, named: SourceFile, path: string, wanted: WantedColumns): Promise<OpenFile> {
  const first = await readHead(engine, named, path);
  const opened = await openAs(engine, named, first, path, wanted);
  return first.encoding === 'windows-1252' ? { ...opened, told: `${named.shown} is no UTF-8 and is read as Windows-1252` } : opened;
}

async function openAs(engine: Engine, named: SourceFile, first: FileHead, path: string, wanted: WantedColumns): Promise<OpenFile> {
  if (named.kind === 'parquet') return openParquet(engine, named);
  const { compression } = first;
  const source = first.encoding === 'utf-8' ? named : await inUtf8(engine, { ...named, compression }, first.encoding);
  const head = source === named ? first : await readHead(engine, source, path);
  const packed = { ...source, compression: head.compression };
  const text = head.bytes.toString('utf8').replace(/^\uFEFF/, '');
  const printed = printedByAws(text);
  if (printed !== undefined) throw new ProblemError({ ...printed, path: source.shown });
  if (source.kind === 'csv') {
    if (isJson(text)) throw await jsonForCsv(engine, packed, head);
    return isAnnotated(text) ? openTables(engine, packed, ',', 0) : openCsv(engine, packed, head, wanted);
  }
  return isDocument(text) ? openDocument(engine, packed) : openNdjson(source, head);
}

/** What the AWS CLI prints in another form than JSON: without the names of columns, or for people. `undefined` where it is none of it. */
function printedByAws(text: string): Omit<Problem, 'path'> | undefined {
  const form = awsForms.find(({ pattern }) => pattern.test(text));
  if (form === undefined) return undefined;
  const isData = /METRICDATARESULTS|GetMetricData|MetricDataResults/.test(text);
  const columns = isData ? "time: 'Timestamps', value: 'Values'" : "time: 'Timestamp', value: 'Average'";
  return {
    code: 'history/format',
    message: `is what the AWS CLI prints with --output ${form.output}`,
    hint: `run it with --output json, and read it as such, kind: 'ndjson', ${columns}${isData ? '' : ' or the statistic that was asked for'}`,
  };
}

const awsForms = [
  { output: 'text', pattern: /^(DATAPOINTS|METRICDATARESULTS)\t/m },
  { output: 'table', pattern: /^\|\s*GetMetric(Statistics|Data)\s*\|/m },
  { output: 'yaml', pattern: /^(Datapoints|MetricDataResults):\s*$/m },
];

/** Whether text is JSON and no CSV: a name in brackets may stand first in a header. */
const isJson = (text: string): boolean => /^\s*(\{\s*["}]|\[\s*[[{])/.test(text);

/** Whether JSON is one document, or several, rather than an object on each line. */
function isDocument(text: string): boolean {
  const [line = '', ...rest] = text.trimStart().split(/\r?\n/);
  // A line that the head cuts off, or one that is no JSON by itself: what is no list and breaks off within a value is a line that is damaged.
  const [first] = objectOf(line);
  if (first === undefined) return line.startsWith('[') || /^\{\s*$/.test(line) || (line.startsWith('{') && text.length > headBytes - 4);
  const isList = (value: unknown): boolean => Array.isArray(value) && value.some((item) => typeof item === 'object');
  const hasList = Object.values(first).some(
    (value) => isList(value) || (typeof value === 'object' && Object.values(value ?? {}).some(isList)),
  );
  return documentKeys.some((key) => Array.isArray(first[key])) || (hasList && rest.every((other) => objectOf(other).length === 0));
}

const documentKeys = ['MetricDataResults', 'Datapoints', 'results'];

/** JSON where CSV is named: the kind to name, with columns of it that can be read. */
async function jsonForCsv(
  engine: Engine,
  source: SourceFile & { readonly compression: Compression },
  head: FileHead,
): Promise<ProblemError> {
  const json = { ...source, kind: 'ndjson' } as const;
  const text = head.bytes.toString('utf8');
  const opened = isDocument(text) ? await openDocument(engine, json) : openNdjson(json, head);
  const { aliases = [], columns } = opened;
  const likely = (['time', 'value'] as const)
    .filter((option) => !aliases.some((alias) => alias.option === option))
    .flatMap((option) =>
      likelyColumns(
        opened,
        columns.map(({ name }) => name),
        option,
        option === 'time' ? 'timestamp' : 'value',
      )
        .slice(0, 1)
        .map((name) => `${option}: ${quoted(name)}`),
    );
  const parts = [`kind: 'ndjson'`, ...likely];
  return new ProblemError({
    code: 'history/format',
    path: source.shown,
    message: 'is JSON, not CSV',
    hint:
      likely.length + new Set(aliases.map(({ option }) => option)).size === 2
        ? `read it as such, ${parts.join(', ')}`
        : 'export it as CSV, or as an object with time and value on each line',
  });
}

async function openCsv(
  engine: Engine,
  named: SourceFile & { readonly compression: Compression },
  head: FileHead,
  wanted: WantedColumns,
): Promise<OpenFile> {
  const dialect = dialectOf(head, named.shown, wanted);
  if (dialect.hasTables) return openTables(engine, named, dialect.delimiter, dialect.headerLines - 1);
  const source = await withLikeEndings(engine, named, head.bytes, dialect.headerLines);
  const types = dialect.columns.map((_, index) => `c${index}: 'VARCHAR'`).join(', ');
  const sql = `read_csv($1, delim = $2, skip = $3, header = false, auto_detect = false, quote = '"', escape = '"', compression = '${source.compression}',
    hive_partitioning = false, buffer_size = ${bufferBytes}, columns = {${types}})`;
  return {
    ...source,
    dialect,
    columns: dialect.columns.map((name, index) => ({ name, sql: `c${index}`, type: 'VARCHAR' })),
    from: () => ({ sql, values: [literalPath(source.file), dialect.delimiter, dialect.headerLines] }),
  };
}

function openNdjson(source: SourceFile, { bytes, compression }: FileHead): OpenFile {
  const objects = bytes.toString('utf8').split(/\r?\n/).slice(0, linesToNameColumns).flatMap(objectOf);
  return {
    ...source,
    compression,
    columns: [...new Set(objects.flatMap(Object.keys))].map(jsonColumn),
    sample: objects.map((object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, cellOf(value)]))),
    from: (used) => ({
      // Every value as its text: numbers keep their digits, and what is nested shows as what it is.
      sql: `read_json($1, format = 'newline_delimited', auto_detect = false, maximum_object_size = ${bufferBytes}, compression = '${compression === 'none' ? 'uncompressed' : compression}',
        hive_partitioning = false, columns = {${used.map(({ name }) => `${quoteText(name)}: 'VARCHAR'`).join(', ')}})`,
      values: [literalPath(source.file)],
    }),
  };
}

const linesToNameColumns = 100;

const cellOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value ?? '') ?? ''));

function objectOf(line: string): Record<string, unknown>[] {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? [parsed as Record<string, unknown>] : [];
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

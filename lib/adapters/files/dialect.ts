import { looksLikeTimestamp } from '../../history';
import { type CodeOf, ProblemError } from '../../problems';
import { isTimeLike } from './cell-forms';
import { type FileHead, wideHeadBytes } from './head';

/** How a CSV file is written. */
export type Dialect = {
  readonly delimiter: string;
  /** Names of the columns, in order, without quotes and surrounding spaces. */
  readonly columns: readonly string[];
  /** Number of lines up to and including the header. */
  readonly headerLines: number;
  /** Whether another table, with a header of its own, follows after an empty line. */
  readonly hasTables: boolean;
  /** Fields of the first rows. */
  readonly sample: readonly (readonly string[])[];
};

/** The columns that the series of a file name: a line that has them is its header. */
export type WantedColumns = readonly { readonly time: string; readonly names: readonly string[] }[];

/** Among so many lines the header is looked for. */
const mostTitleLines = 100;
const sampleRows = 50;

/**
 * Finds delimiter (comma, semicolon, tab, bar: whichever the header line has most of), columns and header from the head of a file. What
 * tools write before the header is left out: `sep=;`, which tells Excel the delimiter, comments that begin with `#`, and titles, that
 * is, lines before the first one that has the wanted columns.
 *
 * @param shown how messages call the file
 * @throws ProblemError `history/empty`, `history/header`
 */
export function dialectOf({ bytes }: FileHead, shown: string, wanted: WantedColumns = []): Dialect {
  const refuse = (code: CodeOf<'history'>, message: string, hint?: string): never => {
    throw new ProblemError({ code: `history/${code}`, path: shown, message, hint });
  };
  const lines = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/);
  const filled = lines.map((line, index) => ({ line, index })).filter(({ line }) => line.trim() !== '');
  if (filled.length === 0) return refuse('empty', 'holds nothing but empty lines', 'it needs a header line and a row for each observation');
  const separator = separatorOf(filled[0].line);
  const rest = separator === undefined ? filled : filled.slice(1);
  const { line: header, index } = headerOf(rest, separator, wanted) ?? filled[0];
  if (index === lines.length - 1 && bytes.length === wideHeadBytes)
    return refuse('header', `has a first line of more than ${wideHeadBytes} bytes`, 'the first line must name the columns');
  const delimiter = separator ?? delimiterOf(header);
  if (header.includes('\uFFFD'))
    throw new ProblemError({
      code: 'history/malformed',
      path: `${shown}:${index + 1}`,
      message: 'holds bytes that are not UTF-8',
      hint: 'save the file as UTF-8',
    });
  const columns = splitFields(header, delimiter).map((name) => name.trim());
  const isHeader = (line: string): boolean => {
    const fields = splitFields(line, delimiter).map((name) => name.trim());
    return wanted.some(({ time }) => columns.includes(time) && fields.includes(time));
  };
  return {
    delimiter,
    columns,
    headerLines: index + 1,
    hasTables: lines.some((line, at) => at > index + 1 && lines[at - 1].trim() === '' && line.trim() !== '' && isHeader(line)),
    sample: lines
      .slice(index + 1, index + 1 + sampleRows)
      .filter((line) => line.trim() !== '')
      .map((line) => splitFields(line, delimiter)),
  };
}

type Line = { readonly line: string; readonly index: number };

const isComment = (line: string): boolean => /^\s*"?#/.test(line);

/** The first line that has all columns of a series, else the time of one, else the first that is no comment. */
function headerOf(lines: readonly Line[], separator: string | undefined, wanted: WantedColumns): Line | undefined {
  const looked = lines.slice(0, mostTitleLines).map((line) => {
    const fields = splitFields(line.line, separator ?? delimiterOf(line.line)).map((field) => field.trim());
    return { line, cells: fields, fields: new Set(fields) };
  });
  const has = (test: (fields: ReadonlySet<string>) => boolean): Line | undefined => looked.find(({ fields }) => test(fields))?.line;
  return (
    has((fields) => wanted.some(({ time, names }) => [time, ...names].every((name) => fields.has(name)))) ??
    has((fields) => wanted.some(({ time }) => fields.has(time))) ??
    firstOfTable(looked.filter(({ line }) => !isComment(line.line))) ??
    lines.find(({ line }) => !isComment(line)) ??
    lines[0]
  );
}

/** The first line of several fields, none of them a time, with a row of as many fields after it that holds one. */
function firstOfTable(lines: readonly { readonly line: Line; readonly cells: readonly string[] }[]): Line | undefined {
  const at = lines.findIndex(({ cells }, index) => {
    const next = lines[index + 1]?.cells ?? [];
    return cells.length > 1 && next.length === cells.length && next.some(isTimeLike) && !cells.some(isTimeLike);
  });
  return lines[at]?.line;
}

/** What `sep=;` says: the delimiter; `undefined` where the line is another. */
function separatorOf(line: string): string | undefined {
  const named = /^\s*"?sep=(\\t|[^"])"?[,;\t|\s]*$/i.exec(line)?.[1];
  return named === '\\t' ? '\t' : named;
}

function delimiterOf(header: string): string {
  return [',', ';', '\t', '|'].reduce((best, candidate) =>
    splitFields(header, candidate).length > splitFields(header, best).length ? candidate : best,
  );
}

/** Whether the header seems to be data: a time or a number stands in it. */
export function isHeadless({ columns }: Dialect): boolean {
  return columns.some((column) => looksLikeTimestamp(column) || (column !== '' && Number.isFinite(Number(column))));
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

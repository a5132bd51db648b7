import { type CodeOf, ProblemError } from '../problems';
import { type FileHead, headBytes } from './files-head';

/** How a CSV file is written. */
export type Dialect = {
  readonly delimiter: ',' | ';' | '\t';
  /** Names of the columns, in order, without quotes and surrounding spaces. */
  readonly columns: readonly string[];
  /** Lines up to and including the header. */
  readonly headerLines: number;
};

/**
 * Finds delimiter (comma, semicolon, tab: whichever the header line has most of) and columns from the head of a file.
 *
 * @param shown how messages call the file
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

const occurrences = (text: string, character: string): number => splitFields(text, character).length;

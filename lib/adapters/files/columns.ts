import { shorten } from '../../history';
import type { Problem } from '../../problems';
import { isNumberLike, isTimeLike } from './cell-forms';
import { isHeadless } from './dialect';
import { type Column, jsonColumn, type OpenFile } from './open-file';

type Option = 'time' | 'value' | 'where';

/**
 * Finds a column by its name. In NDJSON every name gives a column, because its key may first appear late in the file.
 *
 * @param option the option of the source that names the column, for messages
 * @param partitions names of columns that the folders of the file give, for messages
 * @returns the column, or the problem that there is none or more than one of that name
 */
export function findColumn(file: OpenFile, option: Option, name: string, partitions: readonly string[] = []): Column | Problem {
  const { columns, kind } = file;
  const named = columns.filter((column) => column.name === name);
  if (named.length > 1) {
    const path = headerOf(file);
    return { code: 'history/header', path, message: `has column ${shorten(name)} more than once`, hint: 'give each column its own name' };
  }
  if (named.length === 1) return named[0];
  const alias = file.aliases?.find((other) => other.option === option && other.name === name);
  if (alias !== undefined) return alias.column;
  if (file.isComplete && columns.length === 0)
    return { code: 'history/no-rows', path: file.shown, message: 'holds no rows', hint: 'has the export run?' };
  // A key may come late in NDJSON: that there is none is known at its end.
  if (kind === 'ndjson' && !file.isComplete) return jsonColumn(name);
  return noColumn(file, option, name, [...columns.map((column) => column.name), ...partitions]);
}

/**
 * The columns that are summed to the values of a source: the named ones, and for a name with `*` in it, which is no column itself, all
 * that it matches beside those of the time and the labels.
 */
export function findValues(file: OpenFile, names: string | readonly string[], others: readonly string[]): readonly (Column | Problem)[] {
  const found = (typeof names === 'string' ? [names] : names).flatMap((name) => {
    if (!name.includes('*') || file.columns.some((column) => column.name === name)) return [findColumn(file, 'value', name)];
    const pattern = new RegExp(`^${name.split('*').map(escapeRegExp).join('.*')}$`, 's');
    const matching = file.columns.filter((column) => pattern.test(column.name) && column.name !== '' && !others.includes(column.name));
    return matching.length > 0 ? matching : [noColumn(file, 'value', name, namesOf(file))];
  });
  return [...new Map(found.map((column) => ['code' in column ? column.message : column.sql, column])).values()];
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const namesOf = ({ columns }: OpenFile): string[] => columns.map((column) => column.name);
const headerOf = ({ dialect, shown }: OpenFile): string => (dialect ? `${shown}:${dialect.headerLines}` : shown);

/** Columns that a message shows. */
const shownColumns = 40;

/** The problem that a file has no column of that name. It lists the columns of the file and suggests the likely one. */
export function noColumn(file: OpenFile, option: Option, name: string, names: readonly string[]): Problem {
  const { dialect } = file;
  const listed = names.slice(0, shownColumns).map(shorten).join(', ');
  return {
    code: 'history/header',
    path: headerOf(file),
    message: `has no column ${shorten(name)}; its columns are ${listed}${names.length > shownColumns ? ', ...' : ''}`,
    hint:
      dialect && isHeadless(dialect)
        ? 'the first line must name the columns, for example: timestamp,value'
        : hintOf(file, option, name, names),
  };
}

function hintOf(file: OpenFile, option: Option, name: string, names: readonly string[]): string {
  const likely = likelyColumns(file, names, option, name);
  if (option === 'where') {
    const example = likely.length === 0 ? '' : `, for example where: { ${quoted(likely[0])}: ... }`;
    return `say which column holds the label${example}`;
  }
  if (likely.length === 0)
    return option === 'time'
      ? 'none of them holds times: export the time of each row as a column'
      : 'none of them holds numbers: export the values as a column of numbers';
  const sum =
    option === 'value' && likely.length > 1 ? `, or the sum of several, value: [${likely.slice(0, 2).map(quoted).join(', ')}]` : '';
  return `say which column holds the ${option}, for example ${option}: ${quoted(likely[0])}${sum}`;
}

/** A name as a config has it. */
export const quoted = (name: string): string => `'${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const soundsLikeTime = (name: string): boolean => /time|date|stamp|^ts$|^t$|when|hour|period|^ds$/i.test(name);
const soundsLikeValue = (name: string): boolean => /value|count|request|load|rate|usage|cpu|mem/i.test(name);

/** Columns that may be meant, the likeliest first: none whose cells, as far as the first rows show, are of another sort. */
export function likelyColumns(file: OpenFile, columns: readonly string[], option: Option, wanted: string): string[] {
  const named = columns.filter((column) => column !== '');
  const same = named.filter((column) => column.trim().toLowerCase() === wanted.trim().toLowerCase());
  if (option === 'where') return same;
  const holds = (column: string): boolean => holdsSort(file, column, option);
  const first = (order: (column: string) => boolean) => [...named].sort((a, b) => Number(order(b)) - Number(order(a)));
  const fitting = option === 'time' ? first(soundsLikeTime) : first(soundsLikeValue).filter((column) => !soundsLikeTime(column));
  return [...new Set([...same, ...fitting])].filter(holds);
}

/** Whether half of the filled cells of a column, among the first rows, are of the sort that is wanted; where none is known, so it seems. */
function holdsSort({ columns, dialect, sample = [] }: OpenFile, column: string, option: Option): boolean {
  const type = columns.find(({ name }) => name === column)?.type ?? 'VARCHAR';
  if (type !== 'VARCHAR')
    return (option === 'time' ? /TIME|DATE|INT|DOUBLE/ : /INT|FLOAT|DOUBLE|DECIMAL/).test(type) && !type.endsWith('[]');
  if (dialect === undefined && sample.length === 0) return option === 'time' || columns.every((other) => other.type === 'VARCHAR');
  const at = dialect?.columns.indexOf(column) ?? -1;
  const all = dialect === undefined ? sample.map((cells) => cells[column] ?? '') : dialect.sample.map((fields) => fields[at] ?? '');
  const cells = all.filter((cell) => cell.trim() !== '');
  const fits = option === 'time' ? isTimeLike : (cell: string) => isNumberLike(cell);
  return cells.length === 0 || cells.filter(fits).length >= cells.length / 2;
}

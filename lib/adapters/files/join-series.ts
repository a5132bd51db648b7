import type { DuckDBValue } from '@duckdb/node-api';
import { shorten } from '../../history';
import type { FileSourceConfig } from '../../config';
import { findColumn, findValues } from './columns';
import type { Column, OpenFile } from './open-file';
import { quoteName } from './sql';

/** The series of a file that have the wanted labels, where the file tells its series apart. */
export function matchingSeries({ series = [] }: OpenFile, where: FileSourceConfig['where'] = {}): NonNullable<OpenFile['series']> {
  return series.filter((labels) => Object.entries(where).every(([name, value]) => (labels[name] ?? '') === String(value)));
}

/** By what series differ, for a message: `host is 'a', 'b'`. */
export function differences(
  { columns }: OpenFile,
  series: NonNullable<OpenFile['series']>,
): { readonly names: readonly string[]; readonly text: string } {
  const valuesOf = (name: string) => [...new Set(series.map((labels) => labels[name] ?? ''))];
  const names = columns.map(({ name }) => name).filter((name) => valuesOf(name).length > 1);
  const shown = names.slice(0, 3).map((name) => {
    const values = valuesOf(name);
    return `${name} is ${values.slice(0, 6).map(shorten).join(', ')}${values.length > 6 ? ', ...' : ''}`;
  });
  return { names, text: shown.join('; ') };
}

/**
 * The file as one with a single series: the sum of those that have the wanted labels, where the source says so (`join: 'sum'`) and they are
 * several. At a time at which one of them has no value the sum has none: missing is never zero. A value that is no number stays, to be refused
 * with its line.
 */
export function joinSeries(file: OpenFile, { join, where = {}, time, value }: FileSourceConfig): OpenFile {
  const series = matchingSeries(file, where);
  const timeColumn = findColumn(file, 'time', time);
  const labels = Object.keys(where).map((name) => findColumn(file, 'where', name));
  const found = findValues(file, value, [time, ...Object.keys(where)]);
  const columns = [timeColumn, ...labels, ...found].filter((column): column is Column => !('code' in column));
  if (join === undefined || series.length < 2 || 'code' in timeColumn || columns.length < 1 + labels.length + found.length) return file;
  const { place } = file;
  const isLabel = (column: Column) => labels.includes(column);
  const cellOf = (column: Column): string => {
    if (column === timeColumn) return column.sql;
    if (column === place) return `arg_min(${column.sql}, r)`;
    if (isLabel(column) || !found.includes(column)) return `any_value(${column.sql})`;
    const number = `TRY_CAST(${column.sql} AS DOUBLE)`;
    const odd = `any_value(${column.sql}) FILTER (${column.sql} IS NOT NULL AND ${number} IS NULL)`;
    return `coalesce(${odd}, CASE WHEN count(${number}) = ${series.length} THEN sum(${number})::VARCHAR END)`;
  };
  return {
    ...file,
    series: [{}],
    told: `the sum of ${series.length} series is read, whose ${differences(file, series).text}; it is missing where one of them is`,
    from: (used) => {
      const wanted = [...new Map([...used, ...columns, ...(place ? [place] : [])].map((column) => [column.name, column])).values()];
      const inner = file.from(wanted.filter((column) => column !== place));
      const values: DuckDBValue[] = [...inner.values];
      const conditions = labels.map((column) =>
        'code' in column ? 'true' : `coalesce(${column.sql}, '') = $${values.push(String(where[column.name]))}`,
      );
      const cells = wanted.map((column) => `${cellOf(column)} AS ${quoteName(column.name)}`);
      return {
        sql: `(SELECT ${cells.join(', ')} FROM (SELECT *, row_number() OVER () AS r FROM ${inner.sql})
          ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} GROUP BY ${timeColumn.sql} ORDER BY min(r))`,
        values,
      };
    },
  };
}

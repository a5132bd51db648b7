import type { DuckDBValue } from '@duckdb/node-api';
import type { Dialect } from './dialect';
import type { Compression, SourceFile } from './head';
import { quoteName } from './sql';

/** A column of a file: its name in the file, the expression that reads it in SQL, and its type in the engine. */
export type Column = { readonly name: string; readonly sql: string; readonly type: string };

/** A file that can be scanned. */
export type OpenFile = SourceFile & {
  readonly compression: Compression;
  /** What was found out of it as a whole, or done with it, and is told. */
  readonly told?: string;
  /** How a CSV file is written; `undefined` for the other kinds. */
  readonly dialect?: Dialect;
  /** Its columns, in order. For NDJSON they are the keys of the first lines: later lines may have more. */
  readonly columns: readonly Column[];
  /** Whether no other columns may follow. */
  readonly isComplete?: boolean;
  /** Names of a config that mean other columns than one of that name, which there is not. */
  readonly aliases?: readonly { readonly option: 'time' | 'value'; readonly name: string; readonly column: Column }[];
  /** The labels of each of the series in it, where the file tells its series apart. */
  readonly series?: readonly Readonly<Record<string, string>>[];
  /** Where each row stands in the file that people see, where that is not the row of this one. */
  readonly place?: Column;
  /** The first rows, where they are not those of the dialect. */
  readonly sample?: readonly Readonly<Record<string, string | null>>[];
  /** The SQL table expression that reads the file, with the values of its parameters. `used`: the columns that the query names. */
  readonly from: (used: readonly Column[]) => { readonly sql: string; readonly values: readonly DuckDBValue[] };
};

/** A column of texts whose name is how SQL calls it. */
export function jsonColumn(name: string): Column {
  return { name, sql: quoteName(name), type: 'VARCHAR' };
}

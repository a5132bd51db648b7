import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as DuckDB from '@duckdb/node-api';
import type { DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import { loadPackage } from '../../packages';
import type { OnProgress } from '../../progress';

/** The numbers of one column in one chunk of rows. */
export type Numbers = Float64Array | Int32Array;

/** An empty in-memory database that runs SQL over files. `values` are bound to the parameters `$1`, `$2`, ... of the SQL. */
export type Engine = {
  readonly run: (sql: string, values?: readonly DuckDBValue[]) => Promise<void>;
  /** Runs a query and returns all of its rows at once: for small answers. */
  readonly rows: (sql: string, values?: readonly DuckDBValue[]) => Promise<DuckDBValue[][]>;
  /**
   * Runs a query and calls `onChunk` for each chunk of rows, in the order of the answer, so that the answer is never in memory as a
   * whole. The columns of the query must be DOUBLE or INTEGER without NULL. The arrays of a chunk are the engine's own memory: they
   * must not be used after `onChunk` has returned.
   *
   * @throws Error when a column is not of numbers
   */
  readonly stream: (
    sql: string,
    values: readonly DuckDBValue[],
    onChunk: (columns: readonly Numbers[], rows: number) => void,
  ) => Promise<void>;
  /** Tells, while some work goes on, how far the query is that `stream` runs in it, by the file that is being read. */
  readonly observed: <T>(onProgress: OnProgress, work: () => Promise<T>) => Promise<T>;
  /** Runs work that reads this many columns at once, with more memory where they are very many. */
  readonly widened: <T>(columns: number, work: () => Promise<T>) => Promise<T>;
  /** Creates an ENUM type of these texts, in this order, and returns its name. The same texts give the same type. */
  readonly enumOf: (texts: readonly string[]) => Promise<string>;
  /** The path of a temporary file that does not exist yet; it is deleted when the engine is closed. */
  readonly newFile: () => string;
  readonly close: () => void;
};

/** The most memory that the engine uses; what needs more goes to temporary files. */
const memoryLimit = '192MB';
/** The most memory where more columns than `manyColumns` are read at once. */
const wideMemoryLimit = '1GB';
const manyColumns = 128;
/** How far the engine may read ahead of `onChunk`: with less, its threads wait for each other. */
const readAhead = '32MB';
const mostThreads = 4;
/** Progress is told once in so many chunks of up to 2048 rows. */
const chunksBetweenTold = 50;

let opened = 0;

/**
 * Opens an engine. DuckDB is loaded by the first call, so a run that reads no file never loads it. The engine uses no network, and it
 * keeps rows in the order of the file, so its answers do not depend on the number of threads.
 */
export async function openEngine(threads = Math.min(mostThreads, availableParallelism())): Promise<Engine> {
  const { DuckDBInstance, LIST, VARCHAR, listValue } = loadPackage('@duckdb/node-api', 'reading a file') as typeof DuckDB;
  opened += 1;
  const temporary = join(tmpdir(), `foresize-${process.pid}-${opened}`);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: memoryLimit,
    temp_directory: temporary,
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run(`SET streaming_buffer_size = '${readAhead}'`);
  await connection.run("SET TimeZone = 'UTC'");
  // Without these the engine does not count how far a query is; it prints nothing.
  await connection.run('SET enable_progress_bar = true');
  await connection.run('SET enable_progress_bar_print = false');
  await connection.run('SET progress_bar_time = 0');
  let onProgress: OnProgress | undefined;
  const enums = new Map<string, string>();
  let written = 0;
  const run = async (sql: string, values: readonly DuckDBValue[] = []): Promise<void> => void (await connection.run(sql, [...values]));
  return {
    run,
    rows: async (sql, values = []) => (await connection.runAndReadAll(sql, [...values])).getRows(),
    stream: async (sql, values, onChunk) => {
      const result = await connection.stream(sql, [...values]);
      const indices = result.columnNames().map((_, index) => index);
      let chunks = 0;
      for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        const current = chunk;
        chunks += 1;
        if (chunks % chunksBetweenTold === 0) onProgress?.(connection.progress.percentage / 100);
        onChunk(
          indices.map((index) => numbersOf(current, index)),
          chunk.rowCount,
        );
      }
    },
    observed: async (observer, work) => {
      onProgress = observer;
      try {
        return await work();
      } finally {
        onProgress = undefined;
      }
    },
    widened: async (columns, work) => {
      if (columns <= manyColumns) return work();
      await connection.run(`SET memory_limit = '${wideMemoryLimit}'`);
      try {
        return await work();
      } finally {
        await connection.run(`SET memory_limit = '${memoryLimit}'`);
      }
    },
    enumOf: async (texts) => {
      const key = JSON.stringify(texts);
      const existing = enums.get(key);
      if (existing !== undefined) return existing;
      const name = `labels${enums.size}`;
      // Through a table, since a type takes no parameters, and texts never become part of the SQL.
      await connection.run(`CREATE TEMP TABLE ${name}_texts AS SELECT unnest($1) AS label`, [listValue([...texts])], [LIST(VARCHAR)]);
      await connection.run(`CREATE TYPE ${name} AS ENUM (SELECT label FROM ${name}_texts)`);
      enums.set(key, name);
      return name;
    },
    newFile: () => {
      mkdirSync(temporary, { recursive: true });
      written += 1;
      return join(temporary, `table-${written}`);
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

/** The array behind a column. The array is private to the package, whose public access by item takes as long as the scan itself. */
function numbersOf(chunk: DuckDBDataChunk, column: number): Numbers {
  const { items } = chunk.getColumnVector(column) as unknown as { readonly items?: unknown };
  if (items instanceof Float64Array || items instanceof Int32Array) return items;
  throw new Error(`column ${column} of the engine's answer is not of numbers`);
}

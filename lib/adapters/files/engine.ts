import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as DuckDB from '@duckdb/node-api';
import type { DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';

/** A column of numbers of a chunk. */
export type Numbers = Float64Array | Int32Array;

/** A database engine that holds nothing yet. Close it. */
export type Engine = {
  readonly run: (sql: string, values?: readonly DuckDBValue[]) => Promise<void>;
  /** All rows of a small answer. */
  readonly rows: (sql: string, values?: readonly DuckDBValue[]) => Promise<DuckDBValue[][]>;
  /**
   * Goes through an answer of columns of DOUBLE or INTEGER without NULL, in its order, without holding it. The columns of a chunk
   * are the engine's own memory: they are good until `each` returns.
   */
  readonly stream: (
    sql: string,
    values: readonly DuckDBValue[],
    each: (columns: readonly Numbers[], rows: number) => void,
  ) => Promise<void>;
  /** An ENUM type of these texts, in this order; its name. The same texts give the same type. */
  readonly enumOf: (texts: readonly string[]) => Promise<string>;
  readonly close: () => void;
};

/** What it may hold in memory; beyond, it uses temporary files. */
const memoryLimit = '192MB';
/** What it may read ahead of us: with less, its threads wait for each other. */
const readAhead = '32MB';
const mostThreads = 4;

/** The package is CommonJS, and so are we: no promise is needed to load it late. */
const requireLater = createRequire(__filename);

let opened = 0;

/**
 * Loads DuckDB, only now: who reads no file never loads it. It reaches no network and takes the order of rows as they are
 * inserted, so results do not depend on the number of threads.
 */
export async function openEngine(threads = Math.min(mostThreads, availableParallelism())): Promise<Engine> {
  const { DuckDBInstance, LIST, VARCHAR, listValue } = requireLater('@duckdb/node-api') as typeof DuckDB;
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
  const enums = new Map<string, string>();
  const run = async (sql: string, values: readonly DuckDBValue[] = []): Promise<void> => void (await connection.run(sql, [...values]));
  return {
    run,
    rows: async (sql, values = []) => (await connection.runAndReadAll(sql, [...values])).getRows(),
    stream: async (sql, values, each) => {
      const result = await connection.stream(sql, [...values]);
      const indices = result.columnNames().map((_, index) => index);
      for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        const taken = chunk;
        each(
          indices.map((index) => numbersOf(taken, index)),
          chunk.rowCount,
        );
      }
    },
    enumOf: async (texts) => {
      const key = JSON.stringify(texts);
      const known = enums.get(key);
      if (known !== undefined) return known;
      const name = `labels${enums.size}`;
      // Through a table, since a type takes no parameters, and texts never become part of the SQL.
      await connection.run(`CREATE TEMP TABLE ${name}_texts AS SELECT unnest($1) AS label`, [listValue([...texts])], [LIST(VARCHAR)]);
      await connection.run(`CREATE TYPE ${name} AS ENUM (SELECT label FROM ${name}_texts)`);
      enums.set(key, name);
      return name;
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

/** The array behind a column. It is private to the package, whose own access by item costs as much as the scan. */
function numbersOf(chunk: DuckDBDataChunk, column: number): Numbers {
  const { items } = chunk.getColumnVector(column) as unknown as { readonly items?: unknown };
  if (items instanceof Float64Array || items instanceof Int32Array) return items;
  throw new Error(`column ${column} of the engine's answer is not of numbers`);
}

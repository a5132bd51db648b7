import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as DuckDB from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

/** A database engine that holds nothing yet. Close it. */
export type Engine = {
  readonly run: (sql: string, values?: readonly DuckDBValue[]) => Promise<void>;
  /** All rows of a small answer. */
  readonly rows: (sql: string) => Promise<DuckDBValue[][]>;
  /** Goes through an answer of two columns of numbers, in its order, without holding it. */
  readonly pairs: (sql: string, each: (first: number, second: number) => void) => Promise<void>;
  readonly close: () => void;
};

/** What it may hold in memory; beyond, it uses temporary files. */
const memoryLimit = '192MB';
const mostThreads = 4;

/** The package is CommonJS, and so are we: no promise is needed to load it late. */
const requireLater = createRequire(__filename);

let opened = 0;

/**
 * Loads DuckDB, only now: who reads no file never loads it. It reaches no network and takes the order of rows as they are
 * inserted, so results do not depend on the number of threads.
 */
export async function openEngine(threads = Math.min(mostThreads, availableParallelism())): Promise<Engine> {
  const { DuckDBInstance } = requireLater('@duckdb/node-api') as typeof DuckDB;
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
  return {
    run: async (sql, values = []) => void (await connection.run(sql, [...values])),
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    pairs: (sql, each) => streamPairs(connection, sql, each),
    close: () => {
      connection.closeSync();
      instance.closeSync();
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

async function streamPairs(connection: DuckDBConnection, sql: string, each: (first: number, second: number) => void): Promise<void> {
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const firsts = chunk.getColumnValues(0) as readonly number[];
    const seconds = chunk.getColumnValues(1) as readonly number[];
    for (let row = 0; row < firsts.length; row += 1) each(firsts[row], seconds[row]);
  }
}

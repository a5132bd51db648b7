import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileHistoryReader } from '../../../lib/adapters/files/reader';
import { openEngine } from '../../../lib/adapters/files/engine';
import type { FileSourceConfig } from '../../../lib/config';
import { type HistoryOutcome, type HistoryReading, type HistoryRequest, readingOf } from '../../../lib/history/series';
import { isProblemError, type Problem } from '../../../lib/problems';
import { HOUR_MS } from '../../../lib/units';

/** A folder of its own for a test file; `remove` it afterwards. */
export function temporaryFolder(): {
  readonly path: string;
  readonly write: (name: string, content: string | Uint8Array) => string;
  readonly remove: () => void;
} {
  const path = mkdtempSync(join(tmpdir(), 'foresize-files-'));
  return {
    path,
    write: (name, content) => {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
      return name;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export type Wanted = Partial<Omit<FileSourceConfig, 'kind' | 'path'>> & {
  readonly intervalMs?: number;
  readonly kind?: 'rate' | 'level';
  readonly files?: FileSourceConfig['kind'];
};

export function request(
  path: string,
  { intervalMs = HOUR_MS, kind = 'rate', files = 'csv', ...source }: Wanted = {},
): HistoryRequest<FileSourceConfig> {
  return {
    source: { kind: files, path, time: 'timestamp', value: 'value', ...source },
    defaultKind: kind,
    intervalMs,
    path: 'workloads.chat.load',
  };
}

export async function readOne(folder: string, path: string, wanted: Wanted = {}): Promise<HistoryReading> {
  const [outcome] = await fileHistoryReader({ baseDirectory: folder })([request(path, wanted)]);
  return readingOf(outcome);
}

/** The problems of a reading that must be refused. */
export async function refusal(reading: Promise<HistoryReading | readonly HistoryOutcome[]>): Promise<readonly Problem[]> {
  try {
    const read = await reading;
    const problems = distinct(
      (Array.isArray(read) ? (read as readonly HistoryOutcome[]) : []).flatMap((outcome) =>
        'problems' in outcome ? outcome.problems : [],
      ),
    );
    if (problems.length > 0) return problems;
  } catch (error) {
    if (isProblemError(error)) return error.problems;
    throw error;
  }
  throw new Error('was not refused');
}

/** Two series of one file share the trouble of its times. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** A CSV of the usual columns. */
export function csvOf(rows: readonly (readonly [time: string | number, value: string | number])[]): string {
  return ['timestamp,value', ...rows.map(([time, value]) => `${time},${value}`), ''].join('\n');
}

/** Rows every `everyMs` from `start`, one for each value. */
export function rowsEvery(
  everyMs: number,
  values: readonly (string | number)[],
  start = Date.UTC(2026, 0, 5),
): [string, string | number][] {
  return values.map((value, index) => [new Date(start + index * everyMs).toISOString(), value]);
}

/** Runs SQL in an engine of its own, to make files that no text can. `$1` is the path of the file. */
export async function makeFile(path: string, sql: string): Promise<void> {
  const engine = await openEngine(1);
  try {
    await engine.run(sql.replaceAll('$1', `'${path.replaceAll("'", "''")}'`));
  } finally {
    engine.close();
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileHistoryReader } from '../../lib/adapters/files';
import type { SourceConfig } from '../../lib/config/schema';
import type { HistoryReading, HistoryRequest, SeriesKind } from '../../lib/history/series';
import { isProblemError, type Problem } from '../../lib/problems';
import { HOUR_MS } from '../../lib/units';

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
      writeFileSync(join(path, name), content);
      return name;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export type Wanted = Partial<Omit<SourceConfig, 'kind' | 'path'>> & { readonly intervalMs?: number; readonly kind?: SeriesKind };

export function request(path: string, { intervalMs = HOUR_MS, kind = 'rate', ...source }: Wanted = {}): HistoryRequest {
  return {
    source: { kind: 'csv', path, time: 'timestamp', value: 'value', ...source },
    defaultKind: kind,
    intervalMs,
    path: 'workloads.chat.load',
  };
}

export async function readOne(folder: string, path: string, wanted: Wanted = {}): Promise<HistoryReading> {
  const [reading] = await fileHistoryReader({ baseDirectory: folder })([request(path, wanted)]);
  return reading;
}

/** The problems of a reading that must be refused. */
export async function refusal(reading: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await reading;
  } catch (error) {
    if (isProblemError(error)) return error.problems;
    throw error;
  }
  throw new Error('was not refused');
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

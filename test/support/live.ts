import { historyReader, type HistoryReaderOptions } from '../../lib/adapters/history';
import { type CapacityConfig, type SourceConfig } from '../../lib/config';
import type { HistoryOutcome, HistoryReading } from '../../lib/history/series';
import type { Problem } from '../../lib/problems';
import { HOUR_MS } from '../../lib/units';
import { testConfig } from './config';

export const testHistory = (fields: object = {}): CapacityConfig['history'] => testConfig({ history: fields }).history;

/** A source as the config gives it, checked and with its defaults. */
export function testSource(source: object): SourceConfig {
  const workload = { kind: 'service', cpu: source, servers: 1, machine: 'm7i.xlarge', pool: 'general' };
  const config = testConfig({
    workloads: { web: workload as never },
    pools: { general: { kind: 'pool', instances: ['m7i.xlarge'] } },
  });
  const { web } = config.workloads;
  if (web.kind !== 'service' || web.cpu === undefined || 'usage' in web.cpu) throw new Error('no source');
  return web.cpu;
}

export type Reading = { readonly source: object; readonly intervalMs?: number; readonly path?: string; readonly finest?: boolean };

/** Reads sources as a config would have them read, and notes what the reader waited. */
export async function readLive(
  readings: readonly Reading[],
  options: Partial<HistoryReaderOptions> & Pick<HistoryReaderOptions, 'baseDirectory' | 'now'>,
): Promise<{ outcomes: readonly HistoryOutcome[]; waits: number[] }> {
  const waits: number[] = [];
  const read = historyReader({
    history: testHistory(),
    region: 'us-east-1',
    offline: false,
    environment: {},
    retry: { wait: (ms) => Promise.resolve(void waits.push(ms)) },
    ...options,
  });
  const requests = readings.map(({ source, intervalMs = HOUR_MS, path = 'workloads.web.cpu', finest }) => ({
    source: testSource(source),
    defaultKind: 'level' as const,
    intervalMs,
    path,
    finest,
  }));
  return { outcomes: await read(requests), waits };
}

export function readingOf(outcome: HistoryOutcome): HistoryReading {
  if ('problems' in outcome) throw new Error(outcome.problems.map(({ path, message, hint }) => `${path}: ${message} ${hint}`).join('\n'));
  return outcome;
}

export function problemsOf(outcome: HistoryOutcome): readonly Problem[] {
  if (!('problems' in outcome)) throw new Error('the reading succeeded');
  return outcome.problems;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configDigest, parseConfig, type CapacityInput } from '../../lib/config';
import { formatPlan, sealPlan } from '../../lib/plan/file/format';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';
import { liveChat, rawConfig } from './config';
import { hourlyCsv, project } from './foresize';
import { testLive, testLoad } from './live-floor';
import { planOf } from './planner';

/** The moment from which on its plan speaks, epoch ms; the history ends there. */
export const plannedFrom = Date.UTC(2026, 10, 23);

/** Its load at a moment, in requests a second; a minute is a value. */
export const requestsAt = (time: number): number => testLoad(Math.floor(time / MINUTE_MS)) * testLive.loadPerReplica;

type Fields = { readonly owner?: 'live' | 'operate' } & Readonly<Record<string, unknown>>;

export type LiveProject = { readonly folder: string; readonly configFile: string; readonly plan: CapacityPlan };

/**
 * A project whose workload `chat` has a live floor that was learned elsewhere, and whose load is the query `requests` of a server. Beside it
 * `other` has floors by the hour.
 *
 * @param fields of `chat` beside
 * @param beside fields of the config
 */
export async function liveProject(url: string, fields: Fields = {}, beside: Partial<CapacityInput> = {}): Promise<LiveProject> {
  const csv = { load: { kind: 'csv', path: 'chat.csv', unit: 'req/s' }, replay: 'off' };
  const { replica, coldStart, pool, image } = liveChat;
  const metric = { kind: 'prometheus', query: 'requests', url };
  const common = { kind: 'inference', replica, coldStart, pool, image, metric, floor: 2, ceiling: 40 };
  const workloads = (chat: object) => ({ chat: { ...common, ...chat }, other: { ...common, ...csv } });
  const configOf = (chat: object, beside: Partial<CapacityInput> = {}) =>
    rawConfig({ ...beside, workloads: workloads(chat) as CapacityInput['workloads'], namespace: 'serving', effort: 'fast' });
  const made = await planOf(configOf(csv), {
    'chat.csv': hourlyCsv(15 * 24, (hour) => requestsAt(plannedFrom + (hour - 15 * 24) * 3_600 * SECOND_MS)),
  });
  const config = configOf({ load: { kind: 'prometheus', query: 'requests', unit: 'req/s', url }, owner: 'live', ...fields }, beside);
  const chat = { ...made.workloads.chat, owner: fields.owner ?? 'live', replay: replayed } as CapacityPlan['workloads'][string];
  const plan = sealPlan({
    ...made,
    sources: { ...made.sources, config: configDigest(parseConfig(config)) },
    workloads: { ...made.workloads, chat },
  });
  const folder = project({ 'foresize.config.json': config });
  writeFileSync(join(folder, 'capacity-plan.json'), formatPlan(plan));
  return { folder, configFile: join(folder, 'foresize.config.json'), plan };
}

const settings = { target: 0.9, headroom: null, floor: 2, scaleDown: testLive.scaleDown };
const span = { from: '2026-11-10T00:00:00Z', to: '2026-11-23T00:00:00Z' };
const replayed: CapacityPlan['workloads'][string]['replay'] = {
  tuned: span,
  scored: span,
  seed: 1,
  policies: [],
  lowerBoundGpuHours: 1,
  lowerBoundFractionalGpuHours: 1,
  chosen: 'plan',
  why: 'for tests',
  settings: { plan: settings, 'hpa-tuned': settings },
  live: testLive,
  basis: `sha256:${'0'.repeat(64)}`,
};

/** The load of so many days up to a moment and a bit beyond, as a server of Prometheus stores it. */
export function recordedRequests(until: number, days = 9): string {
  const minutes = days * (DAY_MS / MINUTE_MS);
  const lines = Array.from({ length: minutes + 1 }, (_, i) => {
    const time = until - (minutes - i) * MINUTE_MS;
    return `requests ${requestsAt(time)} ${time / SECOND_MS}`;
  });
  return ['# TYPE requests gauge', ...lines, '# EOF', ''].join('\n');
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';
import { runIn } from '../support/in-process';

const chat = rawConfig().workloads.chat;
const workload = (file: string, pool: string) => ({ ...chat, load: { kind: 'csv', path: file, unit: 'req/s' }, pool }) as typeof chat;
const workloads = { chat: workload('chat.csv', 'l40s'), search: workload('search.csv', 'l4'), images: workload('images.csv', 'l40s') };
const pools = {
  l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'], capacity: ['on-demand', 'spot'] },
  l4: { kind: 'gpuPool', instances: ['g6.xlarge', 'g6.12xlarge'] },
} as const;
const history = (scale: number) => hourlyCsv(15 * 24, (hour) => scale * wave(hour));
const files = { 'chat.csv': history(1), 'search.csv': history(2), 'images.csv': history(0.5) };

async function planOf(config: object, changed: object = {}): Promise<CapacityPlan> {
  const folder = project({ 'foresize.config.json': config, ...files, ...changed });
  const { status, stderr } = await runIn(folder, ['plan']);
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  return JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as CapacityPlan;
}

const config = rawConfig({ workloads, pools: pools as never, effort: 'fast' });
let before: CapacityPlan;
beforeAll(async () => {
  before = await planOf(config);
});

test('a change in one history leaves alone the figures of workloads that share no pool with it', async () => {
  const after = await planOf(config, { 'chat.csv': history(3) });
  expect(after.workloads.chat).not.toEqual(before.workloads.chat);
  expect(after.workloads.search).toEqual(before.workloads.search);
  expect(after.pools.l4).toEqual(before.pools.l4);
});

test('the order of workloads, pools and instances in the config changes nothing', async () => {
  const turned = (object: object) => Object.fromEntries(Object.entries(object).reverse());
  const reversedPools = Object.fromEntries(
    Object.entries(turned(pools)).map(([name, pool]) => [
      name,
      { ...(pool as typeof pools.l4), instances: [...(pool as typeof pools.l4).instances].reverse() },
    ]),
  );
  const { digest, sources, ...figures } = await planOf({ ...config, workloads: turned(workloads), pools: reversedPools });
  const { digest: digestBefore, sources: sourcesBefore, ...figuresBefore } = before;
  expect(figures).toEqual(figuresBefore);
  expect(sources.history).toEqual(sourcesBefore.history);
  expect(digestBefore).toMatch(/^sha256:/);
  expect(digest).toMatch(/^sha256:/);
});

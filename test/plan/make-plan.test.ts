import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityPlan } from '../../lib/plan/types';
import { rawConfig } from '../support/config';
import { foresize, hourlyCsv, project, wave } from '../support/foresize';

const files = { 'chat.csv': hourlyCsv(21 * 24, (hour) => wave(hour)) };
const chat = rawConfig().workloads.chat;

function planOf(config: object, more: object = {}): { plan: CapacityPlan; stderr: string } {
  const folder = project({ ...files, ...more, 'foresize.config.json': config });
  const { status, stderr } = foresize(folder, ['plan']);
  expect([status, stderr.includes('error:')]).toEqual([0, false]);
  return { plan: JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as CapacityPlan, stderr };
}

test('a pool that Terraform owns is priced as it is deployed: its peak, all the time, and no ceiling above it', () => {
  const { plan } = planOf(rawConfig({ pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], owner: 'terraform' } } }));
  const [group] = plan.pools.l40s.groups;
  expect(group).toMatchObject({ floor: group.peak, ceiling: group.peak, schedule: [{ nodes: group.peak }] });
  expect(plan.cost.usdPerMonth.p95).toBeCloseTo(group.peak * group.usdPerHour * 730, 0);
  expect(plan.workloads.chat.ceiling).toBe(plan.workloads.chat.peak);
  expect(plan.cost.gapPercent).toBe(0);
});

test('a GPU workload without a live metric is warned of, and under manifests its floor is the highest needed', () => {
  const { plan, stderr } = planOf(rawConfig({ workloads: { chat: { ...chat, owner: 'manifests' } as never } }));
  expect(plan.workloads.chat.floor).toBe(plan.workloads.chat.peak);
  expect(stderr).toMatch(/workloads\.chat\.metric: is missing: the live autoscaler goes by CPU/);
});

test('with a live metric the one floor is lower than the highest needed', () => {
  const metric = { kind: 'pods', name: 'requests_per_second' };
  const { plan, stderr } = planOf(rawConfig({ workloads: { chat: { ...chat, owner: 'manifests', metric } as never } }));
  expect(plan.workloads.chat.floor).toBeLessThan(plan.workloads.chat.peak);
  expect(stderr).not.toContain('metric: is missing');
});

test('an autoscaler of servers aims at what the plan aims at, counted from what a pod asks for', () => {
  const config = rawConfig({
    workloads: {
      web: {
        kind: 'service',
        cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' },
        servers: 10,
        machine: 'm7i.xlarge',
        target: 0.6,
        pool: 'general',
      },
    },
    pools: { general: { kind: 'pool', instances: ['m7i.xlarge'] } },
  });
  const { plan } = planOf(config, { 'cpu.csv': files['chat.csv'] });
  const { autoscalerPercent, resources } = plan.workloads.web;
  expect(((autoscalerPercent?.cpu ?? 0) / 100) * resources.cpuMilli).toBeLessThanOrEqual(0.6 * 4_000);
  expect((((autoscalerPercent?.cpu ?? 0) + 1) / 100) * resources.cpuMilli).toBeGreaterThan(0.6 * 4_000);
});

test('an event lifts its workload in its hours by what the config says, and one that is over is warned of', () => {
  const events = [
    { name: 'sale', from: '2026-11-23T10:00:00Z', to: '2026-11-23T12:00:00Z', workload: 'chat', uplift: 3 },
    { name: 'gone', date: '2026-11-01', workload: 'chat', uplift: 3 },
  ];
  const plain = planOf(rawConfig()).plan.workloads.chat.load;
  const { plan, stderr } = planOf(rawConfig({ events }));
  plan.workloads.chat.load.forEach((point, hour) => {
    expect(point.protected / plain[hour].protected).toBeCloseTo(hour === 10 || hour === 11 ? 3 : 1, 4);
  });
  expect(stderr).toMatch(/events\.gone: was over at 2026-11-02T00:00:00Z/);
});

test('history that is excluded does not count as history', () => {
  const exclude = [{ from: '2026-11-02T00:00:00Z', to: '2026-11-22T00:00:00Z', because: 'migration' }];
  const folder = project({ ...files, 'foresize.config.json': rawConfig({ workloads: { chat: { ...chat, exclude } as never } }) });
  const { status, stderr } = foresize(folder, ['plan']);
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/workloads\.chat\.load.*holds 1 day of history that can be used.*at least 3 days/),
  ]);
});

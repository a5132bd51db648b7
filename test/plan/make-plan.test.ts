import { parseDuration } from '../../lib/units';
import { rawConfig } from '../support/config';
import { hourlyCsv, wave } from '../support/foresize';
import { planOf, refusalOf, warningsOf } from '../support/planner';

const files = { 'chat.csv': hourlyCsv(21 * 24, (hour) => wave(hour)) };
const chat = rawConfig().workloads.chat;

test('a pool that Terraform owns is priced as it is deployed: its peak, all the time, and no ceiling above it', async () => {
  const plan = await planOf(rawConfig({ pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], owner: 'terraform' } } }), files);
  const [group] = plan.pools.l40s.groups;
  expect(group).toMatchObject({ floor: group.peak, ceiling: group.peak, schedule: [{ nodes: group.peak }] });
  expect(plan.cost.usdPerMonth.p95).toBeCloseTo(group.peak * group.usdPerHour * 730, 0);
  expect(plan.workloads.chat.ceiling).toBe(plan.workloads.chat.peak);
  expect(plan.cost.gapPercent).toBe(0);
});

test('a GPU workload without a live metric is warned of, and under manifests its floor is the highest needed', async () => {
  const plan = await planOf(rawConfig({ workloads: { chat: { ...chat, owner: 'manifests' } as never } }), files);
  expect(plan.workloads.chat.floor).toBe(plan.workloads.chat.peak);
  expect(warningsOf(plan)).toMatch(/workloads\.chat\.metric: is missing: CPU says little of the load of a GPU/);
});

test('with a live metric the one floor is lower than the highest needed', async () => {
  const metric = { kind: 'pods', name: 'requests_per_second' };
  const plan = await planOf(rawConfig({ workloads: { chat: { ...chat, owner: 'manifests', metric } as never } }), files);
  expect(plan.workloads.chat.floor).toBeLessThan(plan.workloads.chat.peak);
  expect(warningsOf(plan)).not.toContain('metric: is missing');
});

test('an autoscaler of servers aims at what the plan aims at, counted from what a pod asks for', async () => {
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
  const plan = await planOf(config, { 'cpu.csv': files['chat.csv'] });
  const { autoscalerPercent, resources } = plan.workloads.web;
  expect(((autoscalerPercent?.cpu ?? 0) / 100) * resources.cpuMilli).toBeLessThanOrEqual(0.6 * 4_000);
  expect((((autoscalerPercent?.cpu ?? 0) + 1) / 100) * resources.cpuMilli).toBeGreaterThan(0.6 * 4_000);
});

test('an event lifts its workload in its hours by what the config says, and one that is over is warned of', async () => {
  const events = [
    { name: 'sale', from: '2026-11-23T10:00:00Z', to: '2026-11-23T12:00:00Z', workload: 'chat', uplift: 3 },
    { name: 'gone', date: '2026-11-01', workload: 'chat', uplift: 3 },
  ];
  const plain = (await planOf(rawConfig(), files)).workloads.chat.load;
  const plan = await planOf(rawConfig({ events }), files);
  plan.workloads.chat.load.forEach((point, hour) => {
    expect(point.protected / plain[hour].protected).toBeCloseTo(hour === 10 || hour === 11 ? 3 : 1, 4);
  });
  expect(warningsOf(plan)).toMatch(/events\.gone: was over at 2026-11-02T00:00:00Z/);
});

test('history that is excluded does not count as history', async () => {
  const exclude = [{ from: '2026-11-02T00:00:00Z', to: '2026-11-22T00:00:00Z', because: 'migration' }];
  expect(await refusalOf(rawConfig({ workloads: { chat: { ...chat, exclude } as never } }), files)).toMatch(
    /workloads\.chat\.load.*holds 1 day of history that can be used.*at least 3 days/,
  );
});

describe('the time that a plan may be used for', () => {
  const week = (days: number, more: object = {}) =>
    planOf(rawConfig({ horizon: '7d', ...more }), { 'chat.csv': hourlyCsv(days * 24, (hour) => wave(hour)) });
  const daysOf = ({ asOf, validUntil }: { readonly asOf: string; readonly validUntil: string }) =>
    (Date.parse(validUntil) - Date.parse(asOf)) / 86_400_000;

  test('is as far ahead as its forecasts were tested, and the horizon where all of that was', async () => {
    const [young, old] = [await week(6), await week(42)];
    const { testedAhead } = young.workloads.chat.forecast.load;
    expect(parseDuration(testedAhead)).toBe(daysOf(young) * 86_400_000);
    expect(daysOf(young)).toBeLessThan(7);
    expect(daysOf(old)).toBe(7);
  });
  test('is what the config states', async () => {
    expect(daysOf(await week(6, { guardrails: { validity: '5d' } }))).toBe(5);
  });
});

test('a buffer adds nodes at every hour and at the ceiling, and no replica', async () => {
  const [plain, buffered] = await Promise.all(
    [{}, { buffer: { replicas: 2 } }].map((fields) => planOf(rawConfig({ workloads: { chat: { ...chat, ...fields } as never } }), files)),
  );
  const nodes = ({ pools }: typeof plain) => pools.l40s.groups.reduce((sum, { peak }) => sum + peak, 0);
  const most = ({ pools }: typeof plain) => pools.l40s.groups.reduce((sum, { ceiling, node }) => sum + ceiling * node.gpus, 0);
  expect(buffered.workloads.chat).toMatchObject({
    schedule: plain.workloads.chat.schedule,
    ceiling: plain.workloads.chat.ceiling,
    buffer: { replicas: 2, by: 'placeholder-pods' },
  });
  expect(nodes(buffered)).toBeGreaterThan(nodes(plain));
  expect(most(buffered)).toBeGreaterThanOrEqual(most(plain) + 2);
  expect(buffered.cost.usdPerMonth.p95).toBeGreaterThan(plain.cost.usdPerMonth.p95);
});

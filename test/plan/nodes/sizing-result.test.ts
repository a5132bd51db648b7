import type { CapacityInput } from '../../../lib/config/schema';
import { explain } from '../../../lib/plan/explain/explain';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { planSummary } from '../../../lib/report/plan-summary';
import { rawConfig } from '../../support/config';
import { hourlyCsv, wave } from '../../support/foresize';
import { planOf } from '../../support/planner';
import { formatPlan } from '../../../lib/plan/file/format';

const files = { 'chat.csv': hourlyCsv(21 * 24, (hour) => wave(hour)), 'search.csv': hourlyCsv(21 * 24, (hour) => wave(hour + 5)) };
const { chat } = rawConfig().workloads;
const config: CapacityInput = {
  ...rawConfig(),
  workloads: {
    chat,
    search: { ...chat, load: { kind: 'csv', path: 'search.csv', unit: 'req/s' }, pool: 'mixed' } as never,
  },
  pools: {
    l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'], capacity: ['on-demand', 'spot'], ceiling: '64 GPU' },
    mixed: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.2xlarge'] },
  },
  limits: { quotas: { 'L-DB2E81BA': '400 vCPU', 'L-3819A6DF': '400 vCPU' }, spotShare: 0.4 },
};

let plan: CapacityPlan;
beforeAll(async () => {
  plan = await planOf(config, files);
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).reverse();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

test('another order of workloads, pools, instance types, capacity types and quotas gives the same bytes', async () => {
  expect(Object.keys((reversed(config) as CapacityInput).pools)).toEqual(['mixed', 'l40s']);
  const again = await planOf(reversed(config) as object, files);
  // The config itself says its lists in another order: its digest, and with it that of the plan, may differ.
  const sized = ({ sources, digest, ...rest }: CapacityPlan) => JSON.stringify([rest, { ...sources, config: typeof digest }]);
  expect(sized(again)).toBe(sized(plan));
});

test('the same config gives the same bytes', async () => {
  expect(formatPlan(await planOf(config, files))).toBe(formatPlan(plan));
});

test('an offering that is not used says by how much its price would have to fall, and what runs in its place', () => {
  const dearer = plan.pools.mixed.rejected;
  expect(dearer).toEqual([
    {
      offering: 'g6e.2xlarge/on-demand',
      usdPerHour: 2.24208,
      // One replica fits either node: the price of the smaller one.
      tooDearByUsdPerHour: expect.closeTo(2.24208 - 1.861, 5) as number,
      lacks: null,
      insteadRuns: ['g6e.xlarge/on-demand'],
    },
  ]);
  const { chain } = explain(plan, 'mixed');
  expect(chain.map(({ text: link }) => link)).toContain(
    'not used: g6e.2xlarge/on-demand at 2.24208 USD/h, its price would have to fall by about 0.3811 USD/h; g6e.xlarge/on-demand runs in its place',
  );
});

test('a limit that binds says what one unit more would save in the horizon', () => {
  const share = plan.binding.find(({ limit }) => limit === 'pool.l40s.spotShare');
  expect(share?.savesUsd).toBeCloseTo((1.861 - 0.7816) * 24, 1);
  expect(planSummary(plan)).toContain('sizes: proven cheapest within the limits');
  expect(planSummary(plan)).toMatch(/limit pool\.l40s\.spotShare binds: .* one GPU more would save about 26 USD in the horizon/);
});

test('how the search ended is in the plan, beside its bound and gap', () => {
  expect(plan.cost).toMatchObject({ status: 'optimal', termination: 'proven', gapPercent: 0 });
  expect(plan.cost.bound).toBeCloseTo(plan.cost.usd.p95, 6);
});

test('an offering on which no replica fits says what it lacks', async () => {
  const big = { ...chat, replica: { gpus: 4, throughput: '40 req/s' } };
  const mixed = {
    ...config,
    workloads: { chat: big as never },
    pools: { l40s: { ...config.pools.l40s, capacity: ['on-demand'] } as never },
  };
  const { rejected } = (await planOf(mixed, files)).pools.l40s;
  expect(rejected).toMatchObject([
    { offering: 'g6e.xlarge/on-demand', tooDearByUsdPerHour: null, lacks: expect.stringContaining('3 GPU') as string },
  ]);
});

import { fc, test as property } from '@fast-check/jest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainAt, type MomentExplanation } from '../../../lib/plan/explain';
import { sizedAt } from '../../../lib/plan/explain/at-time';
import { floorsOf } from '../../../lib/plan/file';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { HOUR_MS, timeOf } from '../../../lib/units';
import { rawConfig } from '../../support/config';
import { hourlyCsv, root, wave } from '../../support/foresize';
import { planOf } from '../../support/planner';

const sample = JSON.parse(readFileSync(join(root, 'capacity-plan.json'), 'utf8')) as CapacityPlan;
const value = ({ chain }: MomentExplanation, name: string): number => chain.find((figure) => figure.name === name)?.value ?? NaN;
const hoursOf = (plan: CapacityPlan) => Object.values(plan.workloads)[0].load.map(({ from }) => timeOf(from));

/** What of a chain does not follow from what stands before it, a line each. */
function faults(plan: CapacityPlan, name: string, at: number): string[] {
  const chain = explainAt(plan, name, at);
  const workload = plan.workloads[name];
  const pool = plan.pools[workload.pool];
  const figure = (link: string) => value(chain, link);
  const others = Object.keys(plan.workloads).filter((other) => plan.workloads[other].pool === workload.pool);
  const uplift = chain.chain.filter((link) => link.name === 'event').reduce((product, link) => product * (link.value ?? NaN), 1);
  const asks = pool.kind === 'gpuPool' ? workload.resources.gpus : workload.resources.cpuMilli;
  const running = pool.groups.map(
    (group) => [group.schedule.findLast(({ from }) => timeOf(from) <= at)?.nodes ?? 0, group.usdPerHour] as const,
  );
  const near = (a: number, b: number) => Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(b));
  const claims: readonly (readonly [string, boolean])[] = [
    ...(workload.load.length > 0 && workload.form !== 'deployment' && workload.kind !== 'service'
      ? ([
          ['median', near(uplift === 1 ? figure('median') : figure('without-event') * uplift, figure('median'))],
          [
            'needed',
            figure('needed') === Math.ceil(round(figure('protected') / ((workload.throughputPerReplica ?? 1) * sizedAt(workload)))),
          ],
        ] as const)
      : []),
    ['floor', figure('floor') === (floorsOf(workload).findLast(({ from }) => timeOf(from) <= at)?.replicas ?? NaN)],
    ['gpus', near(figure('gpus'), figure('nodes-for') * asks)],
    ['nodes', figure('nodes') === running.reduce((sum, [nodes]) => sum + nodes, 0)],
    [
      'usd-per-hour',
      near(
        figure('usd-per-hour'),
        running.reduce((sum, [nodes, usd]) => sum + nodes * usd, 0),
      ),
    ],
    [
      'shares',
      near(
        others.reduce((sum, other) => sum + value(explainAt(plan, other, at), 'share-usd-per-hour'), 0),
        figure('usd-per-hour'),
      ),
    ],
  ];
  return claims.filter(([, holds]) => !holds).map(([link]) => `${name} at ${chain.at}: ${link}`);
}

/** Figures of a plan have six digits. */
const round = (replicas: number) => Number(replicas.toPrecision(5));

test('every figure of the sample plan follows from those before it, at every hour', () => {
  const all = hoursOf(sample).flatMap((at) => Object.keys(sample.workloads).flatMap((name) => faults(sample, name, at)));
  expect(all).toEqual([]);
});

property.prop(
  [
    fc.record({
      throughput: fc.integer({ min: 3, max: 30 }),
      target: fc.constantFrom(0.5, 0.65, 0.8, 1),
      protect: fc.constantFrom(0.5, 0.9, 0.95),
      gpus: fc.constantFrom(1, 2),
      coldStart: fc.constantFrom('1m', '6m', '40m'),
      owner: fc.constantFrom('keda', 'manifests'),
      uplift: fc.constantFrom(0.5, 1.7, 3),
    }),
  ],
  { numRuns: 6 },
)('every figure of random plans follows from those before it', async ({ throughput, target, protect, gpus, coldStart, owner, uplift }) => {
  const chat = {
    ...rawConfig().workloads.chat,
    ...{ target, protect, coldStart, owner, replay: 'off' },
    replica: { gpus, throughput: `${throughput} req/s` },
  };
  const search = { ...chat, replica: { gpus: 1, throughput: '9 req/s' } };
  const plan = await planOf(
    {
      ...rawConfig({ pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'] } } }),
      workloads: { chat, search },
      events: [{ name: 'sale', from: '2026-11-23T06:00:00Z', to: '2026-11-23T09:30:00Z', uplift, workload: 'chat' }],
    },
    { 'chat.csv': hourlyCsv(15 * 24, (hour) => wave(hour) + 3 * Math.sin(hour * hour)) },
  );
  const all = hoursOf(plan).flatMap((at) => Object.keys(plan.workloads).flatMap((name) => faults(plan, name, at + HOUR_MS / 3)));
  expect(all).toEqual([]);
});

test('a moment that the plan does not speak of is refused with the span of it', () => {
  expect(() => explainAt(sample, 'chat', Date.UTC(2027, 0, 1))).toThrow(
    '--at: is a moment that the plan does not speak of (expected from 2026-11-23T00:00:00Z up to 2026-11-30T00:00:00Z, got 2027-01-01T00:00:00Z)',
  );
});

test('a pool has no moments of its own', () => {
  expect(() => explainAt(sample, 'l40s', Date.UTC(2026, 10, 24))).toThrow('l40s: is no workload of the plan');
});

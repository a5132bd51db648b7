import { highsSolver } from '../../../lib/adapters/highs';
import { parseConfig } from '../../../lib/config/parse';
import { windowText } from '../../../lib/plan/explain';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { makePlan } from '../../../lib/plan/make-plan';
import type { Solver } from '../../../lib/sizing';
import { parseTime } from '../../../lib/units';
import { smallJob as job } from './small-job';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const held = (instance: string, from: number, to: number) => ({
  id: `cr-0${instance === 'g5.xlarge' ? 'abc' : 'def'}`,
  instance,
  count: 2,
  zone: 'us-east-1a',
  from: `2026-11-23T0${from}:30:00Z`,
  to: `2026-11-23T0${to}:30:00Z`,
});

const planOf = (workloads: object, pool: object, limits: object = {}): Promise<CapacityPlan> =>
  makePlan({
    config: parseConfig(
      {
        name: 'test',
        region: 'us-east-1',
        horizon: '12h',
        effort: 'fast',
        workloads,
        pools: { gpus: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g5.xlarge'], bootTime: '1m', ...pool } },
        limits: { zones: ['us-east-1a', 'us-east-1b'], ...limits },
      },
      'config',
    ),
    previous: null,
    asOf: parseTime('2026-11-23T00:00:00Z') ?? NaN,
    readHistory: () => Promise.reject(new Error('nothing here needs a history')),
    foresize: '0.0.0',
    runFits: () => Promise.reject(new Error('nothing here needs a history')),
    solver,
  });

const hoursOf = (plan: CapacityPlan, name: string) =>
  plan.workloads[name].windows?.map(({ from, to }) => `${from.slice(11, 13)}-${to.slice(11, 13)}`);

/** Types of the nodes that run in the first period of a window. */
const typesAt = (plan: CapacityPlan, hour: string) =>
  plan.pools.gpus.groups.flatMap(({ instanceType, schedule }) => {
    const now = [...schedule].reverse().find(({ from }) => from <= `2026-11-23T${hour}:00:00Z`);
    return now !== undefined && now.nodes > 0 ? [instanceType] : [];
  });

/** Nodes with A10G are held early, some with L40S late. */
const reservation = [held('g5.xlarge', 0, 4), held('g6e.xlarge', 4, 9)];

test('a job that may use one GPU type of its pool gets the hours of such nodes, and one that may use all those of any', async () => {
  const only = (type: string) => ({ ...job, replica: { ...job.replica, gpuTypes: [type] } });
  const late = await planOf({ tune: only('L40S') }, { reservation });
  expect(hoursOf(late, 'tune')).toEqual(['05-08']);
  expect(late.workloads.tune.windows?.[0].usd).toBe(0);
  expect(typesAt(late, '05')).toEqual(['g6e.xlarge']);
  expect(late.cost.usd.p95).toBe(0);
  const early = await planOf({ tune: only('A10G') }, { reservation });
  expect(hoursOf(early, 'tune')).toEqual(['01-04']);
  expect(early.cost.usd.p95).toBe(0);
  const both = await planOf({ a: only('L40S'), b: { ...job, replica: { ...job.replica } } }, { reservation });
  expect([hoursOf(both, 'a'), hoursOf(both, 'b')]).toEqual([['05-08'], ['01-04']]);
  expect(both.cost.usd.p95).toBe(0);
});

test('a worker of three GPUs leaves the fourth of its node to another: two of them and two of one GPU run on two nodes at once', async () => {
  const room = { cpu: '8', memory: '32GiB', throughput: '1000 samples/s' };
  const three = { ...job, deadline: '3h', replica: { ...room, gpus: 3 } };
  const one = { ...job, deadline: '3h', replica: { ...room, gpus: 1 } };
  const plan = await planOf({ three, one }, { instances: ['g5.12xlarge'], ceiling: '2 nodes' });
  expect([hoursOf(plan, 'three'), hoursOf(plan, 'one')]).toEqual([['00-03'], ['00-03']]);
  expect(plan.pools.gpus.groups.map(({ schedule }) => schedule[0].nodes)).toEqual([2]);
});

/** Four GPUs nearly all day, in a pool of which half may be on spot. */
const other = { kind: 'training', samples: 165_600_000, replica: job.replica, floor: 4, coldStart: '0s', deadline: '12h', pool: 'gpus' };
const mixed = { instances: ['g6e.xlarge'], capacity: ['on-demand', 'spot'] };

/** Nodes on spot and others, in an hour. */
const nodesAt = (plan: CapacityPlan, hour: string) => {
  const nodes = { spot: 0, others: 0 };
  for (const { capacityType, schedule } of plan.pools.gpus.groups) {
    const now = [...schedule].reverse().find(({ from }) => from <= `2026-11-23T${hour}:00:00Z`);
    nodes[capacityType === 'spot' ? 'spot' : 'others'] += now?.nodes ?? 0;
  }
  return nodes;
};

test('windows of a job that may be on spot go there where that costs less, beside the share that the rest of the pool may have', async () => {
  const pausable = { ...job, deadline: '9h', pauses: { most: 2, cost: '10m' } };
  const told = await planOf({ other, tune: { ...pausable, capacity: ['on-demand', 'spot'] } }, mixed);
  const [window] = told.workloads.tune.windows ?? [];
  expect(told.workloads.tune.windows?.map(({ capacity }) => capacity)).toEqual(['spot']);
  expect(nodesAt(told, window.from.slice(11, 13))).toEqual({ spot: 2 + 2, others: 2 });
  expect(windowText(told.workloads.tune)).toBe(`runs ${window.from} to ${window.to} on spot, 2 h of work`);
  const blind = await planOf({ other, tune: pausable }, mixed);
  expect(blind.workloads.tune.windows?.[0].capacity).toBeUndefined();
  expect(nodesAt(blind, '00')).toEqual({ spot: 3, others: 3 });
  expect(told.cost.usd.p95).toBeLessThan(blind.cost.usd.p95);
  const shareOf = ({ pools }: CapacityPlan) => pools.gpus.reasons.find(({ code }) => code === 'sizing/spot')?.text;
  expect(shareOf(told)).toBe('spot at most 50 % of the pool, beside that of jobs that name it; its price is an estimate');
  expect(shareOf(blind)).toBe('spot at most 50 % of the pool; its price is an estimate');
});

test('a job that must not be on spot is on none of it, and one that may be is on what is held where that is there', async () => {
  const kept = await planOf({ tune: { ...job, capacity: ['on-demand'] } }, mixed);
  expect(kept.workloads.tune.windows).toMatchObject([{ capacity: 'on-demand', from: '2026-11-23T00:00:00Z' }]);
  expect(nodesAt(kept, '00')).toEqual({ spot: 0, others: 2 });
  const blind = await planOf({ tune: job }, mixed);
  expect(nodesAt(blind, '00')).toEqual({ spot: 1, others: 1 });
  const late = await planOf({ tune: { ...job, capacity: ['spot', 'on-demand'] } }, { ...mixed, reservation });
  expect(late.workloads.tune.windows).toMatchObject([{ capacity: 'on-demand', from: '2026-11-23T01:00:00Z', usd: 0 }]);
  expect(late.cost.usd.p95).toBe(0);
});

test('a window on spot does less than one on other nodes, the less the more nodes may be taken from it', async () => {
  const workOf = async (capacity: string, floor: number) => {
    const plan = await planOf({ tune: { ...job, floor, pauses: { most: 1, cost: '30m' }, capacity: [capacity] } }, mixed);
    const [{ from, to, work }] = plan.workloads.tune.windows ?? [];
    const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000 - 1 / 60;
    return work / (hours * 3_600_000 * floor);
  };
  const [two, eight] = [await workOf('spot', 2), await workOf('spot', 8)];
  expect(await workOf('on-demand', 8)).toBeCloseTo(1, 9);
  expect(two).toBeLessThan(1);
  expect(eight).toBeLessThan(two);
});

test('jobs on spot count in the ceiling of their pool, and need no other node beside them', async () => {
  const onSpot = { ...job, capacity: ['spot'] };
  const alone = await planOf({ tune: onSpot }, { instances: ['g6e.xlarge'], capacity: ['spot'] });
  expect(nodesAt(alone, alone.workloads.tune.windows?.[0].from.slice(11, 13) ?? '')).toEqual({ spot: 2, others: 0 });
  const short = planOf({ other, tune: onSpot }, { ...mixed, ceiling: '5 GPU' });
  await expect(short).rejects.toThrow('pools.gpus.ceiling 5 GPU is 1 GPU short');
});

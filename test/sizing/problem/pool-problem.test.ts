import type { Offering } from '../../../lib/catalog/offering';
import { ProblemError, renderProblem } from '../../../lib/problems';
import { demandOf, poolProblem } from '../../../lib/sizing/problem/pool-problem';
import type { SizingPool } from '../../../lib/sizing/problem/pools';
import { hourly, hourMs, monday, noLimits, offering, pool, replica } from '../support';

const one = offering('g.one', { usdPerHour: 2, daemonSetCpuMilli: 500, daemonSetMemoryMiB: 1_000 });
const oneSpot = offering('g.one', { usdPerHour: 1 }, 'spot');
const four = offering('g.four', { usdPerHour: 7, gpus: 4, vCpu: 16 });
const fourSpot = offering('g.four', { usdPerHour: 3, gpus: 4, vCpu: 16 }, 'spot');
const cpu = offering('m.one', { usdPerHour: 0.2, gpus: 0, gpuName: null, quotaCode: 'L-1216C47A' });
const chat = replica('chat', 1);
const limitsOf = (each: SizingPool, quotas = {}) => poolProblem([each], { ...noLimits, quotas }, hourly([{ chat: 1 }])).limits;

test('an offering of a pool is one of the problem, with the room that is left to replicas', () => {
  const { offerings } = poolProblem([pool('p', { offerings: [{ ...one, zone: 'a' }], classes: [chat] })], noLimits, hourly([{ chat: 1 }]));
  expect(offerings).toEqual([
    {
      name: 'p/g.one/on-demand',
      pool: 'p',
      instanceType: 'g.one',
      capacityType: 'on-demand',
      gpu: 'L40S',
      gpus: 1,
      vCpu: 4,
      cpuMilli: 3_500,
      memoryMiB: 31_000,
      pods: 50,
      usdPerHour: 2,
      zone: 'a',
    },
  ]);
});

test("machines of one's own and reservations are committed, all of them and no more", () => {
  const own = { ...offering('rack', { usdPerHour: 0 }, 'own'), own: { count: 3, path: 'pools.p.own[0]' } };
  const held: Offering = {
    ...offering('g.one', { usdPerHour: 0 }, 'reserved'),
    reservation: { id: 'cr-0a', count: 2, from: monday, to: Infinity, path: 'pools.p.reserved[0].count', oneMoreUsdPerHour: null },
  };
  const { offerings } = poolProblem([pool('p', { offerings: [own, held], classes: [chat] })], noLimits, hourly([{ chat: 1 }]));
  expect(offerings).toMatchObject([
    { name: 'p/g.one/reserved', committed: { least: 2, most: 2 }, path: 'pools.p.reserved[0].count', title: 'reservation cr-0a' },
    { name: 'p/rack/own', committed: { least: 3, most: 3 }, path: 'pools.p.own[0]' },
  ]);
  expect(offerings.map(({ absentIn }) => absentIn)).toEqual([undefined, undefined]);
});

test('a reservation is away in segments that do not lie within its time, less what hand-overs take of it', () => {
  const held = (from: number, to: number): Offering => ({
    ...offering('g.one', { usdPerHour: 0 }, 'reserved'),
    reservation: { id: 'cr-0a', count: 2, from, to, path: 'pools.p.reserved[0].count', oneMoreUsdPerHour: null },
  });
  const away = (from: number, to: number, handOverMs = 0) =>
    poolProblem(
      [pool('p', { offerings: [one, held(monday + from * hourMs, monday + to * hourMs)], classes: [chat], handOverMs })],
      noLimits,
      hourly(Array.from({ length: 4 }, () => ({ chat: 1 }))),
    ).offerings.find(({ capacityType }) => capacityType === 'reserved')?.absentIn;
  expect(away(0, 4)).toBeUndefined();
  expect(away(1, 3)).toEqual([0, 3]);
  expect(away(0.5, 3.5)).toEqual([0, 3]);
  expect(away(0, 4, hourMs / 4)).toEqual([0, 3]);
  expect(away(-1, 5, hourMs)).toBeUndefined();
});

test('workloads whose replicas are alike are one class, and their demand is added up', () => {
  const classes = [replica('b', 1), replica('a', 1), { ...replica('c', 1), gpuNames: ['L40S', 'A10G'] }, replica('d', 0, 500, 900)];
  const pools = [pool('p', { offerings: [one, cpu], classes })];
  const problem = poolProblem(pools, noLimits, hourly([{ a: 1, b: 2, c: 4, d: 8 }]));
  expect(problem.classes).toEqual([
    {
      name: 'p/0 GPU, 500m, 900Mi',
      pool: 'p',
      cpuMilli: 500,
      memoryMiB: 900,
      on: { L40S: { gpus: 0, throughput: 1 }, none: { gpus: 0, throughput: 1 } },
    },
    {
      name: 'p/1 GPU A10G or L40S, 1000m, 4000Mi',
      pool: 'p',
      cpuMilli: 1_000,
      memoryMiB: 4_000,
      on: { A10G: { gpus: 1, throughput: 1 }, L40S: { gpus: 1, throughput: 1 } },
    },
    {
      name: 'p/1 GPU, 1000m, 4000Mi',
      pool: 'p',
      cpuMilli: 1_000,
      memoryMiB: 4_000,
      on: { L40S: { gpus: 1, throughput: 1 }, none: { gpus: 1, throughput: 1 } },
    },
  ]);
  expect(problem.demand).toEqual({
    'p/0 GPU, 500m, 900Mi': [8],
    'p/1 GPU A10G or L40S, 1000m, 4000Mi': [4],
    'p/1 GPU, 1000m, 4000Mi': [3],
  });
  expect(demandOf(pools, problem, { a: 5, b: 1, c: 0, d: 2 })).toEqual({
    'p/0 GPU, 500m, 900Mi': 2,
    'p/1 GPU A10G or L40S, 1000m, 4000Mi': 0,
    'p/1 GPU, 1000m, 4000Mi': 6,
  });
});

test('a period is a segment, as long as it lasts, from the first on', () => {
  const segments = [
    { from: monday, to: monday + hourMs / 2, replicas: { chat: 1 } },
    { from: monday + hourMs / 2, to: monday + 3 * hourMs, replicas: { chat: 2 } },
  ];
  const pools = [pool('p', { offerings: [one], classes: [chat] })];
  expect(poolProblem(pools, noLimits, segments)).toMatchObject({ periods: 2, periodHours: [0.5, 2.5], start: monday, noneEmpty: true });
  expect(poolProblem(pools, noLimits, [])).toMatchObject({ periods: 0, periodHours: [], start: 0 });
});

test('a quota counts the vCPU of all pools, a ceiling what its unit says', () => {
  const pools = ['b', 'a'].map((name) => pool(name, { offerings: [one, four, cpu], classes: [replica(name, 1)] }));
  const { limits } = poolProblem(pools, { ...noLimits, quotas: { 'L-DB2E81BA': 64 } }, hourly([{ a: 1, b: 1 }]));
  expect(limits).toMatchObject([
    { name: 'quota.L-DB2E81BA', most: 64, sizes: { 'a/g.four/on-demand': 16, 'a/g.one/on-demand': 4, 'b/g.four/on-demand': 16 } },
  ]);
  const ceiling = (unit: 'GPU' | 'vCPU' | 'nodes') =>
    limitsOf(pool('p', { offerings: [one, four, cpu], classes: [chat], ceiling: { amount: 9, unit } }))[0];
  expect(ceiling('nodes')).toMatchObject({
    name: 'pool.p.ceiling',
    path: 'pools.p.ceiling',
    of: 'pool p',
    unit: 'nodes',
    most: 9,
    sizes: { 'p/g.one/on-demand': 1, 'p/g.four/on-demand': 1, 'p/m.one/on-demand': 1 },
  });
  expect(ceiling('GPU').sizes).toEqual({ 'p/g.one/on-demand': 1, 'p/g.four/on-demand': 4 });
  expect(ceiling('vCPU').sizes).toEqual({ 'p/g.one/on-demand': 4, 'p/g.four/on-demand': 16, 'p/m.one/on-demand': 4 });
});

test('a share of spot counts GPUs where the pool has any and vCPU otherwise, and is none where all may be spot or nothing is', () => {
  const share = (offerings: readonly Offering[], spotShare: number) =>
    limitsOf(pool('p', { offerings, classes: [replica('chat', 0)], spotShare }));
  expect(share([one, oneSpot, cpu], 0.4)).toMatchObject([
    {
      name: 'pool.p.spotShare',
      unit: 'GPU',
      share: 0.4,
      sizes: { 'p/g.one/on-demand': 1, 'p/g.one/spot': 1 },
      part: ['p/g.one/spot'],
    },
  ]);
  const cpuSpot = { ...cpu, capacityType: 'spot' as const, id: 'm.one/spot' };
  expect(share([cpu, cpuSpot], 0.4)).toMatchObject([{ unit: 'vCPU', sizes: { 'p/m.one/on-demand': 4, 'p/m.one/spot': 4 } }]);
  expect(share([one, oneSpot], 1)).toEqual([]);
  expect(share([one, four], 0.4)).toEqual([]);
});

test('a share of one type of spot is a row for each, of the spot alone', () => {
  const share = (spotTypeShare: number | undefined) =>
    limitsOf(pool('p', { offerings: [one, oneSpot, fourSpot], classes: [chat], spotTypeShare }));
  const sizes = { 'p/g.four/spot': 4, 'p/g.one/spot': 1 };
  expect(share(0.6)).toMatchObject([
    { name: 'pool.p.spotTypeShare.g.four', kind: 'spot-type', unit: 'GPU', share: 0.6, sizes, part: ['p/g.four/spot'] },
    { name: 'pool.p.spotTypeShare.g.one', kind: 'spot-type', unit: 'GPU', share: 0.6, sizes, part: ['p/g.one/spot'] },
  ]);
  expect(Object.keys(share(0.6)[0].sizes).sort()).toEqual(Object.keys(sizes));
  expect(share(1)).toEqual([]);
  expect(share(undefined)).toEqual([]);
});

test('a share of a zone is a row for each zone, of all nodes of the pool', () => {
  const zoned = [...['b', 'a'].map((zone) => ({ ...one, zone, id: `g.one/on-demand/${zone}` })), four];
  const share = (zoneShare: number | undefined) => limitsOf(pool('p', { offerings: zoned, classes: [chat], zoneShare }));
  expect(share(0.7)).toMatchObject([
    { name: 'pool.p.zoneShare.a', kind: 'zone-share', unit: 'GPU', share: 0.7, part: ['p/g.one/on-demand/a'], of: 'pool p' },
    { name: 'pool.p.zoneShare.b', kind: 'zone-share', unit: 'GPU', share: 0.7, part: ['p/g.one/on-demand/b'], of: 'pool p' },
  ]);
  expect(share(0.7)[0].sizes).toEqual({ 'p/g.one/on-demand/a': 1, 'p/g.one/on-demand/b': 1, 'p/g.four/on-demand': 4 });
  expect([share(1), share(undefined)]).toEqual([[], []]);
});

test('limits stand in order: quotas, ceilings, shares, whatever the order of pools and quotas', () => {
  const zoned = (name: string) =>
    pool(name, {
      offerings: [oneSpot, one].map((each) => ({ ...each, zone: 'a' })),
      classes: [replica(name, 1)],
      ceiling: { amount: 9, unit: 'GPU' },
      spotShare: 0.5,
      spotTypeShare: 0.5,
      zoneShare: 0.5,
    });
  const quotas = { 'L-DB2E81BA': 1, 'L-3819A6DF': 1 };
  const problem = poolProblem([zoned('b'), zoned('a')], { ...noLimits, quotas }, hourly([{ a: 1, b: 1 }]));
  expect(problem.limits.map(({ name }) => name)).toEqual([
    'quota.L-3819A6DF',
    'quota.L-DB2E81BA',
    'pool.a.ceiling',
    'pool.b.ceiling',
    'pool.a.spotShare',
    'pool.b.spotShare',
    'pool.a.spotTypeShare.g.one',
    'pool.b.spotTypeShare.g.one',
    'pool.a.zoneShare.a',
    'pool.b.zoneShare.a',
  ]);
  expect(problem.offerings.map(({ name }) => name)).toEqual(['a/g.one/on-demand', 'a/g.one/spot', 'b/g.one/on-demand', 'b/g.one/spot']);
});

test('every workload that no node of its pool can hold is refused, by pool and by name', () => {
  const pools = [
    pool('b', { offerings: [one], classes: [replica('z', 8), replica('y', 8)] }),
    pool('a', { offerings: [one], classes: [replica('x', 8), chat] }),
  ];
  const refused = (): readonly string[] => {
    try {
      poolProblem(pools, noLimits, hourly([{ x: 0, y: 0, z: 0, chat: 1 }]));
    } catch (error) {
      if (error instanceof ProblemError) return error.problems.map(renderProblem);
      throw error;
    }
    return [];
  };
  expect(refused().map((sentence) => sentence.split(':')[0])).toEqual(['x', 'y', 'z'].map((name) => `workloads.${name}.replica`));
});

test('segments that do not go forward, or do not state whole replicas of a workload, are a mistake of the caller', () => {
  const pools = [pool('p', { offerings: [one], classes: [chat] })];
  const made =
    (replicas: Readonly<Record<string, number>>, to = monday + hourMs) =>
    () =>
      poolProblem(pools, noLimits, [{ from: monday, to, replicas }]);
  expect(made({ chat: 0 })).not.toThrow();
  expect(made({ chat: 1 }, monday)).toThrow(`the segment at ${monday} ends at ${monday}`);
  expect(made({})).toThrow(`the segment at ${monday} has undefined replicas of chat`);
  expect(made({ chat: 1.5 })).toThrow('1.5 replicas');
  expect(made({ chat: -1 })).toThrow('-1 replicas');
});

test('replicas that only a reservation holds and that want nodes beyond its time are refused', () => {
  const held: Offering = {
    ...offering('g.one', { usdPerHour: 0 }, 'reserved'),
    reservation: { id: 'cr-0a', count: 2, from: monday, to: monday + hourMs, path: 'pools.p.reserved[0].count', oneMoreUsdPerHour: null },
  };
  expect(() => poolProblem([pool('p', { offerings: [held], classes: [chat] })], noLimits, hourly([{ chat: 1 }, { chat: 1 }]))).toThrow(
    'reservation cr-0a can be used until 2026-11-23T01:00:00Z',
  );
});

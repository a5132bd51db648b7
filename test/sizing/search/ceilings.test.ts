import { highsSolver } from '../../../lib/adapters/highs';
import { isProblemError } from '../../../lib/problems';
import { checkPacking } from '../../support/check-packing';
import { sizePools, type SizingResult } from '../../../lib/sizing/size-pools';
import { nodeKey, type SizingPool } from '../../../lib/sizing/problem/pools';
import type { Solver } from '../../../lib/sizing/problem/program';
import { hourly, noLimits, offering, pool, replica, seeded, smallInstance } from '../support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const one = offering('g.one', { gpus: 1, vCpu: 4, usdPerHour: 2 });
const four = offering('g.four', { gpus: 4, vCpu: 16, usdPerHour: 7, allocatableCpuMilli: 16_000, allocatableMemoryMiB: 128_000 });

type Hours = readonly Readonly<Record<string, number>>[];

const size = (pools: readonly SizingPool[], hours: Hours, wantedCeilings: Readonly<Record<string, number>>, quotas = {}): SizingResult =>
  sizePools({ pools, limits: { ...noLimits, quotas }, segments: hourly(hours), wantedCeilings, solver });

test('without limits the ceilings are those wanted, and the nodes hold all of them at once', () => {
  const pools = [pool('p', { offerings: [one, four], classes: [replica('a', 1), replica('b', 4)] })];
  const result = size(
    pools,
    [
      { a: 2, b: 0 },
      { a: 1, b: 1 },
    ],
    { a: 6, b: 2 },
  );
  expect(result.replicaCeilings).toEqual({ a: 6, b: 2 });
  expect(checkPacking(pools[0], result.ceilings, { a: 6, b: 2 })).toBeNull();
});

test('where the limits do not reach, every workload gets the same share of its way, then what is left by name', () => {
  const pools = [pool('p', { offerings: [one], classes: [replica('a', 1), replica('b', 1)], ceiling: { amount: 15, unit: 'GPU' } })];
  // Peaks 2 and 4, wanted 12 and 8: half the way is 7 and 6, and the two that are left go to the first.
  expect(size(pools, [{ a: 2, b: 4 }], { a: 12, b: 8 }).replicaCeilings).toEqual({ a: 9, b: 6 });
});

test('ceilings of workloads and of nodes stand in the order of their names, whatever the order of pools', () => {
  const pools = ['b', 'a'].map((name) => pool(name, { offerings: [one], classes: [replica(`y${name}`, 1), replica(`x${name}`, 1)] }));
  const { replicaCeilings, ceilings } = size(pools, [{ xa: 1, ya: 1, xb: 1, yb: 1 }], {});
  expect(Object.keys(replicaCeilings)).toEqual(['xa', 'xb', 'ya', 'yb']);
  expect(Object.keys(ceilings)).toEqual(['a/g.one/on-demand', 'b/g.one/on-demand']);
});

test('a wish below the peak is raised to it', () => {
  const pools = [pool('p', { offerings: [one], classes: [replica('a', 1)] })];
  expect(size(pools, [{ a: 5 }], { a: 2 })).toMatchObject({ replicaCeilings: { a: 5 }, ceilings: { 'p/g.one/on-demand': 5 } });
});

test('peaks at different hours that do not fit at once are granted all the same', () => {
  const pools = [pool('p', { offerings: [one], classes: [replica('day', 1), replica('night', 1)], ceiling: { amount: 8, unit: 'nodes' } })];
  const result = size(
    pools,
    [
      { day: 7, night: 1 },
      { day: 1, night: 7 },
    ],
    { day: 14, night: 14 },
  );
  expect(result.replicaCeilings).toEqual({ day: 7, night: 7 });
  expect(result.ceilings).toEqual({ 'p/g.one/on-demand': 8 });
});

test('two pools share what a quota leaves, and a third that has no part in it gets its wish', () => {
  const free = offering('m.one', { gpus: 0, vCpu: 4, usdPerHour: 0.2, quotaCode: 'L-1216C47A' });
  const pools = [
    pool('a', { offerings: [one], classes: [replica('x', 1)] }),
    pool('b', { offerings: [one], classes: [replica('y', 1)] }),
    pool('c', { offerings: [free], classes: [replica('z', 0, 3_000)] }),
  ];
  const result = size(pools, [{ x: 2, y: 2, z: 1 }], { x: 10, y: 10, z: 9 }, { 'L-DB2E81BA': 48 });
  expect(result.replicaCeilings).toEqual({ x: 6, y: 6, z: 9 });
});

test('hours that prefer different nodes run on one fleet where the pool may not hold both', () => {
  // 4 + 4 GPU of big nodes by day and 8 of small ones by night would be 16 side by side; the ceiling is 8.
  const small = offering('small', { gpus: 1, allocatableMemoryMiB: 32_000, usdPerHour: 1 });
  const big = offering('big', { gpus: 4, allocatableCpuMilli: 16_000, allocatableMemoryMiB: 200_000, usdPerHour: 5 });
  const mixed = pool('p', {
    offerings: [small, big],
    classes: [replica('wide', 4, 100, 1_000), replica('narrow', 1, 100, 1_000)],
    ceiling: { amount: 8, unit: 'GPU' },
  });
  const hours = [
    { wide: 2, narrow: 0 },
    { wide: 0, narrow: 8 },
  ];
  const result = size([mixed], hours, { wide: 2, narrow: 8 });
  expect(result.ceilings).toEqual({ 'p/big/on-demand': 2 });
  expect(result.segments.map(({ usdPerHour }) => usdPerHour)).toEqual([10, 10]);
  // Alone the night would cost 8: the bound says that a common fleet may have a price.
  expect(result.boundUsdPerHour).toBe(9);
});

test('on 150 instances the ceilings keep to ceilings and quotas, and no hour runs more nodes than they say', () => {
  let sized = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const { pools, limits, replicas } = smallInstance(seed);
    const random = seeded(seed + 5_000);
    const names = Object.keys(replicas);
    const hours = Array.from({ length: 3 }, () => Object.fromEntries(names.map((name) => [name, Math.floor(random() * 4)])));
    const wanted = Object.fromEntries(names.map((name) => [name, Math.floor(random() * 8)]));
    let result: SizingResult;
    try {
      result = size(pools, hours, wanted, limits.quotas);
    } catch (error) {
      if (!isProblemError(error)) throw error;
      continue;
    }
    sized++;
    const nodesOf = (each: SizingPool, weight: (offering: SizingPool['offerings'][number]) => number) =>
      each.offerings.reduce((sum, one) => sum + weight(one) * (result.ceilings[nodeKey(each.name, one)] ?? 0), 0);
    for (const each of pools) {
      const { amount, unit } = each.ceiling ?? { amount: Infinity, unit: 'nodes' };
      expect(nodesOf(each, ({ gpus }) => (unit === 'GPU' ? gpus : 1))).toBeLessThanOrEqual(amount);
    }
    for (const [code, quota] of Object.entries(limits.quotas)) {
      const vCpu = pools.map((each) => nodesOf(each, (one) => (one.quotaCode === code ? one.vCpu : 0)));
      expect(vCpu.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(quota);
    }
    for (const { nodes } of result.segments)
      for (const [key, count] of Object.entries(nodes)) expect(count).toBeLessThanOrEqual(result.ceilings[key]);
    for (const name of names) {
      const peak = Math.max(...hours.map((hour) => hour[name]));
      expect(result.replicaCeilings[name]).toBeGreaterThanOrEqual(peak);
      expect(result.replicaCeilings[name]).toBeLessThanOrEqual(Math.max(peak, wanted[name]));
    }
    const beyondPeaks = names.some((name) => result.replicaCeilings[name] > Math.max(...hours.map((hour) => hour[name])));
    const alone = pools.length === 1;
    if (beyondPeaks && alone) expect(checkPacking(pools[0], result.ceilings, result.replicaCeilings)).toBeNull();
  }
  expect(sized).toBeGreaterThan(60);
});

import { highsSolver } from '../../lib/adapters/highs';
import { isProblemError } from '../../lib/problems';
import { checkPacking } from '../support/check-packing';
import { sizePools } from '../../lib/sizing/size-pools';
import { nodeKey } from '../../lib/sizing/problem/pools';
import type { Solver } from '../../lib/sizing/problem/program';
import { hourly, noLimits, offering, pool, replica, seeded, smallInstance } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

test('on 300 instances every replica of every hour finds a place on a single node, within all limits', () => {
  let hours = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const { pools, limits, replicas } = smallInstance(seed);
    const random = seeded(seed);
    const wanted = Array.from({ length: 2 }, () =>
      Object.fromEntries(Object.keys(replicas).map((name) => [name, Math.floor(random() * 6)])),
    );
    try {
      const result = sizePools({ pools, limits, segments: hourly(wanted), wantedCeilings: {}, solver });
      result.segments.forEach(({ nodes }, hour) => {
        for (const each of pools) expect(`${seed}: ${checkPacking(each, nodes, wanted[hour])}`).toBe(`${seed}: null`);
        for (const [code, quota] of Object.entries(limits.quotas)) {
          const vCpu = pools.flatMap((each) =>
            each.offerings.map((one) => (one.quotaCode === code ? one.vCpu * (nodes[nodeKey(each.name, one)] ?? 0) : 0)),
          );
          expect(vCpu.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(quota);
        }
        hours++;
      });
    } catch (error) {
      if (!isProblemError(error)) throw error;
    }
  }
  expect(hours).toBeGreaterThan(250);
});

test('many small services on large nodes pack too, at a proven cost', () => {
  const offerings = [
    offering('small', { gpus: 0, allocatableCpuMilli: 7_710, allocatableMemoryMiB: 28_805, vCpu: 8, usdPerHour: 0.4 }),
    offering('large', { gpus: 0, allocatableCpuMilli: 31_650, allocatableMemoryMiB: 117_800, maxPods: 234, vCpu: 32, usdPerHour: 1.55 }),
  ];
  const services = pool('services', {
    offerings,
    classes: [replica('a', 0, 300, 700), replica('b', 0, 1_100, 1_900), replica('c', 0, 700, 5_000)],
  });
  const random = seeded(7);
  const hours = Array.from({ length: 12 }, () => ({
    a: 10 + Math.floor(140 * random()),
    b: 5 + Math.floor(35 * random()),
    c: 3 + Math.floor(27 * random()),
  }));
  const result = sizePools({ pools: [services], limits: noLimits, segments: hourly(hours), wantedCeilings: {}, solver });
  result.segments.forEach(({ nodes }, hour) => expect(checkPacking(services, nodes, hours[hour])).toBeNull());
  expect(result.boundUsdPerHour).toBeCloseTo(result.usdPerHour, 6);
});

test('sums that fit are not enough: where the replicas would not pack, more nodes are bought', () => {
  // Three replicas of 3 GPU have room in the sum of three nodes of 4, and so would a fourth: 12 of 12 GPU.
  const pools = [pool('p', { offerings: [offering('four', { gpus: 4, usdPerHour: 10 })], classes: [replica('w', 3, 100, 100)] })];
  const result = sizePools({ pools, limits: noLimits, segments: hourly([{ w: 4 }]), wantedCeilings: {}, solver });
  expect(result.segments[0].nodes).toEqual({ 'p/four/on-demand': 4 });
});

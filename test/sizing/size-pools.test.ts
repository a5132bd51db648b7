import { highsSolver } from '../../lib/adapters/highs';
import { offeringsOf } from '../../lib/catalog/offerings';
import { sizePools } from '../../lib/sizing/size-pools';
import type { SizingPool } from '../../lib/sizing/problem/pools';
import type { Solver } from '../../lib/sizing/problem/program';
import { hourly, hourMs, monday, noLimits, offering, pool, replica } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const l40s = (fields: Partial<SizingPool> = {}): SizingPool =>
  pool('l40s', {
    offerings: offeringsOf({ instances: ['g6e.xlarge', 'g6e.12xlarge'], capacity: ['on-demand', 'spot'], region: 'us-east-1' }),
    classes: [replica('chat', 1, 3_500, 28_000)],
    spotShare: 0.5,
    ...fields,
  });

test('half on demand and half spot, the cheapest of each', () => {
  const result = sizePools({ pools: [l40s()], limits: noLimits, segments: hourly([{ chat: 7 }]), wantedCeilings: {}, solver });
  expect(result.segments).toEqual([
    {
      from: monday,
      to: monday + hourMs,
      nodes: { 'l40s/g6e.xlarge/on-demand': 4, 'l40s/g6e.xlarge/spot': 3 },
      usdPerHour: 4 * 1.861 + 3 * 0.7816,
    },
  ]);
});

test('no on-demand node stands idle so that more may be spot', () => {
  // Eight idle g.one and a spot g.eight would be cheaper than g.eight on demand.
  const offerings = [
    offering('g.one', { gpus: 1, usdPerHour: 1 }),
    offering('g.eight', { gpus: 8, usdPerHour: 30 }),
    offering('g.eight', { gpus: 8, usdPerHour: 9 }, 'spot'),
  ];
  const eight = pool('p', { offerings, classes: [replica('train', 8)], spotShare: 0.5 });
  const result = sizePools({ pools: [eight], limits: noLimits, segments: hourly([{ train: 1 }]), wantedCeilings: {}, solver });
  expect(result.segments[0].nodes).toEqual({ 'p/g.eight/on-demand': 1 });
});

test('a share of spot of zero means none, and of one means any', () => {
  const nodes = (spotShare: number) =>
    sizePools({ pools: [l40s({ spotShare })], limits: noLimits, segments: hourly([{ chat: 3 }]), wantedCeilings: {}, solver }).segments[0]
      .nodes;
  expect(nodes(0)).toEqual({ 'l40s/g6e.xlarge/on-demand': 3 });
  expect(nodes(1)).toEqual({ 'l40s/g6e.xlarge/spot': 3 });
});

test('workloads of a pool share nodes', () => {
  const four = offering('g.four', { gpus: 4, usdPerHour: 4, allocatableCpuMilli: 16_000, allocatableMemoryMiB: 64_000 });
  const shared = pool('p', { offerings: [four], classes: [replica('a', 2, 1_000, 1_000), replica('b', 1, 1_000, 1_000)] });
  const result = sizePools({ pools: [shared], limits: noLimits, segments: hourly([{ a: 2, b: 4 }]), wantedCeilings: {}, solver });
  expect(result.segments[0].nodes).toEqual({ 'p/g.four/on-demand': 2 });
});

test('the mean cost counts segments as long as they last', () => {
  const segments = [
    { from: monday, to: monday + 3 * hourMs, replicas: { chat: 1 } },
    { from: monday + 3 * hourMs, to: monday + 4 * hourMs, replicas: { chat: 5 } },
  ];
  const only = pool('p', { offerings: [offering('g', { usdPerHour: 2 })], classes: [replica('chat', 1)] });
  const result = sizePools({ pools: [only], limits: noLimits, segments, wantedCeilings: {}, solver });
  expect(result.usdPerHour).toBe((3 * 2 + 1 * 10) / 4);
  expect(result.boundUsdPerHour).toBe(result.usdPerHour);
});

test('no replicas, no nodes', () => {
  const result = sizePools({ pools: [l40s()], limits: noLimits, segments: hourly([{ chat: 0 }]), wantedCeilings: {}, solver });
  expect(result).toMatchObject({
    segments: [{ nodes: {}, usdPerHour: 0 }],
    ceilings: {},
    replicaCeilings: { chat: 0 },
    usdPerHour: 0,
    binding: [],
  });
});

test('two pools may use the same offering and are counted apart', () => {
  const offerings = [offering('g', { usdPerHour: 2 })];
  const pools = [pool('b', { offerings, classes: [replica('y', 1)] }), pool('a', { offerings, classes: [replica('x', 1)] })];
  const result = sizePools({ pools, limits: noLimits, segments: hourly([{ x: 1, y: 2 }]), wantedCeilings: {}, solver });
  expect(result.segments[0].nodes).toEqual({ 'a/g/on-demand': 1, 'b/g/on-demand': 2 });
});

test('each distinct demand is solved once', () => {
  let solves = 0;
  const counting: Solver = (program) => {
    solves++;
    return solver(program);
  };
  const hours = Array.from({ length: 48 }, (_, hour) => ({ chat: 1 + (hour % 3) }));
  sizePools({ pools: [l40s()], limits: noLimits, segments: hourly(hours), wantedCeilings: {}, solver: counting });
  // Three demands and the ceilings, two solves each (cost, then order among equals), and a relaxation of each demand for its prices.
  expect(solves).toBe(11);
});

test('limits that leave no room for one more node are named with their figures and the first hour', () => {
  const limited = l40s({ ceiling: { amount: 10, unit: 'GPU' } });
  const result = sizePools({
    pools: [limited],
    limits: { quotas: { 'L-DB2E81BA': 20, 'L-3819A6DF': 400 } },
    segments: hourly([{ chat: 4 }, { chat: 10 }]),
    wantedCeilings: {},
    solver,
  });
  expect(result.binding).toEqual([
    { limit: 'quota.L-DB2E81BA', used: 20, available: 20, unit: 'vCPU', at: monday + hourMs, savesUsd: 0 },
    { limit: 'pool.l40s.ceiling', used: 10, available: 10, unit: 'GPU', at: monday + hourMs, savesUsd: 0 },
    {
      limit: 'pool.l40s.spotShare',
      used: 2,
      available: 2,
      unit: 'GPU',
      at: monday,
      // One more GPU may be spot in place of on demand.
      savesUsd: expect.closeTo((1.861 - 0.7816) * 2, 6) as number,
    },
  ]);
});

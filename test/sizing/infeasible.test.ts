import { highsSolver } from '../../lib/adapters/highs';
import { type Problem, ProblemError, renderProblem } from '../../lib/problems';
import { sizePools } from '../../lib/sizing/size-pools';
import type { SizingLimits, SizingPool } from '../../lib/sizing/problem/pools';
import type { Solver } from '../../lib/sizing/problem/program';
import { hourly, noLimits, offering, pool, replica, smallInstance } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

type Hours = readonly Readonly<Record<string, number>>[];

function problemsOf(pools: readonly SizingPool[], limits: Partial<SizingLimits>, hours: Hours): readonly Problem[] {
  try {
    sizePools({ pools, limits: { ...noLimits, ...limits }, segments: hourly(hours), wantedCeilings: {}, solver });
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  return [];
}

const sentences = (...args: Parameters<typeof problemsOf>) => problemsOf(...args).map(renderProblem);

const small = offering('g.small', { gpus: 1, vCpu: 4, usdPerHour: 2 });
const smallSpot = offering('g.small', { gpus: 1, vCpu: 4, usdPerHour: 0.8 }, 'spot');
const chat = replica('chat', 1);

test('a quota that is too small is named with what it lacks, when, and for which pool', () => {
  const l40s = pool('l40s', { offerings: [small], classes: [chat] });
  const hours = [...Array.from({ length: 18 }, () => ({ chat: 10 })), { chat: 80 }, { chat: 70 }];
  expect(sentences([l40s], { quotas: { 'L-DB2E81BA': 256 } }, hours)).toEqual([
    'limits.quotas.L-DB2E81BA: quota L-DB2E81BA 256 vCPU is 64 vCPU short from 2026-11-23T18:00:00Z to 2026-11-23T20:00:00Z for pool l40s (expected at least 320 vCPU). Hint: raise it',
  ]);
});

test('two pools that share a quota are named together', () => {
  const a = pool('a', { offerings: [small], classes: [replica('x', 1)] });
  const b = pool('b', { offerings: [small], classes: [replica('y', 1)] });
  expect(sentences([a, b], { quotas: { 'L-DB2E81BA': 20 } }, [{ x: 3, y: 4 }])).toEqual([
    'limits.quotas.L-DB2E81BA: quota L-DB2E81BA 20 vCPU is 8 vCPU short from 2026-11-23T00:00:00Z to 2026-11-23T01:00:00Z for pools a and b (expected at least 28 vCPU). Hint: raise it',
  ]);
});

test('what else would cure it is in the hint', () => {
  const l40s = pool('l40s', { offerings: [small, smallSpot], classes: [chat], spotShare: 0.5 });
  expect(sentences([l40s], { quotas: { 'L-DB2E81BA': 12 } }, [{ chat: 8 }])).toEqual([
    'limits.quotas.L-DB2E81BA: quota L-DB2E81BA 12 vCPU is 4 vCPU short from 2026-11-23T00:00:00Z to 2026-11-23T01:00:00Z for pool l40s (expected at least 16 vCPU). Hint: raise it, or allow spot 63 %',
  ]);
});

test('a ceiling of a pool is named in its own unit', () => {
  const classes = [replica('train', 8)];
  const big = offering('p.big', { gpus: 8, vCpu: 192, usdPerHour: 55 });
  expect(sentences([pool('h100', { offerings: [big], classes, ceiling: { amount: 12, unit: 'GPU' } })], {}, [{ train: 2 }])).toEqual([
    'pools.h100.ceiling: ceiling 12 GPU of pool h100 is 4 GPU short from 2026-11-23T00:00:00Z to 2026-11-23T01:00:00Z (expected at least 16 GPU). Hint: raise it',
  ]);
  expect(sentences([pool('h100', { offerings: [big], classes, ceiling: { amount: 1, unit: 'nodes' } })], {}, [{ train: 2 }])).toEqual([
    'pools.h100.ceiling: ceiling 1 node of pool h100 is 1 node short from 2026-11-23T00:00:00Z to 2026-11-23T01:00:00Z (expected at least 2 nodes). Hint: raise it',
  ]);
});

test('limits that clash together are each named, and that none alone is enough', () => {
  const l40s = pool('l40s', { offerings: [small], classes: [chat], ceiling: { amount: 4, unit: 'GPU' } });
  expect(sentences([l40s], { quotas: { 'L-DB2E81BA': 20 } }, [{ chat: 8 }])).toEqual([
    'limits.quotas.L-DB2E81BA: quota L-DB2E81BA 20 vCPU is 12 vCPU short from 2026-11-23T00:00:00Z to 2026-11-23T01:00:00Z for pool l40s (expected at least 32 vCPU). Hint: this and raise pools.l40s.ceiling to 8 GPU: nothing is enough alone',
    'pools.l40s.ceiling: ceiling 4 GPU of pool l40s is 4 GPU short from 2026-11-23T00:00:00Z to 2026-11-23T01:00:00Z (expected at least 8 GPU). Hint: this and raise limits.quotas.L-DB2E81BA to 32 vCPU: nothing is enough alone',
  ]);
});

test('a pool with nothing but spot breaks the share of spot, and on-demand is a cure', () => {
  const l40s = pool('l40s', { offerings: [smallSpot], classes: [chat], spotShare: 0.5 });
  expect(sentences([l40s], {}, [{ chat: 2 }])).toEqual([
    "limits.spotShare: spot 50 % is 50 points short from 2026-11-23T00:00:00Z to 2026-11-23T01:00:00Z (expected at least 100 %). Hint: raise it, or add 'on-demand' to pools.l40s.capacity",
  ]);
});

test('a replica that no offering can hold is told what the largest node lacks', () => {
  const l40s = pool('l40s', { offerings: [small], classes: [replica('train', 8, 24_000, 98_304)] });
  expect(sentences([l40s], {}, [{ train: 1 }])).toEqual([
    'workloads.train.replica: a replica of train is larger than any node: the largest, g.small, is 7 GPU and 20 CPU and 64.75 GiB short. Hint: ask for less, or add a larger instance type to pools.l40s.instances',
  ]);
});

test('problems of pools that share nothing are shown together', () => {
  const a = pool('a', { offerings: [small], classes: [replica('x', 1)], ceiling: { amount: 1, unit: 'nodes' } });
  const b = pool('b', { offerings: [small], classes: [replica('y', 1)], ceiling: { amount: 2, unit: 'nodes' } });
  expect(problemsOf([b, a], {}, [{ x: 2, y: 3 }]).map(({ path }) => path)).toEqual(['pools.a.ceiling', 'pools.b.ceiling']);
});

test('hours that each find room, but on different nodes, need a ceiling that holds those side by side', () => {
  // 8-GPU replicas fit only the big node; the other workload has too much memory for it and takes five small ones.
  const offerings = [
    offering('big', { gpus: 8, allocatableMemoryMiB: 10_000, usdPerHour: 8 }),
    offering('small', { gpus: 1, allocatableMemoryMiB: 40_000, usdPerHour: 2 }),
  ];
  const classes = [replica('train', 8, 100, 8_000), replica('chat', 1, 100, 30_000)];
  const mixed = pool('mixed', { offerings, classes, ceiling: { amount: 10, unit: 'GPU' } });
  const [sentence] = sentences([mixed], {}, [
    { train: 1, chat: 0 },
    { train: 0, chat: 5 },
  ]);
  expect(sentence).toContain('pools.mixed.ceiling: ceiling 10 GPU of pool mixed is 3 GPU short for the node groups side by side');
});

test('on small instances what is named as needed is enough, and a little less is not', () => {
  let checked = 0;
  for (let seed = 1; seed <= 250 && checked < 25; seed++) {
    const { pools, limits, replicas } = smallInstance(seed);
    const [first, ...others] = problemsOf(pools, limits, [replicas]);
    if (first === undefined || others.length > 0 || first.code !== 'sizing/quota') continue;
    const code = first.path.replace('limits.quotas.', '');
    const needed = Number(/(\d+) vCPU/.exec(first.expected ?? '')?.[1]);
    const withQuota = (vCpu: number) => problemsOf(pools, { quotas: { ...limits.quotas, [code]: vCpu } }, [replicas]);
    expect(`${seed}: ${withQuota(needed).length}`).toBe(`${seed}: 0`);
    expect(withQuota(needed - 1).length).toBeGreaterThan(0);
    checked++;
  }
  expect(checked).toBeGreaterThanOrEqual(15);
});

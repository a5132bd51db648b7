import { highsSolver } from '../../../lib/adapters/highs';
import { poolProblem } from '../../../lib/sizing/problem/pool-problem';
import { sizePools } from '../../../lib/sizing/size-pools';
import type { DemandSegment, SizingPool } from '../../../lib/sizing/problem/pools';
import type { Solver } from '../../../lib/sizing/problem/program';
import { solveInOnePiece } from '../../support/one-piece';
import { hourly, hourMs, noLimits, offering, pool, replica, seeded, smallInstance } from '../support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const size = (pools: readonly SizingPool[], segments: readonly DemandSegment[]) =>
  sizePools({ pools, limits: noLimits, segments, wantedCeilings: {}, solver, explained: false });

/** Dollars an hour of the cheapest nodes that keep the minimum up-time, by one program over all hours. */
function cheapest(pools: readonly SizingPool[], segments: readonly DemandSegment[], minUpPeriods: number): number {
  // What stays on may be empty.
  const problem = { ...poolProblem(pools, noLimits, segments), noneEmpty: false };
  const answer = solveInOnePiece(problem, { solver, minUpPeriods });
  if (!answer) throw new Error('the program in one piece finds nothing');
  return answer.usd / segments.length;
}

const chat = replica('chat', 1, 100, 1_000);

test('a node that starts stays for its minimum up-time; what runs in the first hour may have run for long and may go at once', () => {
  const pools = [pool('p', { offerings: [offering('g', { usdPerHour: 2 })], classes: [chat], minUpMs: 3 * hourMs })];
  const hours = hourly([3, 1, 4, 1, 1, 1, 1].map((count) => ({ chat: count })));
  expect(size(pools, hours).segments.map(({ nodes }) => nodes['p/g/on-demand'])).toEqual([3, 1, 4, 3, 3, 1, 1]);
});

test('a node that stays on carries what another would have been bought for, and its price is in the gap', () => {
  const offerings = [offering('one', { usdPerHour: 1 }), offering('four', { gpus: 4, usdPerHour: 3 })];
  const pools = [pool('p', { offerings, classes: [chat], minUpMs: 4 * hourMs })];
  const hours = hourly([1, 1, 4, 1, 1, 2, 1].map((count) => ({ chat: count })));
  const { segments, usdPerHour, boundUsdPerHour, status } = size(pools, hours);
  expect(segments.map(({ nodes }) => nodes)).toEqual([
    { 'p/one/on-demand': 1 },
    { 'p/one/on-demand': 1 },
    { 'p/four/on-demand': 1 },
    { 'p/four/on-demand': 1 },
    { 'p/four/on-demand': 1 },
    { 'p/four/on-demand': 1 },
    { 'p/one/on-demand': 1 },
  ]);
  expect([usdPerHour * 7, boundUsdPerHour * 7, cheapest(pools, hours, 4) * 7]).toEqual(
    [15, 10, 15].map((usd) => expect.closeTo(usd, 6) as number),
  );
  expect(status).toBe('feasible');
});

test('beside nodes that stay on, no other node runs empty so that more may be spot', () => {
  // Idle nodes `one` and a node of eight on spot would be cheaper than a node of eight on demand.
  const offerings = [
    offering('one', { usdPerHour: 1 }),
    offering('eight', { gpus: 8, usdPerHour: 30 }),
    offering('eight', { gpus: 8, usdPerHour: 9 }, 'spot'),
  ];
  const classes = [chat, replica('train', 8, 100, 1_000)];
  const pools = [pool('p', { offerings, classes, spotShare: 0.5, minUpMs: 2 * hourMs })];
  const hours = hourly([
    { chat: 1, train: 0 },
    { chat: 4, train: 0 },
    { chat: 1, train: 1 },
  ]);
  expect(size(pools, hours).segments[2].nodes).toEqual({ 'p/eight/on-demand': 1, 'p/one/on-demand': 3 });
});

test('where what stays on breaks the share of spot, others run beside it, empty if need be', () => {
  const offerings = [offering('g', { usdPerHour: 2 }), offering('h', { gpus: 4, usdPerHour: 1.9 }, 'spot')];
  const pools = [pool('p', { offerings, classes: [chat], spotShare: 0.5, minUpMs: 2 * hourMs })];
  const hours = hourly([4, 8, 1, 1].map((count) => ({ chat: count })));
  expect(size(pools, hours).segments.map(({ nodes }) => nodes)).toEqual([
    { 'p/g/on-demand': 4 },
    { 'p/g/on-demand': 4, 'p/h/spot': 1 },
    { 'p/g/on-demand': 4, 'p/h/spot': 1 },
    { 'p/g/on-demand': 1 },
  ]);
});

test('on 60 sets of pools the bound lies below the cheapest nodes that keep the minimum up-time, which what is found exceeds by a fiftieth in the mean', () => {
  const seen = { sized: 0, longer: 0, ratios: [] as number[] };
  for (let seed = 1; seen.sized < 60; seed++) {
    const { pools: plain, replicas } = smallInstance(seed);
    const random = seeded(seed + 3_000);
    const fits = plain.filter(({ offerings, classes }) => classes.every((one) => offerings.some((each) => isLarge(each, one))));
    if (fits.length === 0) continue;
    const pools = fits.map((each) => ({ ...each, ceiling: null, spotShare: 1, minUpMs: 2 * hourMs }));
    const segments = hourly(
      Array.from({ length: 5 }, () => Object.fromEntries(Object.keys(replicas).map((name) => [name, Math.floor(random() * 4)]))),
    );
    const { usdPerHour, boundUsdPerHour } = size(pools, segments);
    const least = cheapest(pools, segments, 2);
    expect({ seed, bound: boundUsdPerHour <= least + 1e-6, least: usdPerHour >= least - 1e-6 }).toEqual({ seed, bound: true, least: true });
    seen.sized++;
    if (usdPerHour > boundUsdPerHour + 1e-6) seen.longer++;
    if (least > 0) seen.ratios.push(usdPerHour / least);
  }
  const mean = seen.ratios.reduce((sum, ratio) => sum + ratio, 0) / seen.ratios.length;
  expect({ longer: seen.longer > 15, mean: mean < 1.02, dearest: Math.max(...seen.ratios) < 1.2 }).toEqual({
    longer: true,
    mean: true,
    dearest: true,
  });
});

function isLarge(
  { gpus, allocatableCpuMilli, daemonSetCpuMilli, allocatableMemoryMiB, daemonSetMemoryMiB }: SizingPool['offerings'][number],
  wanted: SizingPool['classes'][number],
): boolean {
  return (
    gpus >= wanted.gpus &&
    allocatableCpuMilli - daemonSetCpuMilli >= wanted.cpuMilli &&
    allocatableMemoryMiB - daemonSetMemoryMiB >= wanted.memoryMiB
  );
}

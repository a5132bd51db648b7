import { highsSolver } from '../../../lib/adapters/highs';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { Solver } from '../../../lib/sizing/problem/program';
import { sensitivityOf } from '../../../lib/sizing/explain/sensitivity';
import { solveHorizon } from '../../../lib/sizing/search/solve-horizon';
import { exact, kind, node, problem, type TestOffering } from '../search/support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const make = (offerings: readonly TestOffering[], demand: readonly number[], limits = {}) =>
  problem({ offerings, classes: [kind('a')], demand: { a: demand }, limits });
function told(of: HorizonProblem) {
  const solution = solveHorizon(of, solver, exact);
  if (!solution) throw new Error('refused');
  const { binding, rejected } = sensitivityOf(of, solution, solver);
  return {
    binding: binding.map(({ limit, period, used, available, savesUsd }) => [
      limit.name,
      period,
      used,
      available,
      Number(savesUsd.toFixed(4)),
    ]),
    rejected: rejected.map(({ offering, tooDearByUsdPerHour, lacks, insteadRuns }) => [
      offering,
      tooDearByUsdPerHour === null ? lacks : Number(tooDearByUsdPerHour.toFixed(4)),
      ...insteadRuns,
    ]),
  };
}

const cheap = node('cheap', { usdPerHour: 1, quota: 'D' });
const dear = node('dear', { usdPerHour: 3 });

test('a limit is binding from the first period on in which it leaves no room for a node more, with the figures of that period', () => {
  expect(told(make([cheap, dear], [2, 3, 5, 3], { quotas: { D: 12 } })).binding).toEqual([
    // In one of four hours a node more, which is 4 vCPU, would save 2 dollars.
    ['quota.D', 1, 12, 12, 0.5],
  ]);
  expect(told(make([cheap, dear], [2, 3], { quotas: { D: 15 } })).binding).toEqual([['quota.D', 1, 12, 15, 0]]);
  expect(told(make([cheap, dear], [2, 3], { quotas: { D: 16 } })).binding).toEqual([]);
});

test('a price counts each period as long as it lasts', () => {
  const of = { ...make([cheap, dear], [2, 5], { quotas: { D: 12 } }), periodHours: [1, 3] };
  expect(told(of).binding).toEqual([['quota.D', 1, 12, 12, 1.5]]);
});

test('a share is binding where one node more of its part would break it, and only where nodes run', () => {
  const spot = node('spot/spot', { usdPerHour: 0.4 });
  expect(told(make([cheap, spot], [0, 4], { spotShare: 0.5 })).binding).toEqual([['spotShare', 1, 2, 2, expect.any(Number)]]);
  const [saves] = told(make([cheap, spot], [4, 4], { spotShare: 0.5 })).binding.map(([, , , , each]) => each);
  // A GPU more of spot in place of one on demand.
  expect(saves).toBeCloseTo(2 * 0.6, 2);
  expect(told(make([cheap, spot], [0, 0], { spotShare: 0.5 })).binding).toEqual([]);
});

test('a limit is binding by the cheapest node that it concerns, not by the largest', () => {
  const large = node('a', { usdPerHour: 30, vCpu: 16, quota: 'D' });
  // Two cheap nodes are 8 of 18 vCPU: a third one fits, a large one would not.
  expect(told(make([large, cheap], [2], { quotas: { D: 18 } })).binding).toEqual([]);
  expect(told(make([large, cheap], [2], { quotas: { D: 11 } })).binding.map(([name]) => name)).toEqual(['quota.D']);
});

test('an offering that holds some of the workloads lacks nothing', () => {
  const wide = kind('wide', { on: { l40s: { gpus: 2, throughput: 1 } } });
  const two = node('two', { usdPerHour: 1.5, gpus: 2, cpuMilli: 8_000, memoryMiB: 32_000 });
  const of = problem({ offerings: [two, node('single', { usdPerHour: 1 })], classes: [kind('a'), wide], demand: { a: [2], wide: [1] } });
  expect(told(of).rejected).toEqual([['single', 0.25, 'two']]);
});

test('limits are told in order, and one that concerns nothing never', () => {
  const of = make([cheap, dear], [3], { quotas: { E: 0, D: 12 }, gpuCeiling: 3 });
  expect(told(of).binding.map(([name]) => name)).toEqual(['quota.D', 'ceiling']);
});

test('an unused offering is too dear by what it costs beyond what runs, in the period where that is least', () => {
  // Two of the large kind would hold five; one holds the three of the first period at 3 dollars, less than its 3.5.
  const large = node('large', { usdPerHour: 4.5, gpus: 4, cpuMilli: 16_000, memoryMiB: 64_000 });
  expect(told(make([cheap, large], [3, 5])).rejected).toEqual([['large', 0.5, 'cheap']]);
  // Where a quota leaves room for fewer of the cheap ones, what runs beside them is dearer.
  expect(told(make([cheap, dear, node('near', { usdPerHour: 3.1 })], [3, 5], { quotas: { D: 16 } })).rejected).toEqual([
    ['near', 0.1, 'cheap', 'dear'],
  ]);
});

test('the nearest comes first, then by name, and those that lack something last', () => {
  const others = [
    node('b', { usdPerHour: 2 }),
    node('a', { usdPerHour: 2 }),
    node('c', { usdPerHour: 1.5 }),
    node('tiny', { usdPerHour: 0.1, gpus: 0, quota: 'D' }),
    node('cpu', { usdPerHour: 0.1, gpu: null, gpus: 0, quota: 'D' }),
  ];
  expect(told(make([cheap, ...others], [3], { quotas: { D: 400 } })).rejected).toEqual([
    ['c', 0.5, 'cheap'],
    ['a', 1, 'cheap'],
    ['b', 1, 'cheap'],
    ['cpu', 'a GPU of type l40s', 'cheap'],
    ['tiny', '1 GPU', 'cheap'],
  ]);
});

test('what is committed is not told as unused, nor what serves nothing that is wanted', () => {
  const reserved = node('reserved/reserved', { usdPerHour: 9, committed: { least: 0, most: 2 } });
  expect(told(make([cheap, reserved], [3])).rejected).toEqual([]);
  expect(told(make([cheap, dear], [0])).rejected).toEqual([
    ['cheap', 1],
    ['dear', 3],
  ]);
});

test('beside what is committed an offering is worth less', () => {
  const reserved = node('reserved/reserved', { usdPerHour: 0.5, committed: { least: 0, most: 5 } });
  // All four are reserved: a node on demand is too dear by its whole price.
  expect(told(make([cheap, reserved], [4, 4])).rejected).toEqual([['cheap', 1, 'reserved/reserved']]);
});

test('at most three offerings of the same pool are named that run instead, the most nodes first', () => {
  const on = ['a', 'b', 'c', 'd'];
  const offerings = on.map((gpu) => node(gpu, { usdPerHour: 1, gpu }));
  const classes = on.map((gpu) => kind(gpu, { on: { [gpu]: { gpus: 1, throughput: 1 } } }));
  const unused = node('unused', { usdPerHour: 5, gpu: 'a' });
  const elsewhere = node('elsewhere', { usdPerHour: 1, pool: 'other' });
  const of = problem({
    offerings: [...offerings, unused, elsewhere],
    classes: [...classes, kind('elsewhere', { pool: 'other' })],
    demand: { a: [1], b: [3], c: [2], d: [3], elsewhere: [9] },
  });
  expect(told(of).rejected).toEqual([['unused', 4, 'b', 'd', 'c']]);
});

test('offerings of alike zones are each told', () => {
  const zones = ['x', 'y'].map((zone) => node(`far/on-demand/${zone}`, { zone, usdPerHour: 2 }));
  expect(told(make([cheap, ...zones], [3])).rejected).toEqual([
    ['far/on-demand/x', 1, 'cheap'],
    ['far/on-demand/y', 1, 'cheap'],
  ]);
});

test('equal demands are solved once, unless something is away', () => {
  const programsOf = (of: HorizonProblem) => {
    const solution = solveHorizon(of, solver, exact);
    if (!solution) throw new Error('refused');
    let solved = 0;
    sensitivityOf(of, solution, (program) => (solved++, solver(program)));
    return solved;
  };
  expect(programsOf(make([cheap, dear], [3, 5, 3, 5, 3]))).toBe(2);
  expect(programsOf(make([cheap, { ...dear, absentIn: [0] }], [3, 5, 3, 5, 3]))).toBe(3);
});

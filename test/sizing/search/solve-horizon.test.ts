import { highsSolver } from '../../../lib/adapters/highs';
import { sensitivityOf } from '../../../lib/sizing/explain/sensitivity';
import { solveHorizon } from '../../../lib/sizing/search/solve-horizon';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { Solver } from '../../../lib/sizing/problem/program';
import { exact, kind, node, problem, randomProblem, withZoneShare } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

test('another order of offerings, classes and quotas gives the same bytes, and so does another solver', async () => {
  const another = await highsSolver();
  for (let seed = 1; seed <= 25; seed++) {
    const one = randomProblem(9_000 + seed, { periods: 4, offerings: 6, classes: 3, demand: 5 });
    const turned: HorizonProblem = {
      ...one,
      offerings: [...one.offerings].reverse(),
      classes: [...one.classes].reverse(),
      demand: Object.fromEntries(Object.entries(one.demand).reverse()),
      limits: [...one.limits].reverse(),
    };
    expect(JSON.stringify(solveHorizon(turned, another))).toBe(JSON.stringify(solveHorizon(one, solver)));
  }
});

test('equal periods are solved once', () => {
  let solves = 0;
  const counting: Solver = (program) => (solves++, solver(program));
  const offerings = [node('n', { usdPerHour: 2 })];
  solveHorizon(
    problem({ offerings, classes: [kind('a')], demand: { a: Array.from({ length: 48 }, (_, hour) => 1 + (hour % 3)) } }),
    counting,
  );
  expect(solves).toBe(3);
});

test('nodes that are needed most of the time are committed, the rest are not', () => {
  const offerings = [node('n', { usdPerHour: 2 }), node('n/reserved', { usdPerHour: 1.2, committed: { least: 0, most: 9 } })];
  const answer = solveHorizon(problem({ offerings, classes: [kind('a')], demand: { a: [2, 2, 2, 5] } }), solver, exact);
  expect(answer).toMatchObject({
    status: 'optimal',
    termination: 'proven',
    committed: { 'n/reserved': 2 },
    usd: 2 * 1.2 * 4 + 3 * 2,
    gapPercent: 0,
  });
});

test('nodes that are committed already are used before any is bought, and cost nothing', () => {
  const offerings = [node('n', { usdPerHour: 2 }), node('n/reserved', { usdPerHour: 1.2, committed: { least: 3, most: 3 } })];
  const answer = solveHorizon(problem({ offerings, classes: [kind('a')], demand: { a: [2, 5] } }), solver);
  expect(answer).toMatchObject({ committed: { 'n/reserved': 3 }, usd: 4 });
});

test('no zone has more than its share of the nodes, and the cheapest zones have theirs', () => {
  const offerings = [
    node('n/on-demand/a', { zone: 'a', usdPerHour: 1 }),
    node('n/on-demand/b', { zone: 'b', usdPerHour: 2 }),
    node('n/on-demand/c', { zone: 'c', usdPerHour: 3 }),
  ];
  const answer = solveHorizon(withZoneShare(problem({ offerings, classes: [kind('w')], demand: { w: [6] } }), 0.5), solver);
  expect(answer).toMatchObject({ status: 'optimal', usd: 3 * 1 + 3 * 2 });
});

test('no demand, no nodes', () => {
  const offerings = [node('n', { usdPerHour: 2 }), node('n/reserved', { usdPerHour: 1.2, committed: { least: 0, most: 3 } })];
  expect(solveHorizon(problem({ offerings, classes: [kind('a')], demand: { a: [0, 0] } }), solver)).toMatchObject({
    usd: 0,
    boundUsd: 0,
    committed: {},
    periods: [[], []],
  });
});

test('a quota that binds has the price of what a vCPU more would save', () => {
  const offerings = [node('cheap', { usdPerHour: 1, quota: 'Q', vCpu: 4 }), node('dear', { usdPerHour: 3 })];
  const one = problem({
    offerings,
    classes: [kind('a')],
    demand: { a: [5, 5] },
    limits: { quotas: { Q: 12 }, gpuCeiling: null, spotShare: 1 },
  });
  const answer = solveHorizon(one, solver);
  if (!answer) throw new Error('refused');
  expect(sensitivityOf(one, answer, solver).binding).toEqual([
    // A node more of the cheap kind is 4 vCPU and saves 2 dollars in each of two hours.
    {
      limit: one.limits[0],
      available: 12,
      used: 12,
      period: 0,
      savesUsd: expect.closeTo(2 * 0.5, 6) as number,
    },
  ]);
});

test('an offering that is not used says how much too dear it is, and beside what', () => {
  const offerings = [node('cheap', { usdPerHour: 1 }), node('dear', { usdPerHour: 3 }), node('dearer', { usdPerHour: 5 })];
  const one = problem({ offerings, classes: [kind('a')], demand: { a: [5] } });
  const answer = solveHorizon(one, solver);
  if (!answer) throw new Error('refused');
  expect(sensitivityOf(one, answer, solver)).toEqual({
    binding: [],
    rejected: [
      { offering: 'dear', usdPerHour: 3, tooDearByUsdPerHour: expect.closeTo(2, 6) as number, lacks: null, insteadRuns: ['cheap'] },
      { offering: 'dearer', usdPerHour: 5, tooDearByUsdPerHour: expect.closeTo(4, 6) as number, lacks: null, insteadRuns: ['cheap'] },
    ],
  });
});

test('an offering is used once its price falls by what was told, and not before', () => {
  const classes = [kind('a'), kind('b', { cpuMilli: 2_000, memoryMiB: 6_000 })];
  const make = (fall: number) =>
    problem({
      offerings: [node('cheap', { usdPerHour: 1 }), node('dear', { usdPerHour: 6 - fall, gpus: 2, cpuMilli: 8_000, memoryMiB: 32_000 })],
      classes,
      demand: { a: [6, 2], b: [4, 2] },
    });
  const solved = (fall: number) => {
    const answer = solveHorizon(make(fall), solver, exact);
    if (!answer) throw new Error('refused');
    return answer;
  };
  const [{ tooDearByUsdPerHour }] = sensitivityOf(make(0), solved(0), solver).rejected;
  const isUsed = (fall: number) => solved(fall).periods.some((groups) => groups.some(({ offering }) => offering === 'dear'));
  expect(tooDearByUsdPerHour).toBeCloseTo(4, 6);
  expect([isUsed((tooDearByUsdPerHour ?? 0) - 0.01), isUsed((tooDearByUsdPerHour ?? 0) + 0.01)]).toEqual([false, true]);
});

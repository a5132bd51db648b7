import { highsSolver } from '../../../lib/adapters/highs';
import { elastic, hopelessPeriods } from '../../../lib/sizing/explain/elastic';
import { leversOf } from '../../../lib/sizing/explain/levers';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { Solver } from '../../../lib/sizing/problem/program';
import { kind, node, problem, type TestOffering, withZoneShare } from '../search/support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const small = node('small', { usdPerHour: 2, quota: 'D' });
const make = (offerings: readonly TestOffering[], demand: readonly number[], limits = {}) =>
  problem({ offerings, classes: [kind('a')], demand: { a: demand }, limits });
/** By how much each lever is exceeded in a period, by the name of its slack, those that are not left out. */
const excess = (of: HorizonProblem, period = 0, names = leversOf(of).map(({ slack }) => slack)) => {
  const levers = leversOf(of).filter(({ slack }) => names.includes(slack));
  const all = elastic(of, period, levers, solver);
  return (
    all && Object.fromEntries(levers.flatMap(({ slack }, index) => (all[index] > 1e-6 ? [[slack, Number(all[index].toFixed(6))]] : [])))
  );
};

test('a period with room exceeds nothing, and one without is told by how much each limit would have to give', () => {
  const of = make([small], [2, 7], { quotas: { D: 20 } });
  expect(excess(of)).toEqual({});
  expect(excess(of, 1)).toEqual({ 'quota.D': 8 });
  expect(excess(of, 1, [])).toBeUndefined();
  expect(excess(of, 0, [])).toEqual({});
});

test('the excess is least in parts of each limit: a large one gives way first', () => {
  const offerings = [small, node('other', { usdPerHour: 2, gpu: 'a10g' })];
  const of = problem({
    offerings: [
      { ...small, mostNodes: 2 },
      { ...offerings[1], mostNodes: 8 },
    ],
    classes: [kind('a', { on: { l40s: { gpus: 1, throughput: 1 }, a10g: { gpus: 1, throughput: 1 } } })],
    demand: { a: [13] },
  });
  expect(excess(of)).toEqual({ 'most other': 3 });
});

test('committed nodes and floors give way too', () => {
  const reserved = node('r', { usdPerHour: 1, committed: { least: 1, most: 2 } });
  expect(excess(make([reserved], [5]))).toEqual({ 'committed r': 3 });
  expect(excess(make([{ ...small, leastNodes: 5 }], [1], { gpuCeiling: 3 }), 0, ['floor small'])).toEqual({ 'floor small': 2 });
});

test('replicas that fit in sum and not on single nodes find no room', () => {
  const four = node('four', { usdPerHour: 1, gpus: 4, cpuMilli: 16_000, memoryMiB: 64_000, mostNodes: 3 });
  const three = kind('a', { on: { l40s: { gpus: 3, throughput: 1 } } });
  const of = problem({ offerings: [four], classes: [three], demand: { a: [4] } });
  expect(excess(of, 0, [])).toBeUndefined();
  expect(excess(of)).toEqual({ 'most four': 1 });
});

/** The periods without room, those that are solved to cure them, and how many programs it took. */
function hopeless(of: HorizonProblem) {
  let solved = 0;
  const answer = hopelessPeriods(of, (program) => (solved++, solver(program)));
  return { periods: [...answer.periods].sort((a, b) => a - b), worst: answer.worst, solved };
}

test('a demand that covers one without room has none either, and the largest stands for it', () => {
  const of = make([small], [1, 6, 9, 6, 2, 7], { gpuCeiling: 5 });
  // Of 1, 2, 6, 7 and 9 the third is the first without room.
  expect(hopeless(of)).toEqual({ periods: [1, 2, 3, 5], worst: [2], solved: 3 });
});

test('demands of which none covers the other are each solved, from the smallest on', () => {
  const of = problem({
    offerings: [small],
    classes: [kind('a'), kind('b')],
    demand: { a: [4, 1, 4, 2], b: [2, 5, 5, 1] },
    limits: { gpuCeiling: 5 },
  });
  expect(hopeless(of)).toEqual({ periods: [0, 1, 2], worst: [2], solved: 3 });
});

test('periods that lack other offerings are told apart', () => {
  const spare = { ...node('spare', { usdPerHour: 3 }), absentIn: [1] };
  const of = make([{ ...small, mostNodes: 4 }, spare], [6, 6, 30, 5]);
  expect(hopeless(of)).toMatchObject({ periods: [1, 2], worst: [1, 2] });
});

test('where a zone or a type has a share, no demand stands for a smaller one', () => {
  // One replica is all in one zone; two are half and half.
  const zones = ['a', 'b'].map((zone) => node(`n/on-demand/${zone}`, { zone, usdPerHour: 1, mostNodes: 3 }));
  const of = { ...withZoneShare(make(zones, [8, 7]), 0.5), noneEmpty: true };
  expect(hopeless(of)).toEqual({ periods: [0, 1], worst: [1, 0], solved: 2 });
});

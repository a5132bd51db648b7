import { highsSolver } from '../../../lib/adapters/highs';
import { wholeModel } from '../../../lib/sizing/problem/model';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { LinearProgram, Solver } from '../../../lib/sizing/problem/program';
import { type PeriodSearch, rentPeriods, solvePeriods } from '../../../lib/sizing/search/solve-period';
import { written } from '../problem/written';
import { kind, node, problem, type TestOffering } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const effort = { relativeGap: 0, maxNodes: 200_000 };
function solved(of: HorizonProblem, periods: readonly number[], committed: readonly number[], fields: Partial<PeriodSearch> = {}) {
  return solvePeriods(wholeModel(of), periods, committed, { solver, effort, ...fields }).map(
    (answer) =>
      answer && {
        usd: Number(answer.usdPerHour.toFixed(6)),
        bound: Number(answer.boundUsdPerHour.toFixed(6)),
        nodes: answer.nodes,
        contents: answer.contents.map((groups) => groups.map(({ nodes, replicas }) => [nodes, ...replicas])),
      },
  );
}

const one = node('one', { usdPerHour: 2 });
const held = node('one/reserved', { usdPerHour: 1.2, committed: { least: 0, most: 4 } });
const make = (offerings: readonly TestOffering[], demand: readonly number[], fields: Partial<HorizonProblem> = {}): HorizonProblem => ({
  ...problem({ offerings, classes: [kind('a')], demand: { a: demand } }),
  ...fields,
});

test('each period has the cheapest nodes beside the committed ones, which cost it nothing, in the order that was asked for', () => {
  expect(solved(make([one, held], [5, 1, 3]), [2, 0, 1], [0, 2])).toEqual([
    { usd: 2, bound: 2, nodes: [1, 2], contents: [[[3, 1]]] },
    { usd: 6, bound: 6, nodes: [3, 2], contents: [[[5, 1]]] },
    { usd: 0, bound: 0, nodes: [0, 1], contents: [[[1, 1]]] },
  ]);
});

test('a period without room has no answer, and leaves the others theirs', () => {
  const few = make([{ ...one, mostNodes: 2 }], [1, 3, 2]);
  expect(solved(few, [0, 1, 2], [0]).map((answer) => answer?.usd)).toEqual([2, undefined, 4]);
});

test('among answers of equal cost the fewest nodes are taken where that is asked for', () => {
  const four = node('four', { usdPerHour: 8, gpus: 4, cpuMilli: 16_000, memoryMiB: 64_000 });
  const [answer] = solved(make([one, four], [9]), [0], [0, 0], { canonical: true });
  // In the order of the names: four, one.
  expect(answer?.nodes).toEqual([2, 1]);
  expect([answer?.usd, answer?.bound]).toEqual([18, 18]);
});

const four = node('four', { usdPerHour: 10, gpus: 4, cpuMilli: 64_000, memoryMiB: 256_000 });
const three = kind('three', { on: { l40s: { gpus: 3, throughput: 1 } } });
const two = kind('two', { on: { l40s: { gpus: 2, throughput: 1 } } });

test('where the replicas do not pack, the contents of nodes decide, and prove what they cost', () => {
  const of = problem({ offerings: [four], classes: [three, two], demand: { three: [2], two: [1] } });
  expect(solved(of, [0], [0])).toEqual([
    {
      usd: 30,
      bound: 30,
      nodes: [3],
      contents: [
        [
          [2, 1, 0],
          [1, 0, 1],
        ],
      ],
    },
  ]);
});

test('where contents are too many to list, nodes are bought until the replicas pack, and the bound is that of their sums', () => {
  const small = Array.from({ length: 6 }, (_, index) =>
    kind(`x${index}`, { cpuMilli: 2_000 + index, memoryMiB: 100, on: { l40s: { gpus: 0, throughput: 1 } } }),
  );
  const demand = { three: [2], two: [1], ...Object.fromEntries(small.map(({ name }) => [name, [1]])) };
  const of = problem({ offerings: [four], classes: [three, two, ...small], demand });
  expect(solved(of, [0], [0])).toMatchObject([{ usd: 30, bound: 20, nodes: [3] }]);
});

test('where the replicas do not pack on as many nodes as there may be, there is no answer', () => {
  const few = problem({ offerings: [{ ...four, mostNodes: 2 }], classes: [three, two], demand: { three: [2], two: [1] } });
  expect(solved(few, [0], [0])).toEqual([undefined]);
});

test('nodes that run in any case share the replicas where none may be empty, and otherwise the first takes them', () => {
  const contents = (noneEmpty: boolean) => solved(make([{ ...four, leastNodes: 3 }], [2], { noneEmpty }), [0], [0])[0]?.contents;
  expect(contents(true)).toEqual([
    [
      [2, 1],
      [1, 0],
    ],
  ]);
  expect(contents(false)).toEqual([
    [
      [1, 2],
      [2, 0],
    ],
  ]);
});

test('several periods are asked of the solver at once, each to the effort', () => {
  const batches: (readonly LinearProgram[])[] = [];
  const many = (programs: readonly LinearProgram[]) => {
    batches.push(programs);
    return programs.map((program) => solver(program));
  };
  const both: Solver = Object.assign((program: LinearProgram) => solver(program), { many });
  solved(make([one, held], [5, 1, 3]), [0, 1], [0, 2], { solver: both, effort: { relativeGap: 0.25, maxNodes: 7 } });
  expect(batches.map((programs) => programs.length)).toEqual([2]);
  expect(batches[0][0].effort).toEqual({ relativeGap: 0.25, maxNodes: 7, plain: true, untilFound: true });
});

/** The program that rents committed nodes for a period, and its answer. */
function rented(least: number, most: number, price: number) {
  const programs: LinearProgram[] = [];
  const recording: Solver = (program) => {
    programs.push(program);
    return solver(program);
  };
  const of = make([one, held], [0, 5], { periodHours: [9, 3] });
  const prices = [
    [0, 0],
    [0, price],
  ];
  const box = { least: [0, least], most: [0, most] };
  const [answer] = rentPeriods(wholeModel(of), [1], prices, box, { solver: recording, effort });
  return { lines: written(programs[0]), answer };
}

test('a period rents committed nodes at their price, and buys others by the hour as long as it lasts', () => {
  const { lines, answer } = rented(0, 4, 5);
  expect(lines.slice(0, 3)).toEqual(['minimise 6 one + 5 one/reserved', 'one: whole of 0..5', 'one/reserved: whole of 0..4']);
  expect(answer).toEqual({ boundUsd: expect.closeTo(4 * 5 + 6, 6) as number, nodes: [1, 4] });
});

test('those that are there in any case are used for nothing, and beyond them rent is paid', () => {
  const { lines, answer } = rented(3, 4, 5);
  expect(lines[0]).toBe('minimise 6 one + 5 rented');
  expect(lines).toContain('rented: whole of 0..1');
  expect(lines.at(-1)).toBe('rented: one/reserved + -1 rented <= 3');
  expect(answer).toEqual({ boundUsd: expect.closeTo(5 + 6, 6) as number, nodes: [1, 4] });
});

test('where no more may be committed than are there, or their price is nothing, no rent is paid', () => {
  expect(rented(4, 4, 5).answer?.boundUsd).toBeCloseTo(6, 6);
  expect(rented(4, 4, 5).lines[0]).toBe('minimise 6 one');
  expect(rented(1, 4, 0).lines.filter((line) => line.startsWith('rented'))).toEqual([]);
});

test('a period that finds no room whatever it rents is told', () => {
  const of = make([held], [5]);
  expect(rentPeriods(wholeModel(of), [0], [[1]], { least: [0], most: [4] }, { solver, effort })).toEqual([undefined]);
});

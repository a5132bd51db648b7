import { fc, test as propertyTest } from '@fast-check/jest';
import { highsSolver } from '../../../lib/adapters/highs';
import { wholeModel } from '../../../lib/sizing/problem/model';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { LinearProgram, Solver } from '../../../lib/sizing/problem/program';
import { decideCommitted } from '../../../lib/sizing/search/decide-committed';
import { type SizingEffort, sizingEfforts } from '../../../lib/sizing/search/effort';
import { improve } from '../../../lib/sizing/search/improve-committed';
import { relaxationOf } from '../../../lib/sizing/search/relaxation';
import { bruteForce } from './brute-force';
import { exact, kind, node, problem, randomProblem } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const decide = (of: HorizonProblem, effort: SizingEffort = exact, by = solver) => {
  const decided = decideCommitted(wholeModel(of), by, effort);
  if ('impossibleAt' in decided) return decided;
  const { committed, usd, boundUsd, periods } = decided;
  return { committed, usd: Number(usd.toFixed(6)), boundUsd: Number(boundUsd.toFixed(6)), nodes: periods.map(({ nodes }) => nodes) };
};
const held = (least: number, most: number) => ({ least, most });
const demand = node('n', { usdPerHour: 2 });
const reserved = (least: number, most: number) => node('n/reserved', { usdPerHour: 1.2, committed: held(least, most) });
const make = (offerings: Parameters<typeof problem>[0]['offerings'], wanted: readonly number[], fields: Partial<HorizonProblem> = {}) => ({
  ...problem({ offerings, classes: [kind('a')], demand: { a: wanted } }),
  ...fields,
});

test('as many nodes are committed as pay for themselves over the horizon, each period as long as it lasts', () => {
  // A committed node costs 1.2 of 2 dollars: it pays from six tenths of the time on.
  expect(decide(make([demand, reserved(0, 9)], [2, 2, 2, 5]))).toEqual({
    committed: [0, 2],
    usd: 2 * 1.2 * 4 + 3 * 2,
    boundUsd: 2 * 1.2 * 4 + 3 * 2,
    nodes: [
      [0, 2],
      [0, 2],
      [0, 2],
      [3, 2],
    ],
  });
  expect(decide(make([demand, reserved(0, 9)], [2, 5], { periodHours: [1, 3] }))).toMatchObject({ committed: [0, 5], usd: 5 * 1.2 * 4 });
});

test('what is committed already costs nothing more, and no fewer are', () => {
  expect(decide(make([demand, reserved(3, 9)], [1, 1, 1, 1]))).toMatchObject({ committed: [0, 3], usd: 0, boundUsd: 0 });
  expect(decide(make([demand, reserved(3, 9)], [5, 5]))).toMatchObject({ committed: [0, 5], usd: 2 * 1.2 * 2, boundUsd: 2 * 1.2 * 2 });
  expect(decide(make([demand, reserved(3, 3)], [5, 2]))).toMatchObject({ committed: [0, 3], usd: 2 * 2, boundUsd: 2 * 2 });
});

test('no more are committed than may be', () => {
  expect(decide(make([demand, reserved(0, 1)], [3, 3]))).toMatchObject({ committed: [0, 1], usd: 1.2 * 2 + 2 * 2 * 2 });
});

test('a period that finds no room is told: the first one', () => {
  expect(decide(make([reserved(0, 3)], [1, 2, 4, 5]))).toEqual({ impossibleAt: 2 });
  expect(decide(make([reserved(3, 3)], [1, 4]))).toEqual({ impossibleAt: 1 });
  expect(decide(make([{ ...demand, mostNodes: 2 }], [1, 2, 3]))).toEqual({ impossibleAt: 2 });
});

test('where a round number of committed nodes leaves a period no room, as many are committed as may be', () => {
  // The relaxation holds 2.5 nodes of four GPU for ten replicas that stand on three.
  const four = node('four/reserved', { usdPerHour: 4, gpus: 4, cpuMilli: 16_000, memoryMiB: 64_000, committed: held(0, 5) });
  const three = kind('a', { on: { l40s: { gpus: 3, throughput: 1 } } });
  const of = { ...problem({ offerings: [four], classes: [three], demand: { a: [4, 1] } }) };
  expect(decide(of)).toMatchObject({ committed: [4], usd: 4 * 4 * 2 });
});

const problems = fc
  .integer({ min: 0, max: 2_000 })
  .map((seed) => randomProblem(40_000 + seed, { periods: 3, offerings: 3 + (seed % 2), classes: 1 + (seed % 2), demand: 3 }));

propertyTest.prop([problems, fc.constantFrom<keyof typeof sizingEfforts>('fast', 'balanced', 'best')], { numRuns: 30 })(
  'the cheapest there is lies between the bound and the answer, which keeps the gap that the effort asks for where it is proven',
  (of, name) => {
    const least = bruteForce(of);
    const decided = decideCommitted(wholeModel(of), solver, sizingEfforts[name]);
    if ('impossibleAt' in decided || least === null) {
      expect('impossibleAt' in decided ? null : decided.usd).toBe(least);
      return;
    }
    expect(decided.boundUsd).toBeLessThanOrEqual(least + 1e-6);
    expect(decided.usd).toBeGreaterThanOrEqual(least - 1e-6);
  },
);

/** The programs that a solver is asked, counted. */
function counting(): { readonly by: Solver; readonly programs: LinearProgram[] } {
  const programs: LinearProgram[] = [];
  return { by: (program) => (programs.push(program), solver(program)), programs };
}

test('where nothing is to be chosen no relaxation is solved, and each distinct demand once', () => {
  const { by, programs } = counting();
  decide(make([demand, reserved(2, 2)], [1, 5, 1, 5, 3]), exact, by);
  // A program for the cost of each demand and one for the order among equals.
  expect(programs).toHaveLength(6);
  expect(programs.every(({ variables }) => variables.every(({ integer }) => integer))).toBe(true);
});

test('a proof ends when the passes over the periods are spent, or at the gap that is asked for', () => {
  const of = randomProblem(70_018, { periods: 12, offerings: 7, classes: 2, demand: 4 });
  const solved = (committed: Partial<SizingEffort['committed']>) => {
    const { by, programs } = counting();
    const decided = decide(of, { ...exact, committed: { ...exact.committed, ...committed } }, by);
    if ('impossibleAt' in decided) throw new Error('no room');
    return { programs: programs.length, gap: 1 - decided.boundUsd / decided.usd };
  };
  const [none, all, wide] = [solved({ passes: 0 }), solved({}), solved({ relativeGap: 0.5 })];
  expect(none.programs).toBeLessThan(all.programs);
  expect(wide.programs).toBeLessThan(all.programs);
  expect(all.gap).toBeLessThan(1e-8);
  expect(none.gap).toBeGreaterThanOrEqual(all.gap);
  expect(wide.gap).toBeLessThanOrEqual(0.5);
});

test('committed nodes are moved up and down from where they begin, to the cheapest, within what may be committed', () => {
  const model = wholeModel(make([demand, reserved(0, 9)], [2, 2, 2, 5]));
  const improved = (start: number, box = { least: [0, 0], most: [0, 9] }, candidates = 30) => {
    const root = relaxationOf(model, solver)(box);
    const effort = { ...exact, committed: { ...exact.committed, candidates } };
    return improve(model, { solver, effort, prices: [0, 4.8], box, start: [0, start], root })[1];
  };
  expect([0, 1, 2, 3, 5].map((start) => improved(start))).toEqual([2, 2, 2, 2, 2]);
  expect(improved(5, { least: [0, 4], most: [0, 9] })).toBe(4);
  expect(improved(0, { least: [0, 0], most: [0, 1] })).toBe(1);
  // What it begins at is one of the candidates.
  expect([1, 2, 3].map((candidates) => improved(0, undefined, candidates))).toEqual([0, 1, 2]);
});

test('without curiosity nodes that cost little of everything stay where the relaxation holds a whole number of them', () => {
  // Fifty nodes, each less than a thirtieth of everything; in one period of four there are a few more.
  const many = (most: number, extra: number) => make([{ ...demand, mostNodes: 99 }, reserved(0, most)], [50, 50, 50, 50 + extra]);
  const improved = (of: HorizonProblem, start: number, curiosity: number) => {
    const model = wholeModel(of);
    const box = { least: [0, 0], most: model.offerings.map(({ committed }) => committed?.most ?? 0) };
    const root = relaxationOf(model, solver)(box);
    const effort = { ...exact, committed: { ...exact.committed, curiosity, candidates: 8 } };
    return improve(model, { solver, effort, prices: [0, 4.8], box, start: [0, start], root })[1];
  };
  expect(improved(many(99, 3), 49, 0)).toBe(49);
  expect(improved(many(99, 3), 49, 0.25)).toBe(50);
});

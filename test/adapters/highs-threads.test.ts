import { highsSolver } from '../../lib/adapters/highs';
import { threadedSolver, type ThreadedSolver } from '../../lib/adapters/highs-threads';
import { horizonEfforts, solveHorizon } from '../../lib/sizing/horizon/solve-horizon';
import type { LinearProgram, Solver } from '../../lib/sizing/types';
import { randomProblem } from '../sizing/horizon/support';

let solver: Solver;
let threaded: ThreadedSolver;
beforeAll(async () => {
  solver = await highsSolver();
  threaded = threadedSolver(solver, 3);
});
afterAll(() => threaded.close());

const knapsack = (size: number): LinearProgram => ({
  variables: Array.from({ length: 12 }, (_, index) => ({ name: `x${index}`, cost: 3 + ((index * 7) % 11), upper: 5, integer: true })),
  rows: [
    {
      name: 'cover',
      terms: Array.from({ length: 12 }, (_, index) => [index, 2 + ((index * 5) % 9)] as const),
      lower: size,
      upper: Infinity,
    },
  ],
});

test('several threads give the answers of one, in the order of the programs', () => {
  const programs = Array.from({ length: 60 }, (_, index) => knapsack(20 + index));
  const alone = programs.map((program) => solver(program));
  for (let round = 0; round < 3; round++) expect(threaded.many(programs)).toEqual(alone);
});

test('a program that one thread cannot solve fails here, in the same words', () => {
  const broken: LinearProgram = { variables: [{ name: 'a', cost: NaN, upper: 1, integer: true }], rows: [] };
  expect(() => threaded.many([knapsack(20), broken, broken, knapsack(21)])).toThrow('program: variable a has cost NaN and bounds 0 to 1');
  expect(threaded.many([knapsack(20), knapsack(21)])).toEqual([solver(knapsack(20)), solver(knapsack(21))]);
});

test('threads that have ended cost nothing but time', async () => {
  const ended = threadedSolver(solver, 2);
  await ended.close();
  expect(ended.many([knapsack(30), knapsack(31)])).toEqual([solver(knapsack(30)), solver(knapsack(31))]);
});

test('a horizon is sized to the same bytes on any number of threads', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const problem = randomProblem(700 + seed, { periods: 8, offerings: 6, classes: 3, demand: 5 });
    const one = solveHorizon(problem, solver, horizonEfforts.balanced);
    expect(JSON.stringify(solveHorizon(problem, threaded, horizonEfforts.balanced))).toBe(JSON.stringify(one));
  }
});

import { highsSolver } from '../../lib/adapters/highs';
import { threadedSolver, type ThreadedSolver, withSizingSolver } from '../../lib/adapters/highs-threads';
import { isProblemError } from '../../lib/problems';
import { sizingEfforts } from '../../lib/sizing/search/effort';
import { solveHorizon } from '../../lib/sizing/search/solve-horizon';
import { type LinearProgram, solveMany, type Solver } from '../../lib/sizing/problem/program';
import { sizePools } from '../../lib/sizing/size-pools';
import { hourly, seeded, smallInstance } from '../sizing/support';
import { randomProblem } from '../sizing/search/support';

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

test('few programs are solved on this thread alone, and the others start once there are many', () => {
  let here = 0;
  const counting: Solver = (program) => (here++, solver(program));
  const patient = threadedSolver(counting, 3, 30);
  const programs = Array.from({ length: 15 }, (_, index) => knapsack(20 + index));
  const alone = programs.map((program) => solver(program));
  expect([patient.many(programs), patient.many(programs)]).toEqual([alone, alone]);
  expect(here).toBe(30);
  let asked = 30;
  // A busy machine is slow to start a thread: many programs may be solved here before one is up.
  while (here === asked && asked < 60_000) {
    expect(patient.many(programs)).toEqual(alone);
    asked += 15;
  }
  expect(here).toBeLessThan(asked);
  return patient.close();
});

test('work is given a solver, whose threads end with it: its result or its failure comes back', async () => {
  const programs = Array.from({ length: 400 }, (_, index) => knapsack(20 + (index % 9)));
  const alone = programs.map((program) => solver(program));
  let kept: Solver = solver;
  expect(await withSizingSolver(2, (given) => solveMany((kept = given), programs))).toEqual(alone);
  expect(solveMany(kept, programs)).toEqual(alone);
  await expect(withSizingSolver(2, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('pools are sized to the same bytes on any number of threads', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const { pools, limits, replicas } = smallInstance(seed);
    const random = seeded(seed);
    const hours = Array.from({ length: 6 }, () =>
      Object.fromEntries(Object.keys(replicas).map((name) => [name, Math.floor(4 * random())])),
    );
    const sized = (by: Solver) => {
      try {
        return JSON.stringify(sizePools({ pools, limits, segments: hourly(hours), wantedCeilings: replicas, solver: by }));
      } catch (error) {
        if (isProblemError(error)) return error.message;
        throw error;
      }
    };
    expect(sized(threaded)).toBe(sized(solver));
  }
});

test('a horizon is sized to the same bytes on any number of threads', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const problem = randomProblem(700 + seed, { periods: 8, offerings: 6, classes: 3, demand: 5 });
    const one = solveHorizon(problem, solver, sizingEfforts.balanced);
    expect(JSON.stringify(solveHorizon(problem, threaded, sizingEfforts.balanced))).toBe(JSON.stringify(one));
  }
});

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { highsSolver } from '../../lib/adapters/highs';
import type { LinearProgram, LinearSolution, Solver } from '../../lib/sizing';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

type Variable = LinearProgram['variables'][number];
const whole = (name: string, cost: number, upper = 10): Variable => ({ name, cost, upper, integer: true });
const part = (name: string, cost: number, upper = 10): Variable => ({ name, cost, upper, integer: false });

const cover = (variables: readonly Variable[], lower: number): LinearProgram => ({
  variables,
  rows: [
    {
      name: 'cover',
      terms: [
        [0, 2],
        [1, 3],
      ],
      lower,
      upper: Infinity,
    },
  ],
});

/** Two subsets of equal sums, three times over: a hard program for its size. */
function marketSplit(): LinearProgram {
  const sizes = [0, 1, 2].map((row) => Array.from({ length: 24 }, (_, index) => ((index * 37 + row * 61 + index * index * 13) % 97) + 1));
  const slack = (name: string) => ({ name, cost: 1, upper: Infinity, integer: false });
  return {
    variables: [
      ...sizes[0].map((_, index) => whole(`x${index}`, 0, 1)),
      ...sizes.flatMap((_, row) => [slack(`over${row}`), slack(`under${row}`)]),
    ],
    rows: sizes.map((row, index) => {
      const half = Math.floor(row.reduce((sum, size) => sum + size, 0) / 2);
      const terms = row.map((size, at) => [at, size] as const);
      return { name: `row${index}`, terms: [...terms, [24 + 2 * index, 1], [25 + 2 * index, -1]], lower: half, upper: half };
    }),
  };
}

test('a mixed-integer program is solved to optimality and its bound proves it', () => {
  expect(solver(cover([whole('a', 3), whole('b', 4)], 7))).toEqual({ status: 'optimal', values: [2, 1], objective: 10, bound: 10 });
});

test('a program without whole variables is solved as it stands', () => {
  expect(solver(cover([part('a', 3), part('b', 4)], 7))).toMatchObject({ status: 'optimal', objective: 28 / 3, bound: 28 / 3 });
});

test('lower bounds of variables hold', () => {
  const program = cover([whole('a', 3), { ...whole('b', 4), lower: 2 }], 7);
  expect(solver(program)).toMatchObject({ values: [1, 2], objective: 11 });
});

test('what nothing satisfies is infeasible', () => {
  expect(solver(cover([whole('a', 3, 1), whole('b', 4, 1)], 7))).toEqual({ status: 'infeasible' });
});

test('a program without variables or rows is answered too', () => {
  expect(solver({ variables: [], rows: [] })).toEqual({ status: 'optimal', values: [], objective: 0, bound: 0 });
  expect(solver({ variables: [], rows: [{ name: 'r', terms: [], lower: 1, upper: 2 }] })).toEqual({ status: 'infeasible' });
  expect(solver({ variables: [whole('a', 3)], rows: [] })).toMatchObject({ status: 'optimal', values: [0] });
});

test('the same program gives the same bytes from another solver', async () => {
  const another = await highsSolver();
  const program = marketSplit();
  const [first, second] = [solver, another].map((each) => JSON.stringify(each({ ...program, effort: { relativeGap: 0, maxNodes: 40 } })));
  expect(second).toBe(first);
});

test('a limit of nodes ends the search with a solution and what was proved', async () => {
  const limited = await highsSolver({ maxNodes: 5 });
  const { status, objective, bound } = limited(marketSplit()) as Exclude<LinearSolution, { status: 'infeasible' }>;
  expect(status).toBe('feasible');
  expect(bound).toBeLessThan(objective);
});

test('where the nodes are spent before there is a solution the search fails or, if told so, goes on to the first one', () => {
  const sizes = Array.from({ length: 18 }, (_, index) => ((index * 37 + index * index * 13) % 97) + 1);
  const sum = sizes.reduce((total, size, index) => total + (index % 3 === 1 ? size : 0), 0);
  const program: LinearProgram = {
    variables: sizes.map((_, index) => whole(`x${index}`, ((index * 5) % 7) + 1, 1)),
    rows: [{ name: 'sum', terms: sizes.map((size, index) => [index, size] as const), lower: sum, upper: sum }],
  };
  const limited = (untilFound: boolean) => solver({ ...program, effort: { relativeGap: 0, maxNodes: 0, plain: true, untilFound } });
  expect(() => limited(false)).toThrow('ended with status');
  const { values } = limited(true) as Exclude<LinearSolution, { status: 'infeasible' }>;
  expect(values.reduce((total, value, index) => total + Math.round(value) * sizes[index], 0)).toBe(sum);
  // And the next program is searched to its end again.
  expect(solver(program)).toMatchObject({ status: 'optimal' });
});

test.each<[string, LinearProgram, string]>([
  ['a cost that is no number', { variables: [whole('a', NaN)], rows: [] }, 'program: variable a has cost NaN and bounds 0 to 10'],
  ['bounds that cross', { variables: [whole('a', 1, -1)], rows: [] }, 'program: variable a has cost 1 and bounds 0 to -1'],
  [
    'a cost without a bottom',
    { variables: [part('a', -1, Infinity)], rows: [] },
    'program: variable a has a negative cost and no upper bound',
  ],
  [
    'a variable that is not there',
    { variables: [whole('a', 1)], rows: [{ name: 'r', terms: [[1, 1]], lower: 0, upper: 1 }] },
    'program: row r is malformed (bounds 0 to 1)',
  ],
  [
    'a variable named twice',
    {
      variables: [whole('a', 1)],
      rows: [
        {
          name: 'r',
          terms: [
            [0, 1],
            [0, 2],
          ],
          lower: 0,
          upper: 1,
        },
      ],
    },
    'program: row r names a variable twice',
  ],
])('%s is refused in one line', (_, program, message) => {
  expect(() => solver(program)).toThrow(new Error(message));
});

test('a failure inside the solver is one short error', () => {
  const program: LinearProgram = { variables: [whole('a', 1)], rows: [{ name: 'r', terms: [[0, 1e200]], lower: 1, upper: 2 }] };
  let failure: Error | undefined;
  try {
    solver(program);
  } catch (error) {
    failure = error as Error;
  }
  expect(failure?.message).toBe('the solver failed on a program of 1 variables and 1 rows: passModel failed with HiGHS status -1');
  expect(failure?.cause).toBeUndefined();
  expect(solver(cover([whole('a', 3), whole('b', 4)], 7))).toMatchObject({ objective: 10 });
});

test('it prints nothing', () => {
  const program = JSON.stringify(cover([whole('a', 3), whole('b', 4)], 7)).replace(/null/g, '1e30');
  const script = `require('./lib/adapters/highs.ts').highsSolver().then((solve) => { solve(${program}); try { solve({ variables: [{ name: 'a', cost: 1, upper: 1, integer: true }], rows: [{ name: 'r', terms: [[0, 1e200]], lower: 1, upper: 2 }] }); } catch {} })`;
  const root = join(__dirname, '../..');
  expect(
    execFileSync(process.execPath, ['-r', './bin/register.cjs', '-e', script], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  ).toBe('');
});

import { highsSolver } from '../../../lib/adapters/highs';
import { programBuilder, type LinearProgram, type Solver, type Term } from '../../../lib/sizing/problem/program';
import { fewestNodes } from '../../../lib/sizing/search/fewest-nodes';
import { written } from '../problem/written';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

/** Kinds of nodes that hold so many replicas and cost so much, for a demand of replicas. */
function buying(kinds: readonly (readonly [name: string, holds: number, usd: number])[], demand: number): LinearProgram {
  const builder = programBuilder();
  const nodes = kinds.map(([name, , cost]) => builder.variable({ name, cost, upper: 9, integer: true }));
  builder.row(
    'demand',
    nodes.map((node, index): Term => [node, kinds[index][1]]),
    { lower: demand },
  );
  return builder.program();
}

function chosen(program: LinearProgram, nodes: readonly number[]): readonly number[] {
  const first = solver(program);
  if (first.status === 'infeasible') throw new Error('no room');
  const ordered = fewestNodes(program, nodes, first);
  const second = ordered ? solver(ordered) : first;
  return second.status === 'infeasible' ? [] : second.values.map((value) => Math.round(value));
}

test('of answers of equal cost the one with the fewest nodes is taken', () => {
  expect(
    chosen(
      buying(
        [
          ['small', 1, 1],
          ['large', 4, 4],
        ],
        6,
      ),
      [0, 1],
    ),
  ).toEqual([2, 1]);
  expect(
    chosen(
      buying(
        [
          ['large', 4, 4],
          ['small', 1, 1],
        ],
        6,
      ),
      [0, 1],
    ),
  ).toEqual([1, 2]);
});

test('of those with as few nodes, the one whose nodes come first', () => {
  const alike = buying(
    [
      ['a', 1, 1],
      ['b', 1, 1],
      ['c', 1, 1],
    ],
    3,
  );
  expect(chosen(alike, [0, 1, 2])).toEqual([3, 0, 0]);
  expect(chosen(alike, [2, 1, 0])).toEqual([0, 0, 3]);
  expect(chosen(alike, [1, 0, 2])).toEqual([0, 3, 0]);
});

test('a node fewer counts for more than any ranks: two of the last kind go before three of the first', () => {
  expect(
    chosen(
      buying(
        [
          ['first', 2, 2],
          ['last', 3, 3],
        ],
        6,
      ),
      [0, 1],
    ),
  ).toEqual([0, 2]);
});

test('what costs more is not taken for the sake of order', () => {
  expect(
    chosen(
      buying(
        [
          ['first', 1, 1.01],
          ['last', 1, 1],
        ],
        3,
      ),
      [0, 1],
    ),
  ).toEqual([0, 3]);
});

test('the order is a program of its own, in which the cost is no more than it was', () => {
  const program = buying(
    [
      ['a', 1, 2],
      ['b', 1, 3],
    ],
    4,
  );
  const ordered = fewestNodes(program, [0, 1], { status: 'optimal', values: [2, 1.6], objective: 8, bound: 8 });
  // Four nodes: one more costs as much as all ranks together.
  expect(ordered && written(ordered)).toEqual([
    'minimise 5 a + 6 b',
    'a: whole of 0..9',
    'b: whole of 0..9',
    'demand: a + b >= 4',
    'cost: 2 a + 3 b <= 8',
  ]);
  expect(ordered?.rows[1].upper).toBeCloseTo(8 + 8e-7, 12);
  const cheap = fewestNodes(program, [0, 1], { status: 'optimal', values: [2, 2], objective: 0.5, bound: 0.5 });
  expect(cheap?.rows[1].upper).toBeCloseTo(0.5 + 1e-7, 12);
});

test('where there is one kind of nodes, or none runs, there is nothing to order', () => {
  const program = buying(
    [
      ['a', 1, 2],
      ['b', 1, 3],
    ],
    4,
  );
  expect(fewestNodes(program, [0], { status: 'optimal', values: [4, 0], objective: 8, bound: 8 })).toBeUndefined();
  expect(fewestNodes(program, [0, 1], { status: 'optimal', values: [0, 0], objective: 0, bound: 0 })).toBeUndefined();
  expect(fewestNodes(program, [0, 1], { status: 'optimal', values: [1, 0], objective: 0, bound: 0 })).toBeDefined();
});

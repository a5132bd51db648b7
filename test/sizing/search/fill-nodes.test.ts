import { fc, test as propertyTest } from '@fast-check/jest';
import { highsSolver } from '../../../lib/adapters/highs';
import type { Service, Shape } from '../../../lib/sizing/problem/model';
import type { Solver } from '../../../lib/sizing/problem/program';
import { type Filled, fillNodes, noneEmpty } from '../../../lib/sizing/search/fill-nodes';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

/** A node with so much CPU, and kinds of replicas that take so much of it; `null`: it does not serve that kind. */
function shapeOf(cpu: number, kinds: readonly (number | null)[]): Shape {
  const serves = kinds.map((need): Service | null =>
    need === null ? null : { need: [0, need, 0, 1], throughput: 1, fits: Math.floor(cpu / need) },
  );
  return { gpu: 'none', room: [0, cpu, 0, 99], serves };
}

/** For nodes that need no program. */
const unasked: Solver = () => {
  throw new Error('asked');
};

test('replicas are spread evenly over the nodes, alike nodes together and the fuller ones first', () => {
  expect(fillNodes(shapeOf(4, [1]), 3, [7], unasked)).toEqual([
    { nodes: 1, replicas: [3] },
    { nodes: 2, replicas: [2] },
  ]);
  expect(fillNodes(shapeOf(4, [1, 2]), 2, [4, 2], unasked)).toEqual([{ nodes: 2, replicas: [2, 1] }]);
});

test('where even is too wide they go where they fit first', () => {
  // One of each on every node leaves no room for the third of three.
  expect(fillNodes(shapeOf(6, [3, 2]), 2, [2, 3], unasked)).toEqual([
    { nodes: 1, replicas: [2, 0] },
    { nodes: 1, replicas: [0, 3] },
  ]);
});

test('without replicas the nodes are there, and empty', () => {
  expect(fillNodes(shapeOf(4, [1]), 0, [0], unasked)).toEqual([]);
  expect(fillNodes(shapeOf(4, [1]), 2, [0], unasked)).toEqual([{ nodes: 2, replicas: [0] }]);
  expect(fillNodes(shapeOf(4, [1]), 2, [0.2], unasked)).toEqual([{ nodes: 2, replicas: [0] }]);
});

test('what a solver leaves next to a whole number is that number', () => {
  expect(fillNodes(shapeOf(4, [1]), 1, [2.9999999], unasked)).toEqual([{ nodes: 1, replicas: [3] }]);
});

test('what does not fit is refused', () => {
  expect(fillNodes(shapeOf(4, [1]), 2, [9], solver)).toBeUndefined();
  expect(fillNodes(shapeOf(4, [3, 2]), 2, [2, 1], solver)).toBeUndefined();
  expect(fillNodes(shapeOf(2, [3]), 2, [1], solver)).toBeUndefined();
});

test('where every order fails, whole contents are chosen', () => {
  // 4 + 3 + 3 twice and 5 + 5 once are 10; placed kind by kind, in whatever order, some replica finds no room.
  expect(() => fillNodes(shapeOf(10, [4, 3, 5]), 3, [2, 4, 2], unasked)).toThrow('asked');
  expect(fillNodes(shapeOf(10, [4, 3, 5, null]), 3, [2, 4, 2, 0], solver)).toEqual([
    { nodes: 2, replicas: [1, 2, 0, 0] },
    { nodes: 1, replicas: [0, 0, 2, 0] },
  ]);
});

test('contents that hold more than is left of a kind hold what is left of it', () => {
  expect(() => fillNodes(shapeOf(7, [6, 2, 3]), 3, [1, 4, 2], unasked)).toThrow('asked');
  expect(fillNodes(shapeOf(7, [6, 2, 3]), 3, [1, 4, 2], solver)).toEqual([
    { nodes: 1, replicas: [1, 0, 0] },
    { nodes: 2, replicas: [0, 2, 1] },
  ]);
  const filled = fillNodes(shapeOf(10, [5, 3, 4]), 4, [3, 4, 3], solver) ?? [];
  expect([0, 1, 2].map((kind) => filled.reduce((sum, { nodes, replicas }) => sum + nodes * replicas[kind], 0))).toEqual([3, 4, 3]);
  expect(filled.reduce((sum, { nodes }) => sum + nodes, 0)).toBe(4);
});

const problem = fc.record({
  cpu: fc.integer({ min: 3, max: 12 }),
  kinds: fc.array(fc.option(fc.integer({ min: 1, max: 6 }), { freq: 8 }), { minLength: 1, maxLength: 3 }),
  nodes: fc.integer({ min: 0, max: 3 }),
  wanted: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 3 }),
});

propertyTest.prop([problem])(
  'replicas are placed, all of them on as many nodes within their room, where trying everything finds a way',
  (each) => {
    const { cpu, kinds, nodes } = each;
    const wanted = kinds.map((need, kind) => (need === null ? 0 : each.wanted[kind]));
    const filled = fillNodes(shapeOf(cpu, kinds), nodes, wanted, solver);
    expect(filled !== undefined).toBe(isPacked(cpu, kinds, nodes, wanted));
    if (!filled) return;
    expect(filled.reduce((sum, group) => sum + group.nodes, 0)).toBe(nodes);
    for (const { replicas } of filled)
      expect(replicas.reduce((sum, count, kind) => sum + count * (kinds[kind] ?? (count > 0 ? Infinity : 0)), 0)).toBeLessThanOrEqual(cpu);
    expect(kinds.map((_, kind) => filled.reduce((sum, group) => sum + group.nodes * group.replicas[kind], 0))).toEqual(wanted);
    expect(new Set(filled.map(({ replicas }) => replicas.join())).size).toBe(filled.length);
  },
);

/** Tries every place of every replica. */
function isPacked(cpu: number, kinds: readonly (number | null)[], nodes: number, wanted: readonly number[]): boolean {
  const replicas = wanted.flatMap((count, kind) => Array.from({ length: count }, () => kinds[kind] ?? Infinity)).sort((a, b) => b - a);
  const seen = new Set<string>();
  const place = (at: number, left: readonly number[]): boolean => {
    if (at === replicas.length) return true;
    const key = `${at} ${[...left].sort().join()}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return left.some((room, node) => room >= replicas[at] && place(at + 1, left.with(node, room - replicas[at])));
  };
  return place(
    0,
    Array.from({ length: nodes }, () => cpu),
  );
}

test('an empty node takes a replica of one that holds several, as long as there is one', () => {
  const groups = (...all: readonly (readonly [number, ...number[]])[]): readonly Filled[] =>
    all.map(([nodes, ...replicas]) => ({ nodes, replicas }));
  expect(noneEmpty(groups([1, 3], [2, 0]))).toEqual(groups([3, 1]));
  expect(noneEmpty(groups([1, 1, 2], [1, 0, 0]))).toEqual(groups([1, 1, 0], [1, 0, 2]));
  expect(noneEmpty(groups([1, 2], [3, 0]))).toEqual(groups([2, 1], [2, 0]));
  expect(noneEmpty(groups([2, 1], [1, 0]))).toEqual(groups([2, 1], [1, 0]));
  expect(noneEmpty(groups([1, 1], [1, 3], [1, 0]))).toEqual(groups([1, 2], [2, 1]));
  expect(noneEmpty(groups([1, 3], [1, 1]))).toEqual(groups([1, 3], [1, 1]));
});

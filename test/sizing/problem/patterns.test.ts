import { fc, test as propertyTest } from '@fast-check/jest';
import { fillNode, greedyPatterns, kindOrders, maximalPatterns, type Pattern, type Resources } from '../../../lib/sizing/problem/patterns';

const fits = (room: Resources, kinds: readonly Resources[], content: Pattern): boolean =>
  room.every((amount, at) => kinds.reduce((sum, need, kind) => sum + content[kind] * need[at], 0) <= amount);
const isMaximal = (room: Resources, kinds: readonly Resources[], content: Pattern): boolean =>
  kinds.every(
    (_, kind) =>
      !fits(
        room,
        kinds,
        content.map((count, at) => (at === kind ? count + 1 : count)),
      ),
  );

const upTo = (max: number) => fc.integer({ min: 0, max });
const need: fc.Arbitrary<Resources> = fc.tuple(upTo(3), fc.integer({ min: 1, max: 4 }), upTo(4), fc.constant(1));
const room: fc.Arbitrary<Resources> = fc.tuple(upTo(4), upTo(8), upTo(8), upTo(6));
const node = fc.record({ room, kinds: fc.array(need, { maxLength: 3 }) });

propertyTest.prop([node])('the maximal contents are those of all that fit to which nothing can be added', ({ room: left, kinds }) => {
  const all = kinds.reduce<readonly Pattern[]>(
    (contents) => contents.flatMap((content) => [6, 5, 4, 3, 2, 1, 0].map((count) => [...content, count])),
    [[]],
  );
  const expected = all.filter(
    (content) => content.some((count) => count > 0) && fits(left, kinds, content) && isMaximal(left, kinds, content),
  );
  expect(maximalPatterns(left, kinds)).toEqual(expected);
});

test('contents are listed in falling order, each as replicas by kind', () => {
  const kinds: readonly Resources[] = [
    [1, 1, 1, 1],
    [2, 1, 1, 1],
  ];
  expect(maximalPatterns([4, 9, 9, 9], kinds)).toEqual([
    [4, 0],
    [2, 1],
    [0, 2],
  ]);
  expect(maximalPatterns([0, 9, 9, 9], kinds)).toEqual([]);
});

test('contents are listed up to 5,000 and not beyond', () => {
  const ones = (kinds: number): readonly Resources[] => Array.from({ length: kinds }, () => [0, 1, 0, 1] as const);
  // Of three kinds that are alike, n replicas are distributed in (n + 1)(n + 2) / 2 ways.
  expect(maximalPatterns([0, 98, 0, 98], ones(3))).toHaveLength(4_950);
  expect(maximalPatterns([0, 99, 0, 99], ones(3))).toBeNull();
});

propertyTest.prop([node, fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 })])(
  'contents that are filled greedily fit a node, are not empty, and together hold every replica that fits alone',
  ({ room: left, kinds }, wanted) => {
    const demand = kinds.map((_, kind) => wanted[kind]);
    const contents = greedyPatterns(left, kinds, demand);
    for (const content of contents) {
      expect(fits(left, kinds, content)).toBe(true);
      expect(content.some((count) => count > 0)).toBe(true);
    }
    expect(new Set(contents.map((content) => content.join())).size).toBe(contents.length);
    kinds.forEach((each, kind) => {
      const most = Math.min(demand[kind], ...each.map((amount, at) => (amount === 0 ? Infinity : Math.floor(left[at] / amount))));
      // Alone on a node it is there as often as it fits and is wanted.
      const alone = kinds.map((_, at) => (at === kind ? most : 0));
      if (most > 0) expect(contents).toContainEqual(alone);
    });
  },
);

test('greedy contents are those of nodes filled one after another, begun at each kind, until the demand is placed', () => {
  const kinds: readonly Resources[] = [
    [2, 1, 1, 1],
    [1, 1, 1, 1],
  ];
  expect([...greedyPatterns([3, 9, 9, 9], kinds, [2, 2])].sort()).toEqual([
    // The narrow ones alone, beside a wide one, and what is left.
    [0, 2],
    [1, 0],
    [1, 1],
  ]);
  expect([...greedyPatterns([4, 9, 9, 9], kinds, [1, 7])].sort()).toEqual([
    [0, 1],
    [0, 3],
    [0, 4],
    [1, 0],
    [1, 2],
  ]);
});

test('kinds are ordered from each on, upwards and downwards', () => {
  expect(kindOrders(3)).toEqual([
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
    [0, 2, 1],
    [1, 0, 2],
  ]);
});

test('a node takes of each kind in turn what fits and is wanted', () => {
  const kinds: readonly Resources[] = [
    [2, 1, 1, 1],
    [1, 1, 1, 1],
  ];
  expect(fillNode([5, 9, 9, 9], kinds, [9, 9], [0, 1])).toEqual([2, 1]);
  expect(fillNode([5, 9, 9, 9], kinds, [9, 9], [1, 0])).toEqual([0, 5]);
  expect(fillNode([5, 9, 9, 9], kinds, [1, 2], [0, 1])).toEqual([1, 2]);
  expect(fillNode([5, 9, 9, 2], kinds, [1, 2], [0, 1])).toEqual([1, 1]);
});

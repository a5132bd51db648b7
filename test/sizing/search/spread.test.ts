import { fc, test as propertyTest } from '@fast-check/jest';
import { wholeModel } from '../../../lib/sizing/problem/model';
import type { NodeContents } from '../../../lib/sizing/problem/horizon';
import {
  committedByOffering,
  contentsByOffering,
  countsByOffering,
  countsOf,
  dealAnew,
  spreadPeriod,
} from '../../../lib/sizing/search/spread';
import { kind, node, problem, type TestOffering } from './support';

const zoned = (name: string, zones: readonly string[], fields: Partial<TestOffering> = {}) =>
  zones.map((zone) => node(`${name}/on-demand/${zone}`, { zone, usdPerHour: 1, ...fields }));
const reserved = (zone: string, least: number, most: number, mostNodes = 20) =>
  node(`r/reserved/${zone}`, { zone, usdPerHour: 0.5, mostNodes, committed: { least, most } });
const modelOf = (offerings: readonly TestOffering[]) => wholeModel(problem({ offerings, classes: [kind('w')], demand: { w: [9] } }));
const groups = (...all: readonly (readonly [offering: string, nodes: number, replicas: number])[]): readonly NodeContents[] =>
  all.map(([offering, nodes, w]) => ({ offering, nodes, replicas: { w } }));

test('nodes go to each zone in turn, and zones take turns at being the first', () => {
  const model = modelOf([...zoned('a', ['x', 'y', 'z']), ...zoned('b', ['x', 'y', 'z'], { cpuMilli: 5_000 })]);
  expect([...countsByOffering(model, [4, 2], new Map())]).toEqual([
    ['a/on-demand/x', 2],
    ['a/on-demand/y', 1],
    ['a/on-demand/z', 1],
    // The second kind begins in the second zone.
    ['b/on-demand/x', 0],
    ['b/on-demand/y', 1],
    ['b/on-demand/z', 1],
  ]);
});

test('kinds of one zone, and those of another pool, move no turn', () => {
  const model = modelOf([...zoned('a', ['x']), ...zoned('b', ['x', 'y'], { pool: 'p' }), ...zoned('c', ['x', 'y'], { cpuMilli: 5_000 })]);
  expect([...countsByOffering(model, [1, 1, 1], new Map())].filter(([, count]) => count > 0)).toEqual([
    ['a/on-demand/x', 1],
    ['b/on-demand/x', 1],
    ['c/on-demand/x', 1],
  ]);
});

test('nodes that are there are counted in: what comes evens out', () => {
  const model = modelOf(zoned('a', ['x', 'y', 'z']));
  const spread = (total: number, least: Readonly<Record<string, number>>) => [
    ...countsByOffering(model, [total], new Map(Object.entries(least).map(([zone, count]) => [`a/on-demand/${zone}`, count]))).values(),
  ];
  expect(spread(5, { y: 3 })).toEqual([1, 3, 1]);
  expect(spread(7, { y: 3 })).toEqual([2, 3, 2]);
  expect(spread(3, { y: 3 })).toEqual([0, 3, 0]);
});

const limits = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 4 });

propertyTest.prop([limits, fc.nat()])(
  'nodes are spread as evenly as the most of each zone let them, and one more moves no other',
  (most, by) => {
    const names = ['x', 'y', 'z', 'u'];
    const model = modelOf(most.flatMap((mostNodes, index) => zoned('a', [names[index]], { mostNodes })));
    const all = most.reduce((sum, count) => sum + count, 0);
    const spread = (total: number) => {
      const counts = countsByOffering(model, [total], new Map());
      return most.map((_, index) => counts.get(`a/on-demand/${names[index]}`) ?? 0);
    };
    const total = by % (all + 1);
    const counts = spread(total);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
    const highest = Math.max(...counts);
    counts.forEach((count, index) => {
      expect(count).toBeLessThanOrEqual(most[index]);
      if (count < most[index]) expect(highest - count).toBeLessThanOrEqual(1);
    });
    if (total < all)
      expect(
        spread(total + 1)
          .map((count, index) => count - counts[index])
          .sort(),
      ).toEqual([...most.slice(1).fill(0), 1]);
  },
);

test('more nodes than there may be are a mistake', () => {
  expect(() => countsByOffering(modelOf(zoned('a', ['x', 'y'], { mostNodes: 2 })), [5], new Map())).toThrow(
    '5 nodes are more than a/on-demand/x and its like may have',
  );
});

test('committed nodes lie where there are some, and those of none are left out', () => {
  const model = modelOf([reserved('x', 0, 1), reserved('y', 0, 0), reserved('z', 0, 4), ...zoned('a', ['x'])]);
  expect(committedByOffering(model, [0, 4])).toEqual({ 'r/reserved/x': 1, 'r/reserved/z': 3 });
  expect(committedByOffering(model, [3, 0])).toEqual({});
});

test('a period uses of committed nodes those that there are, begun in the first zone', () => {
  const model = modelOf([...zoned('a', ['x', 'y']), reserved('x', 0, 2), reserved('y', 0, 2)]);
  const [a, r] = model.offerings.map(({ shape }) => shape);
  expect([a, r]).toEqual([0, 0]);
  const answer = { usdPerHour: 0, boundUsdPerHour: 0, nodes: [1, 1], contents: [[{ nodes: 2, replicas: [1] }]] };
  expect(contentsByOffering(model, answer, [0, 2])).toEqual(groups(['a/on-demand/x', 1, 1], ['r/reserved/x', 1, 1]));
});

test('the contents of a shape are dealt to its offerings in order, a group that does not fit one goes on to the next', () => {
  const model = modelOf(zoned('a', ['x', 'y']));
  const contents = [
    [
      { nodes: 1, replicas: [3] },
      { nodes: 2, replicas: [2] },
      { nodes: 1, replicas: [0] },
    ],
  ];
  expect(contentsByOffering(model, { usdPerHour: 4, boundUsdPerHour: 4, nodes: [4], contents }, [0])).toEqual([
    { offering: 'a/on-demand/x', nodes: 1, replicas: { w: 3 } },
    { offering: 'a/on-demand/x', nodes: 1, replicas: { w: 2 } },
    { offering: 'a/on-demand/y', nodes: 1, replicas: { w: 2 } },
    { offering: 'a/on-demand/y', nodes: 1, replicas: {} },
  ]);
});

test('nodes of a period are counted by offering, and alike ones spread over zones wherever they lay; committed ones stay', () => {
  const model = modelOf([...zoned('a', ['x', 'y', 'z']), reserved('x', 0, 4), reserved('y', 0, 4)]);
  const contents = groups(['a/on-demand/z', 3, 1], ['a/on-demand/z', 1, 2], ['r/reserved/y', 2, 1]);
  expect(countsOf(contents)).toEqual({ 'a/on-demand/z': 4, 'r/reserved/y': 2 });
  expect(spreadPeriod(model, contents)).toEqual({
    'a/on-demand/x': 2,
    'a/on-demand/y': 1,
    'a/on-demand/z': 1,
    'r/reserved/x': 0,
    'r/reserved/y': 2,
  });
});

test('nodes that are dealt anew take along what they carry, and others stay as they are', () => {
  const contents = groups(['b', 1, 5], ['a/on-demand/x', 2, 3], ['a/on-demand/x', 1, 2]);
  const alike = [{ name: 'a/on-demand/x' }, { name: 'a/on-demand/y' }];
  expect(dealAnew(contents, alike, { 'a/on-demand/x': 1, 'a/on-demand/y': 2, b: 9 })).toEqual(
    groups(['a/on-demand/x', 1, 3], ['a/on-demand/y', 1, 3], ['a/on-demand/y', 1, 2], ['b', 1, 5]),
  );
});

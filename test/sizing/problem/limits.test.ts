import { fc, test as propertyTest } from '@fast-check/jest';
import { compareText, holds, inOrder, quotaLimit, sizesOf, spotLimit, usedOf, weightOf } from '../../../lib/sizing/problem/limits';
import type { HorizonLimit } from '../../../lib/sizing/problem/horizon';

const quota = quotaLimit('L-DB2E81BA', 32, { a: 4, b: 16 });
const spot = spotLimit('spotShare', 0.25, 'GPU', { a: 1, b: 4 }, ['b']);
const countOf = (counts: Readonly<Record<string, number>>) => (name: string) => counts[name] ?? 0;

test('a quota counts vCPU and stands where the config states it', () => {
  expect(quota).toEqual({
    name: 'quota.L-DB2E81BA',
    kind: 'quota',
    path: 'limits.quotas.L-DB2E81BA',
    title: 'quota L-DB2E81BA',
    unit: 'vCPU',
    sizes: { a: 4, b: 16 },
    most: 32,
  });
});

test('what counts nothing has no size', () => {
  const nodes = [
    { name: 'a', gpus: 0 },
    { name: 'b', gpus: 4 },
  ];
  expect(sizesOf(nodes, ({ gpus }) => gpus)).toEqual({ b: 4 });
});

test('a sum weighs by size; a share weighs its part by what is left of one, and the rest against it', () => {
  expect(['a', 'b', 'c'].map((name) => weightOf(quota, name))).toEqual([4, 16, 0]);
  expect(['a', 'b', 'c'].map((name) => weightOf(spot, name))).toEqual([-0.25, 3, -0]);
  expect(weightOf(quota, 'toString')).toBe(0);
});

test('of a sum all is used, of a share its part, as far as the share of all nodes', () => {
  expect(usedOf(quota, countOf({ a: 2, b: 1 }))).toEqual({ used: 24, available: 32 });
  expect(usedOf(spot, countOf({ a: 4, b: 1 }))).toEqual({ used: 4, available: 2 });
  expect(usedOf({ ...spot, part: ['b', 'elsewhere'] }, countOf({ elsewhere: 9 }))).toEqual({ used: 0, available: 0 });
});

test('a limit holds up to what it states, and crumbs of sums of fractions beyond', () => {
  expect(holds(quota, countOf({ b: 2 }))).toBe(true);
  expect(holds(quota, countOf({ a: 1, b: 2 }))).toBe(false);
  expect(holds({ ...quota, most: 32 - 0.9e-6 }, countOf({ b: 2 }))).toBe(true);
  expect(holds({ ...quota, most: 32 - 2e-6 }, countOf({ b: 2 }))).toBe(false);
});

const counts = fc.record({ a: fc.integer({ min: 0, max: 20 }), b: fc.integer({ min: 0, max: 20 }) });

propertyTest.prop([counts, fc.constantFrom<HorizonLimit>(quota, spot)])(
  'a limit holds where its row does: the weights of the nodes sum to no more than it states',
  (nodes, limit) => {
    const sum = Object.entries(nodes).reduce((total, [name, count]) => total + count * weightOf(limit, name), 0);
    expect(holds(limit, countOf(nodes))).toBe(sum <= ('most' in limit ? limit.most : 0) + 1e-6);
  },
);

test('limits are ordered: quotas, ceilings, shares of spot, of its types and of zones, each by name', () => {
  const named = (kind: HorizonLimit['kind'], name: string): HorizonLimit => ({ ...quota, kind, name });
  const sorted = [
    named('quota', 'b'),
    named('quota', 'c'),
    named('ceiling', 'a'),
    named('spot-share', 'a'),
    named('spot-type', 'a'),
    named('zone-share', 'a'),
  ];
  expect([...sorted].reverse().sort(inOrder)).toEqual(sorted);
});

test('text is compared by code units', () => {
  expect([compareText('B', 'a'), compareText('a', 'B'), compareText('a', 'a')]).toEqual([-1, 1, 0]);
});

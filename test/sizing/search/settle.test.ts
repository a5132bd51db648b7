import type { HorizonLimit, HorizonProblem } from '../../../lib/sizing/problem/horizon';
import {
  connected,
  type Counts,
  isPassing,
  keeps,
  ofPools,
  passingTogether,
  poolsOf,
  settle,
  sumsOf,
  together,
} from '../../../lib/sizing/search/settle';
import { kind, node, problem, type TestOffering } from './support';

const limit = (name: string, most: number, sizes: Readonly<Record<string, number>>): HorizonLimit => ({
  name,
  kind: 'quota',
  path: `limits.${name}`,
  title: name,
  unit: 'nodes',
  sizes,
  most,
});
const share: HorizonLimit = {
  name: 'share',
  kind: 'spot-share',
  path: 'limits.spotShare',
  title: 'spot',
  unit: 'nodes',
  sizes: { 'a/n': 1 },
  share: 0.5,
  part: ['a/n'],
};
const offerings = ['b', 'a', 'c', 'd'].map((pool) => ({ ...node(`${pool}/n`, { usdPerHour: 1 }), pool }));
const make = (limits: readonly HorizonLimit[], of: readonly TestOffering[] = offerings): HorizonProblem => ({
  ...problem({
    offerings: of,
    classes: ['a', 'b', 'c', 'd'].map((pool) => kind(`w${pool}`, { pool })),
    demand: { wa: [1] },
  }),
  limits,
});
const counts = (of: Readonly<Record<string, number>>): Counts => new Map(Object.entries(of));

test('the sums are the ceilings and quotas, without what is there at times only', () => {
  const passing = offerings.map((each) => (each.name === 'a/n' ? { ...each, absentIn: [0] } : each));
  const both = limit('q', 3, { 'a/n': 1, 'b/n': 1 });
  expect(sumsOf(make([both, share]))).toEqual([both]);
  expect(sumsOf(make([both, share], passing))).toEqual([{ ...both, sizes: { 'b/n': 1 } }]);
  expect([offerings[0], passing[1], { ...passing[1], absentIn: [] }].map(isPassing)).toEqual([false, true, false]);
});

test('pools are named in order, and the problem of some has their offerings and classes alone', () => {
  const all = make([share]);
  expect(poolsOf(all)).toEqual(['a', 'b', 'c', 'd']);
  expect(poolsOf(make([], [node('n', { usdPerHour: 1 })]))).toEqual(['']);
  const alone = ofPools(all, ['a', 'c']);
  expect(alone.offerings.map(({ name }) => name)).toEqual(['a/n', 'c/n']);
  expect(alone.classes.map(({ name }) => name)).toEqual(['wa', 'wc']);
  expect(alone.limits).toEqual([share]);
});

test('a limit is kept up to its amount', () => {
  const both = limit('q', 3, { 'a/n': 1, 'b/n': 1 });
  expect([keeps(both, counts({ 'a/n': 2, 'b/n': 1 })), keeps(both, counts({ 'a/n': 2, 'b/n': 2 }))]).toEqual([true, false]);
});

test('pools that share a limit are connected, directly or through others', () => {
  const limits = [limit('ab', 1, { 'a/n': 1, 'b/n': 1 }), limit('bc', 1, { 'b/n': 1, 'c/n': 1 })];
  expect(connected(make(limits), ['c'])).toEqual(['a', 'b', 'c']);
  expect(connected(make(limits), ['d'])).toEqual(['d']);
  expect(connected(make(limits), ['c'], limits.slice(1))).toEqual(['b', 'c']);
});

test('pools that share a sum of which something is there at times only begin together', () => {
  const both = limit('ab', 9, { 'a/n': 1, 'b/n': 1 });
  const passing = offerings.map((each) => (each.name === 'b/n' ? { ...each, absentIn: [0] } : each));
  expect(passingTogether(make([both]))).toEqual([['a'], ['b'], ['c'], ['d']]);
  expect(passingTogether(make([both], passing))).toEqual([['a', 'b'], ['c'], ['d']]);
  expect(passingTogether(make([limit('ac', 9, { 'a/n': 1, 'c/n': 1 })], passing))).toEqual([['a'], ['b'], ['c'], ['d']]);
});

/** Settles pools that want so many nodes; pools that are decided together want so many fewer each. */
function settled(limits: readonly HorizonLimit[], wanted: Readonly<Record<string, number>>, spares = 0) {
  const asked: string[] = [];
  const answer = settle(make(limits), (pools) => {
    asked.push(pools.join(' '));
    if (pools.some((pool) => wanted[pool] < 0)) return undefined;
    return { counts: counts(Object.fromEntries(pools.map((pool) => [`${pool}/n`, wanted[pool] - (pools.length - 1) * spares]))) };
  });
  return { asked, answer: 'stuck' in answer ? answer : Object.fromEntries(together(answer.answers)) };
}

test('pools that together keep every limit are decided alone', () => {
  expect(settled([limit('ab', 4, { 'a/n': 1, 'b/n': 1 })], { a: 2, b: 2, c: 7, d: 7 })).toEqual({
    asked: ['a', 'b', 'c', 'd'],
    answer: { 'a/n': 2, 'b/n': 2, 'c/n': 7, 'd/n': 7 },
  });
});

test('only pools that together break a limit are decided anew, as one', () => {
  const { asked, answer } = settled([limit('bc', 5, { 'b/n': 1, 'c/n': 1 })], { a: 2, b: 3, c: 3, d: 7 }, 1);
  expect(asked.slice(0, 4)).toEqual(['a', 'b', 'c', 'd']);
  expect(asked.slice(4)).toEqual(['a', 'd', 'b c']);
  expect(answer).toEqual({ 'a/n': 2, 'b/n': 2, 'c/n': 2, 'd/n': 7 });
});

test('a group that breaks another limit takes in the pools of that one too', () => {
  const limits = [limit('ab', 6, { 'a/n': 1, 'b/n': 1 }), limit('bc', 6, { 'b/n': 1, 'c/n': 1 })];
  const { asked, answer } = settled(limits, { a: 4, b: 4, c: 4, d: 1 }, 1);
  expect(asked).toContain('a b c');
  expect(answer).toEqual({ 'a/n': 2, 'b/n': 2, 'c/n': 2, 'd/n': 1 });
});

test('groups without an answer are told, and a group that breaks a limit by itself', () => {
  expect(settled([], { a: -1, b: 2, c: -1, d: 1 }).answer).toEqual({ stuck: [['a'], ['c']] });
  expect(settled([limit('a', 1, { 'a/n': 1 })], { a: 2, b: 2, c: 2, d: 2 }).answer).toEqual({ stuck: [['a']] });
});

import { byPresence, partsOf, problemOf } from '../../../lib/sizing/problem/parts';
import { kind, node, problem, type TestOffering } from '../search/support';
import type { HorizonClass, HorizonLimit, HorizonProblem } from '../../../lib/sizing/problem/horizon';

const demand = { x: [1, 2, 3], y: [4, 5, 6] };
const make = (offerings: readonly TestOffering[], classes: readonly HorizonClass[], limits = {}) =>
  problem({ offerings, classes, demand, limits });
const named = (of: HorizonProblem, ...more: [] | [Parameters<typeof partsOf>[1]]) =>
  partsOf(of, ...more).map(({ offerings, classes }) =>
    [...offerings, '|', ...classes].map((one) => (typeof one === 'string' ? one : one.name)).join(' '),
  );

const x = kind('x', { pool: 'p' });
const y = kind('y', { pool: 'q' });
const a = node('a', { pool: 'p', usdPerHour: 1, quota: 'D' });
const b = node('b/spot', { pool: 'q', usdPerHour: 1, quota: 'D' });
const c = node('c', { pool: 'p', usdPerHour: 1 });

test('offerings belong together when a class may run on both, sorted by name', () => {
  expect(named(make([c, b, a], [y, x]))).toEqual(['a c | x', 'b/spot | y']);
});

test('a share joins what it is one of, a sum does not unless it is asked to', () => {
  expect(named(make([a, b, c], [x, y], { spotShare: 0.5 }))).toEqual(['a b/spot c | x y']);
  const sum = make([a, b, c], [x, y], { quotas: { D: 9 } });
  expect(named(sum)).toEqual(['a c | x', 'b/spot | y']);
  expect(named(sum, () => true)).toEqual(['a b/spot c | x y']);
});

test('classes and limits join through one another', () => {
  const [both] = make([a, b], [x, y], { spotShare: 0.5 }).limits;
  const [d, e] = ['d', 'e'].map((name) => node(name, { pool: name, usdPerHour: 1 }));
  const shared = make([a, b, d, e], [x, y, kind('z', { pool: 'd' }), kind('w', { pool: 'e' })]);
  const limits: readonly HorizonLimit[] = [
    { ...both, name: 'first', sizes: { a: 1, d: 1 } },
    { ...both, name: 'second', sizes: { 'b/spot': 1, e: 1 } },
    { ...both, name: 'third', sizes: { d: 1, e: 1 } },
  ];
  expect(named({ ...shared, limits: limits.slice(0, 2) })).toEqual(['a d | x z', 'b/spot e | w y']);
  expect(named({ ...shared, limits })).toEqual(['a b/spot d e | w x y z']);
});

test('what serves nothing is in no part, unless nodes of it run in any case', () => {
  const unused = node('unused', { pool: 'r', usdPerHour: 1 });
  expect(named(make([a, unused], [x]))).toEqual(['a | x']);
  expect(named(make([a, { ...unused, leastNodes: 1 }], [x]))).toEqual(['a | x', 'unused |']);
});

test('the problem of a part has its offerings, classes and periods alone, with the times that those are away', () => {
  const of: HorizonProblem = { ...make([{ ...a, absentIn: [0, 2] }, b], [x, y]), periodHours: [1, 2, 4] };
  const [first] = partsOf(of);
  expect(problemOf(of, [first], [1, 2])).toEqual({
    ...of,
    periods: 2,
    periodHours: [2, 4],
    offerings: [{ ...a, absentIn: [1] }],
    classes: [x],
    demand: { x: [2, 3] },
  });
  expect(problemOf({ ...of, demand: {} }, [first], [1]).demand).toEqual({ x: [0] });
});

test('periods go together where the same offerings are there', () => {
  const parts = (offerings: readonly TestOffering[]) => partsOf(make(offerings, [x]));
  expect(byPresence(parts([a, c]), [0, 1, 2])).toEqual([[0, 1, 2]]);
  expect(byPresence(parts([{ ...a, absentIn: [1] }, c]), [0, 1, 2])).toEqual([[0, 2], [1]]);
  expect(
    byPresence(
      parts([
        { ...a, absentIn: [1] },
        { ...c, absentIn: [2] },
      ]),
      [0, 1, 2],
    ),
  ).toEqual([[0], [1], [2]]);
});

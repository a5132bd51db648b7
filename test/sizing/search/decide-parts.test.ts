import { highsSolver } from '../../../lib/adapters/highs';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { Solver } from '../../../lib/sizing/problem/program';
import { committedOf, contentsAt, decideParts, type Piece, type Stuck } from '../../../lib/sizing/search/decide-parts';
import { exact, kind, node, problem, type TestOffering } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const inPool = (pool: string, fields: Partial<TestOffering> & { readonly usdPerHour: number }) =>
  node(`${pool}/n`, { pool, quota: 'D', ...fields });
const classes = ['p', 'q', 'r'].map((pool) => kind(pool, { pool }));

/** Pools of a node each, with a quota that counts four a node; and the dearer nodes without it. */
function make(
  demand: Readonly<Record<string, readonly number[]>>,
  nodes: number | null,
  fields: Partial<HorizonProblem> = {},
): HorizonProblem {
  const cheap = ['p', 'q', 'r'].map((pool, index) => inPool(pool, { usdPerHour: 1 + index }));
  const dear = ['p', 'q', 'r'].map((pool, index) => node(`${pool}/x`, { pool, usdPerHour: 10 + 5 * index }));
  return {
    ...problem({ offerings: [...cheap, ...dear], classes, demand, limits: { quotas: nodes === null ? {} : { D: 4 * nodes } } }),
    ...fields,
  };
}
function decided(of: HorizonProblem): readonly Piece[] {
  const pieces: readonly Piece[] | Stuck = decideParts(of, solver, exact);
  if ('stuck' in pieces) throw new Error('stuck');
  return pieces;
}
/** By piece: its pools and periods, and what it costs. */
const told = (pieces: readonly Piece[]) =>
  pieces.map(({ parts, periods, decided: { usd, boundUsd } }) => [
    parts.map((part) => part.classes.map(({ name }) => name).join()).join(' '),
    periods.join(),
    Number(usd.toFixed(6)),
    Number(boundUsd.toFixed(6)),
  ]);
const demand = { p: [1, 2, 1], q: [1, 2, 2], r: [1, 1, 1] };

test('parts that share nothing that binds are decided alone, for all periods', () => {
  expect(told(decided(make(demand, null)))).toEqual([
    ['p', '0,1,2', 4, 4],
    ['q', '0,1,2', 10, 10],
    ['r', '0,1,2', 9, 9],
  ]);
  expect(told(decided(make(demand, 5)))).toEqual(told(decided(make(demand, null))));
});

test('where they together break a limit they are joined in those periods alone', () => {
  // Of five nodes in the second period four may be cheap: the one that is dear is where that costs least, 9 for 1.
  expect(told(decided(make(demand, 4)))).toEqual([
    ['p', '0,2', 2, 2],
    ['q', '0,2', 6, 6],
    ['r', '0,2', 6, 6],
    ['p q r', '1', 2 + 4 + 3 + 9, 2 + 4 + 3 + 9],
  ]);
});

test('what is left of a piece counts its periods as long as they last', () => {
  const pieces = decided(make(demand, 4, { periodHours: [2, 1, 3] }));
  expect(told(pieces).slice(0, 2)).toEqual([
    ['p', '0,2', 5, 5],
    ['q', '0,2', 2 * 2 + 4 * 3, 2 * 2 + 4 * 3],
  ]);
  expect(pieces[0].model.hours).toEqual([2, 3]);
  expect(pieces[0].model.demand).toEqual([[1, 1]]);
  expect(pieces[0].model.periods).toBe(2);
});

test('a piece of which every period is joined is gone', () => {
  expect(told(decided(make({ p: [2], q: [2], r: [1] }, 4)))).toEqual([['p q r', '0', 18, 18]]);
});

test('periods that lack the same offerings are decided together', () => {
  const of = make(demand, null);
  const offerings = of.offerings.map((each) => (each.name === 'p/n' ? { ...each, absentIn: [1] } : each));
  expect(told(decided({ ...of, offerings })).slice(0, 2)).toEqual([
    ['p', '0,2', 2, 2],
    ['p', '1', 20, 20],
  ]);
});

test('parts that choose how many nodes to commit to are joined for all periods', () => {
  const of = make(demand, 4);
  const chosen = node('p/reserved', { pool: 'p', usdPerHour: 0.9, quota: null, committed: { least: 0, most: 1 } });
  const pieces = decided({ ...of, offerings: [...of.offerings, chosen] });
  // One reserved node for 2.7 in place of one for 3 or, in the second period, for 10: then nothing breaks the quota.
  expect(told(pieces)).toEqual([
    ['p', '0,1,2', 2.7 + 1, 2.7 + 1],
    ['q', '0,1,2', 10, 10],
    ['r', '0,1,2', 9, 9],
  ]);
  const tight = decided({ ...make(demand, 3), offerings: [...of.offerings, chosen] });
  expect(told(tight).map(([pools, periods]) => [pools, periods])).toEqual([['p q r', '0,1,2']]);
  expect(committedOf(tight)).toEqual({ 'p/reserved': 1 });
});

test('what is joined with one that chooses brings along all that it was joined with', () => {
  // p and q share a limit that the last period breaks, q and r one that the second does; p and s, which chooses, one that the first does.
  const names = ['p', 'q', 'r', 's'];
  const offerings = [
    ...names.flatMap((pool) => [node(`${pool}/n`, { pool, usdPerHour: 1 }), node(`${pool}/x`, { pool, usdPerHour: 10 })]),
    node('s/reserved', { pool: 's', usdPerHour: 9, committed: { least: 0, most: 1 } }),
  ];
  const wanted = { p: [2, 1, 2], q: [1, 2, 2], r: [1, 2, 1], s: [2, 1, 1] };
  const limits = ['p q', 'q r', 'p s'].map((both, index): HorizonProblem['limits'][number] => ({
    name: `quota.${index}`,
    kind: 'quota',
    path: `limits.quotas.${index}`,
    title: 'quota',
    unit: 'nodes',
    sizes: Object.fromEntries(both.split(' ').map((pool) => [`${pool}/n`, 1])),
    most: 3,
  }));
  const of = problem({ offerings, classes: names.map((pool) => kind(pool, { pool })), demand: wanted });
  const joined = (most: readonly number[]) =>
    told(decided({ ...of, limits: limits.map((limit, index) => ({ ...limit, most: most[index] })) })).map(([pools, periods]) => [
      pools,
      periods,
    ]);
  expect(joined([3, 3, 9])).toEqual([
    ['p', '0,1'],
    ['q', '0'],
    ['r', '0,2'],
    ['s', '0,1,2'],
    ['p q', '2'],
    ['q r', '1'],
  ]);
  expect(joined([3, 3, 3])).toEqual([['p q r s', '0,1,2']]);
});

test('parts that find no room are told, alone or together', () => {
  const few = make({ p: [99], q: [1], r: [1] }, null);
  const alone = decideParts(few, solver, exact);
  expect('stuck' in alone && alone.stuck.map((parts) => parts.map((part) => part.classes.map(({ name }) => name).join()))).toEqual([['p']]);
  const noDear = make({ p: [2], q: [2], r: [1] }, 4);
  const together = decideParts({ ...noDear, offerings: noDear.offerings.filter(({ name }) => name.endsWith('/n')) }, solver, exact);
  expect('stuck' in together && together.stuck.map((parts) => parts.map((part) => part.classes.map(({ name }) => name).join()))).toEqual([
    ['p', 'q', 'r'],
  ]);
});

test('the nodes of a period are those of all pieces that have it, by name', () => {
  const pieces = decided(make(demand, 4));
  const nodesAt = (period: number) => contentsAt(pieces, period).map(({ offering, nodes }) => `${nodes} ${offering}`);
  expect(nodesAt(0)).toEqual(['1 p/n', '1 q/n', '1 r/n']);
  expect(nodesAt(1)).toEqual(['1 p/n', '1 p/x', '2 q/n', '1 r/n']);
});

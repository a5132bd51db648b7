import type { HorizonOffering, HorizonProblem } from '../../../lib/sizing/problem/horizon';
import { leversOf, spanOf, timeAt } from '../../../lib/sizing/explain/levers';
import { kind, node, problem } from '../search/support';

const make = (offerings: readonly HorizonOffering[], fields: Partial<HorizonProblem> = {}): HorizonProblem => ({
  ...problem({
    offerings: offerings.map((each) => ({ quota: null, mostNodes: 20, ...each })),
    classes: [kind('a')],
    demand: { a: [1] },
  }),
  ...fields,
  offerings,
});
const unlimited: HorizonOffering = { ...node('n', { usdPerHour: 1 }), mostNodes: undefined };
const told = (offerings: readonly HorizonOffering[]) =>
  leversOf(make(offerings)).map(({ slack, code, path, available, says, lowers = false, wholeTime = false }) => [
    slack,
    code,
    path,
    `${says(`${available} nodes`, '2 short')}${lowers ? ', to lower' : ''}${wholeTime ? ', at all times' : ''}`,
  ]);

test('what has no limit of its own has no lever', () => {
  expect(told([unlimited])).toEqual([]);
});

test('most nodes of an offering are a lever, where they stand', () => {
  expect(told([{ ...unlimited, mostNodes: 3 }])).toEqual([
    ['most n', 'sizing/most-nodes', 'offerings.n.mostNodes', '3 nodes of n at most are 2 short'],
  ]);
  expect(told([{ ...unlimited, mostNodes: 1, path: 'here' }])[0].slice(2)).toEqual(['here', '1 nodes of n at most is 2 short']);
});

test('a floor is a lever that is lowered, beside the most of its nodes', () => {
  expect(told([{ ...unlimited, mostNodes: 9, leastNodes: 4 }])).toEqual([
    ['most n', 'sizing/most-nodes', 'offerings.n.mostNodes', '9 nodes of n at most are 2 short'],
    ['floor n', 'sizing/floor', 'offerings.n.leastNodes', 'floor 4 nodes of n is too high: 2 short, to lower'],
  ]);
});

test('committed nodes are a lever for all periods: a reservation, or machines that are there', () => {
  const committed = (least: number, most: number, fields: Partial<HorizonOffering> = {}) =>
    told([{ ...unlimited, mostNodes: 9, committed: { least, most }, ...fields }])[0].slice(1);
  const path = 'offerings.n.committed';
  expect(committed(0, 3)).toEqual(['sizing/reservation', path, 'reservation n of 3 nodes is 2 short, at all times']);
  expect(committed(3, 3, { capacityType: 'own', path: 'pools.p.own[0]' })).toEqual([
    'sizing/machines',
    'pools.p.own[0]',
    'there are 3 nodes of n, 2 short, at all times',
  ]);
  expect(committed(1, 1, { capacityType: 'reserved' })).toEqual(['sizing/machines', path, 'there is 1 nodes of n, 2 short, at all times']);
  expect(committed(3, 3)).toEqual(['sizing/machines', path, 'reservation n of 3 nodes is 2 short, at all times']);
  expect(committed(0, 3, { capacityType: 'reserved' })[2]).toBe('reservation n of 3 nodes is 2 short, at all times');
  expect(committed(3, 3, { title: 'reservation cr-0a', instanceType: 'g.one' })).toEqual([
    'sizing/reservation',
    path,
    'reservation cr-0a of 3 nodes of g.one is 2 short, at all times',
  ]);
});

test('levers stand in order: quotas, ceilings, offerings by name; shares and sums of what is elsewhere are none', () => {
  const offerings = ['b/spot', 'a'].map((name) => node(name, { usdPerHour: 1, quota: 'D' }));
  const of = problem({
    offerings,
    classes: [kind('a')],
    demand: { a: [1] },
    limits: { quotas: { E: 4, D: 8 }, gpuCeiling: 3, spotShare: 0.5 },
  });
  const levers = leversOf({ ...of, limits: [...of.limits].reverse() });
  expect(levers.map(({ slack }) => slack)).toEqual(['quota.D', 'ceiling', 'most a', 'most b/spot']);
  expect(levers[0]).toMatchObject({ code: 'sizing/quota', path: 'limits.quotas.D', available: 8, unit: 'vCPU', concerns: ['b/spot', 'a'] });
  expect(levers[0].says('8 vCPU', '4 vCPU short')).toBe('quota D 8 vCPU is 4 vCPU short');
  const [ceiling] = of.limits.filter(({ kind: each }) => each === 'ceiling');
  const [lever] = leversOf({ ...of, limits: [{ ...ceiling, of: 'pool p' }] });
  expect(lever.says('3 GPU', '1 GPU short')).toBe('ceiling 3 GPU of pool p is 1 GPU short');
});

const start = Date.UTC(2026, 10, 27);

test('a period begins where those before it end', () => {
  expect([0, 2].map((period) => timeAt(make([], { start, periodHours: 2 }), period))).toEqual([
    '2026-11-27T00:00:00Z',
    '2026-11-27T04:00:00Z',
  ]);
  const unlike = make([], { start, periodHours: [1, 0.5, 4], periods: 3 });
  expect([1, 2, 3].map((period) => timeAt(unlike, period))).toEqual([
    '2026-11-27T01:00:00Z',
    '2026-11-27T01:30:00Z',
    '2026-11-27T05:30:00Z',
  ]);
  expect(timeAt(make([], { start: undefined, periodHours: 1 }), 1)).toBe('1970-01-01T01:00:00Z');
});

test('a span is the first run of periods, in whatever order they come, and how many more there are', () => {
  const of = make([], { start, periodHours: 1, periods: 24 });
  expect(spanOf(of, [])).toBe('');
  expect(spanOf(of, [3])).toBe('from 2026-11-27T03:00:00Z to 2026-11-27T04:00:00Z');
  expect(spanOf(of, [5, 4, 3, 4])).toBe('from 2026-11-27T03:00:00Z to 2026-11-27T06:00:00Z');
  expect(spanOf(of, [3, 4, 9])).toBe('from 2026-11-27T03:00:00Z to 2026-11-27T05:00:00Z and in 1 more period');
  expect(spanOf(of, [9, 3, 11])).toBe('from 2026-11-27T03:00:00Z to 2026-11-27T04:00:00Z and in 2 more periods');
});

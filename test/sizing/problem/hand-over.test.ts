import { cutAtHandOvers, handOverMs, startAtBegin } from '../../../lib/sizing/problem/hand-over';
import { poolProblem } from '../../../lib/sizing/problem/pool-problem';
import type { SizingPool } from '../../../lib/sizing/problem/pools';
import type { Offering } from '../../../lib/catalog/offering';
import { hourly, hourMs, monday, noLimits, offering, pool, replica } from '../support';

const lead = hourMs / 4;
const one = offering('g.one', { usdPerHour: 2 });
const reserved = (fields: Partial<Offering> = {}, from = monday + hourMs, to = monday + 3 * hourMs): Offering =>
  offering('g.one', {
    usdPerHour: 0,
    ...fields,
    id: `${fields.instanceType ?? 'g.one'}/reserved/cr-0a`,
    capacityType: 'reserved',
    reservation: { id: 'cr-0a', count: 2, from, to, path: 'pools.p.reserved[0].count', oneMoreUsdPerHour: null },
  });
const chat = replica('chat', 1);
const make = (fields: Partial<SizingPool> = {}) =>
  pool('p', { offerings: [one, reserved()], classes: [chat], handOverMs: lead, ...fields });
const minutes = (segments: readonly { readonly from: number; readonly to: number }[]) =>
  segments.map(({ from, to }) => [(from - monday) / 60_000, (to - monday) / 60_000]);

test('nodes hand over for as long as stated, and not at all where a workload fits on a reservation alone', () => {
  expect(handOverMs(make())).toBe(lead);
  expect(handOverMs(make({ handOverMs: undefined }))).toBe(0);
  const eight = reserved({ gpus: 8, instanceType: 'g.eight' });
  expect(handOverMs(make({ offerings: [one, eight], classes: [chat, replica('train', 8)] }))).toBe(0);
  expect(handOverMs(make({ offerings: [one, eight] }))).toBe(lead);
  expect(handOverMs(make({ offerings: [reserved()] }))).toBe(0);
});

test('segments are cut where a reservation has begun to serve and where others take over from it, and nowhere else', () => {
  const segments = hourly([{ chat: 1 }, { chat: 2 }, { chat: 3 }, { chat: 4 }]);
  const cut = cutAtHandOvers([make()], segments);
  expect(minutes(cut)).toEqual([
    [0, 60],
    [60, 75],
    [75, 120],
    [120, 165],
    [165, 180],
    [180, 240],
  ]);
  expect(cut.map(({ replicas }) => replicas.chat)).toEqual([1, 2, 2, 3, 3, 4]);
  expect(cutAtHandOvers([make({ handOverMs: 0 })], segments)).toEqual(segments);
  expect(cutAtHandOvers([make({ offerings: [one] })], segments)).toEqual(segments);
});

test('a hand-over at the border of segments cuts none, and several are cut in the order of time', () => {
  const segments = hourly([{ chat: 1 }, { chat: 1 }]);
  expect(minutes(cutAtHandOvers([make({ handOverMs: hourMs })], segments))).toEqual(minutes(segments));
  const later = reserved({}, monday - hourMs / 4, monday + hourMs);
  const sooner = reserved({ instanceType: 'g.two' }, monday + hourMs / 4, monday + 9 * hourMs);
  expect(minutes(cutAtHandOvers([make({ offerings: [one, sooner, later] })], segments))).toEqual([
    [0, 30],
    [30, 45],
    [45, 60],
    [60, 120],
  ]);
});

/** Nodes of the reservation and of the others by segment, after it was started at its begin. */
function started(each: SizingPool, nodes: readonly (readonly [on: number, reserved: number])[]) {
  const segments = cutAtHandOvers([each], hourly(Array.from({ length: 4 }, () => ({ chat: 3 }))));
  const counts = nodes.map(([on, held]) => ({ 'p/g.one/on-demand': on, ...(held > 0 && { 'p/g.one/reserved/cr-0a': held }) }));
  const problem = poolProblem([each], noLimits, segments);
  return startAtBegin(counts, { problem, pools: [each], segments }).map((all: Readonly<Record<string, number>>) => [
    all['p/g.one/on-demand'],
    all['p/g.one/reserved/cr-0a'] ?? 0,
  ]);
}

const served: readonly (readonly [number, number])[] = [
  [3, 0],
  [3, 0],
  [1, 2],
  [2, 1],
  [3, 0],
  [3, 0],
];

test('as many nodes as a reservation serves with at first start as it begins, beside those that they take over from', () => {
  expect(started(make(), served)).toEqual([
    [3, 0],
    [3, 2],
    [1, 2],
    [2, 1],
    [3, 0],
    [3, 0],
  ]);
});

test('where a limit does not let both run, or nobody hands over, they start when they serve', () => {
  expect(started(make({ ceiling: { amount: 4, unit: 'nodes' } }), served)).toEqual(served);
  expect(started(make({ ceiling: { amount: 5, unit: 'nodes' } }), served)[1]).toEqual([3, 2]);
  const alone = make({ handOverMs: 0 });
  const whole = served.filter((_, index) => index !== 1 && index !== 4);
  expect(started(alone, whole)).toEqual(whole);
});

test('a reservation that is not used when it begins to serve is not started', () => {
  const unused = served.map(([on], index) => [on, index === 3 ? 1 : 0] as const);
  expect(started(make(), unused)).toEqual(unused);
});

import { offeringsOf } from '../../../lib/catalog/offerings';
import { bindingText } from '../../../lib/plan/explain/binding-text';
import { shortAdvice } from '../../../lib/plan/explain/node-reasons';
import { reservationAdvice } from '../../../lib/plan/nodes/reservation-advice';
import { strategyNote } from '../../../lib/plan/explain/strategy-text';
import type { Strategy, StrategyOption } from '../../../lib/plan/file/types';
import type { SizedSegment } from '../../../lib/sizing';

const hour = 3_600_000;
const where = (region = 'us-east-1', prices = {}) => ({ region, prices });
const offerings = offeringsOf({ instances: ['g6e.xlarge'], capacity: ['on-demand'], region: 'us-east-1' });
const segments = (counts: readonly number[]): readonly SizedSegment[] =>
  counts.map((count, index) => ({ from: index * hour, to: (index + 1) * hour, nodes: { 'g6e.xlarge/on-demand': count }, usdPerHour: 0 }));
const advice = (counts: readonly number[], all = offerings) => reservationAdvice(all, segments(counts), ({ id }) => id, where());

test('a node pays reserved where it runs for more of the hours than the reserved price is of the one on demand', () => {
  // 1.17243 of 1.861 is 63 %: the first two nodes run all the time, the third for three quarters of it, the fourth for half.
  const [only] = advice([4, 4, 3, 2]);
  expect(only).toMatchObject({ instanceType: 'g6e.xlarge', nodes: 3, usdPerHour: { onDemand: 1.861, reserved: 1.17243 } });
  expect(only.savesUsdPerMonth).toBeCloseTo(730 * (2 * (1.861 - 1.17243) + 0.75 * 1.861 - 1.17243), 6);
  expect(shortAdvice(only)).toBe(`3 more g6e.xlarge reserved would save about ${Math.round(only.savesUsdPerMonth)} USD a month`);
});

test('nodes that run too seldom are no advice', () => {
  expect(advice([4, 0, 0, 0])).toEqual([]);
});

test('types come by name, in whatever order a pool lists them, and one without a reserved price is left out', () => {
  const both = ['g6e.xlarge', 'g5.xlarge', 'g6e.2xlarge'];
  const listed = (instances: string[]) => offeringsOf({ instances, capacity: ['on-demand'], region: 'us-east-1' });
  const always = [{ from: 0, to: hour, nodes: Object.fromEntries(both.map((type) => [`${type}/on-demand`, 1])), usdPerHour: 0 }];
  const typesOf = (instances: string[], region = 'us-east-1') =>
    reservationAdvice(listed(instances), always, ({ id }) => id, where(region)).map(({ instanceType }) => instanceType);
  expect(typesOf(both)).toEqual(['g5.xlarge', 'g6e.2xlarge', 'g6e.xlarge']);
  expect(typesOf([...both].reverse())).toEqual(typesOf(both));
  expect(typesOf(both, 'nowhere-1')).toEqual([]);
});

test('a price that the config states of a reservation of the type comes before that of the catalogue', () => {
  const reservation = { id: 'cr-0a', count: 1, from: -Infinity, to: Infinity, path: '', oneMoreUsdPerHour: 0.4 };
  const held = { ...offerings[0], id: 'held', capacityType: 'reserved' as const, reservation };
  expect(advice([4, 0, 0, 0], [...offerings, held])).toMatchObject([{ nodes: 4, price: 'as the config states' }]);
});

test("a reserved price of one's own comes before that of the catalogue, and after that of a reservation", () => {
  const own = where('us-east-1', { 'g6e.xlarge': { reserved: 0.5 } });
  expect(reservationAdvice(offerings, segments([4, 4, 0, 0]), ({ id }) => id, own)).toMatchObject([
    { nodes: 4, usdPerHour: { reserved: 0.5 }, price: 'of prices in the config' },
  ]);
});

test('a limit is said to bind with what one more of its unit would save', () => {
  const fact = { limit: 'pool.gpus.ceiling', used: 9, available: 9, unit: 'nodes', at: '2026-11-23T00:00:00Z', savesUsd: 12.4 };
  expect(bindingText(fact)).toBe('9 of 9 nodes, first at 2026-11-23T00:00:00Z; one node more would save about 12 USD in the horizon');
});

const option = (name: StrategyOption['name'], usd: number, needs: string | null = null): StrategyOption => ({
  name,
  usd,
  size: null,
  replicas: null,
  strainedShare: null,
  lossShare: null,
  restarts: 0,
  needs,
  why: '',
});
const strategy = (fields: Partial<Strategy>): Strategy => ({
  chosen: 'reactive',
  inForce: 'horizontal',
  usd: 80,
  reason: '',
  runnerUp: null,
  options: [option('horizontal', 100), option('reactive', 80)],
  ...fields,
});

test('a strategy other than the one in force is one line, with what it saves and what it takes', () => {
  expect(strategyNote('chat', strategy({}))).toBe(
    "advice for chat: reactive, about 20 USD in the horizon less than horizontal were it alone; scaling: 'auto' acts on it",
  );
  const needing = strategy({ options: [option('horizontal', 100), option('reactive', 80, 'a live metric')] });
  expect(strategyNote('chat', needing)).toMatch(/; it needs a live metric$/);
});

test('what is in force already needs no line', () => {
  expect(strategyNote('chat', strategy({ chosen: 'horizontal' }))).toBeNull();
  expect(strategyNote('chat', undefined)).toBeNull();
});

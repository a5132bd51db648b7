import { learnProfile, type Profile } from '../../../lib/forecast/events/event-profile';
import { withoutOccurrences } from '../../../lib/forecast/events/events';
import type { Occurrence } from '../../../lib/forecast/events/occurrence';
import { DAY_MS, HOUR_MS } from '../../../lib/units';
import { monday } from '../support';

type Sale = { readonly day: number; readonly hours?: number; readonly share?: number; readonly name?: string };
const occurrenceOf = ({ day, hours = 24, share = 1, name = 'sale' }: Sale): Occurrence => {
  const [from, to] = [monday + day * DAY_MS, monday + day * DAY_MS + hours * HOUR_MS];
  return { kind: 'event', name, group: 'g', from, to, reach: [{ from, to, share }] };
};

/** What sales teach of a load that is 100 at all other times, each hour of a sale as told. */
function learned(
  sales: readonly (Sale & { readonly load: (hour: number) => number })[],
  level: (i: number) => number = () => 100,
): Profile {
  const values = Float64Array.from({ length: 70 * 24 }, (_, i) => level(i));
  for (const { day, hours = 24, load } of sales) for (let hour = 0; hour < hours; hour++) values[24 * day + hour] = load(hour);
  const series = { start: monday, intervalMs: HOUR_MS, values };
  const occurrences = sales.map(occurrenceOf);
  const profile = learnProfile(series, withoutOccurrences(series, occurrences).series.values, occurrences, () => true);
  if (profile === null) throw new Error('nothing was learned');
  return profile;
}
/** The lift of a load beside the usual one, both raised by a twentieth of that. */
const lift = (load: number, usual = 100) => Math.log((load + 0.05 * usual) / (usual + 0.05 * usual));

test('where no week differs, the level is the mean lift and the shape what the steps lie above it', () => {
  const { past, level, shape } = learned([{ day: 25, load: (hour) => (hour < 12 ? 200 : 300) }]);
  const [low, high] = [lift(200), lift(300)];
  expect(past).toBe(1);
  expect(level).toBeCloseTo((low + high) / 2, 9);
  expect(shape).toHaveLength(24);
  expect(shape[0]).toBeCloseTo((low - high) / 2, 9);
  expect(shape[23]).toBeCloseTo((high - low) / 2, 9);
});

test('the level of several is the median of their lifts, and so is the shape step by step', () => {
  const { past, level, shape } = learned([
    { day: 11, load: () => 150 },
    { day: 25, load: () => 200 },
    { day: 39, load: (hour) => (hour === 0 ? 500 : 260) },
  ]);
  expect(past).toBe(3);
  expect(level).toBeCloseTo(lift(200), 2);
  expect(shape[0]).toBeCloseTo(0, 2);
});

test('the spread of one is a fifth of its level times the root of two, and of more it falls and takes in how they differ', () => {
  const one = learned([{ day: 25, load: () => 200 }]);
  expect(one.spread).toBeCloseTo(0.2 * lift(200) * Math.sqrt(2), 9);
  const two = learned([
    { day: 11, load: () => 200 },
    { day: 39, load: () => 200 },
  ]);
  expect(two.spread).toBeCloseTo(Math.sqrt(((0.2 * lift(200)) ** 2 / 2) * 1.5), 9);
  const apart = learned([
    { day: 11, load: () => 150 },
    { day: 39, load: () => 300 },
  ]);
  const [a, b] = [lift(150), lift(300)];
  const middle = (a + b) / 2;
  const squares = (a - middle) ** 2 + (b - middle) ** 2;
  expect(apart.level).toBeCloseTo(middle, 9);
  expect(apart.spread).toBeCloseTo(Math.sqrt((((0.2 * middle) ** 2 + squares) / 2) * 1.5), 9);
});

test('what reached a share of the load is told as what it would do to all of it', () => {
  const { level } = learned([{ day: 25, share: 0.5, load: () => 150 }]);
  const ratio = Math.exp(lift(150));
  expect(level).toBeCloseTo(Math.log(1 + (ratio - 1) / 0.5), 9);
});

test('a lift is no lower than a fiftieth', () => {
  expect(learned([{ day: 25, share: 0.5, load: () => 0 }]).level).toBeCloseTo(Math.log(0.02), 9);
});

test('an occurrence weighs by the square of the share that it reached', () => {
  // Weights of 1 and 0.16: the middle fifth of the weight lies all within the first.
  const { level } = learned([
    { day: 11, share: 1, load: () => 200 },
    { day: 39, share: 0.4, load: () => 100 },
  ]);
  expect(level).toBeCloseTo(lift(200), 9);
});

/** Every other week the load of all days is higher, which no day around shows: ordinary weeks are this uneven. */
const uneven = (i: number) => (Math.floor(i / 24) % 14 === 11 ? 130 : 100);

test('a level is drawn towards none by how uneven ordinary weeks are', () => {
  const even = learned([{ day: 25, load: () => 140 }]).level;
  const noisy = learned([{ day: 25, load: () => 140 }], uneven).level;
  expect(noisy).toBeGreaterThan(0);
  expect(noisy).toBeLessThan(even);
  // A lift that is smaller than what ordinary weeks do is none.
  expect(learned([{ day: 25, load: () => 103 }], uneven).level).toBeCloseTo(0, 9);
});

test('names that are alike are told by their group, names that differ by themselves', () => {
  const four = [11, 25, 39, 53];
  const named = (loads: readonly number[]) =>
    learned(four.map((day, i) => ({ day, name: i < 2 ? 'spring' : 'autumn', load: () => loads[i] })));
  const alike = named([200, 200, 200, 200]);
  expect(alike.named.spring).toEqual({ past: 2, level: expect.closeTo(lift(200), 9) as number });
  // Ordinary weeks are even: what apart they lie is their own, and the group counts for a quarter of an occurrence.
  const apart = named([200, 200, 400, 400]);
  const own = lift(200);
  expect(apart.named.spring.level).toBeCloseTo((2 * own + 0.25 * apart.level) / 2.25, 9);
  expect(apart.named.autumn.level).toBeCloseTo((2 * lift(400) + 0.25 * apart.level) / 2.25, 9);
});

test('the only name of a group has the level of the group', () => {
  const { level, named } = learned([
    { day: 11, load: () => 150 },
    { day: 39, load: () => 300 },
  ]);
  expect(named).toEqual({ sale: { past: 2, level } });
});

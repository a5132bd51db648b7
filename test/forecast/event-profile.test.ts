import { fc, test as propertyTest } from '@fast-check/jest';
import { baselineOf, learnProfile, logRatios } from '../../lib/forecast/events/event-profile';
import { withoutOccurrences } from '../../lib/forecast/events/events';
import type { Occurrence } from '../../lib/forecast/events/occurrence';
import { median } from '../../lib/history/robust';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { chance, monday, weeksOfLoad } from './support';

const at = (day: number, hours = 24, share = 1, name = 'sale'): Occurrence => {
  const [from, to] = [monday + day * DAY_MS, monday + day * DAY_MS + hours * HOUR_MS];
  return { kind: 'event', name, group: 'g', from, to, reach: [{ from, to, share }] };
};
const learn = (values: Float64Array, occurrences: readonly Occurrence[]) => {
  const series = { start: monday, intervalMs: HOUR_MS, values };
  return learnProfile(series, withoutOccurrences(series, occurrences).series.values, occurrences, () => true);
};
const lifted = (days: readonly number[], times: (hour: number, which: number) => number, load = weeksOfLoad(70 * 24)) =>
  load.map((value, i) => (days.includes(Math.floor(i / 24)) ? value * times(i % 24, days.indexOf(Math.floor(i / 24))) : value));

test('the baseline is what the same times of other weeks say, at the level of the days around', () => {
  const grown = Float64Array.from({ length: 10 * 168 }, (_, i) => (100 + 50 * Math.sin((2 * Math.PI * i) / 24)) * 1.1 ** (i / 168));
  const masked = grown.slice().fill(NaN, 5 * 168, 5 * 168 + 24);
  const baseline = baselineOf(masked, { first: 5 * 168, end: 5 * 168 + 24 }, 24, 168);
  baseline.forEach((value, hour) => expect(value / grown[5 * 168 + hour]).toBeCloseTo(1, 1));
  expect([...baseline].every((value, hour) => Math.abs(value / grown[5 * 168 + hour] - 1) < 0.02)).toBe(true);
});

test('a week is raised or lowered to the level of the days around, and says nothing where these were silent or are not known', () => {
  const [first, end] = [5 * 168, 5 * 168 + 24];
  /** Of the weeks about the span two alone are known: the one before is like the days around the span, the one after is given. */
  const baseline = (during: number, around: number, known = 72) => {
    const masked = new Float64Array(11 * 168).fill(NaN);
    masked
      .fill(50, first - 168 - 72, first - 168 + 96)
      .fill(50, first - 72, first)
      .fill(50, end, end + 72);
    masked
      .fill(during, first + 168, end + 168)
      .fill(around, first + 168 - known, first + 168)
      .fill(around, end + 168, end + 168 + known);
    return new Set(baselineOf(masked, { first, end }, 24, 168));
  };
  const both = (other: number) => new Set([median(Float64Array.of(50, other))]);
  expect(baseline(60, 50)).toEqual(both(60));
  expect(baseline(60, 100)).toEqual(both(30));
  expect(baseline(60, 0)).toEqual(new Set([50]));
  expect(baseline(60, 50, 9)).toEqual(both(60));
  expect(baseline(60, 50, 8)).toEqual(new Set([50]));
});

test('a ratio near zero is a small one: two where none is usual is no surprise beside a hundred by day', () => {
  const baseline = Float64Array.of(0, 100, 100);
  expect(Math.exp(logRatios(Float64Array.of(2, 100, 100), baseline)[0])).toBeLessThan(2);
  expect(logRatios(Float64Array.of(1, 1, 1), new Float64Array(3)).every(Number.isNaN)).toBe(true);
});

test('level and shape are those of the past, for one, two and three occurrences', () => {
  for (const days of [[25], [25, 46], [25, 39, 53]]) {
    const profile = learn(
      lifted(days, (hour) => (hour < 12 ? 2 : 4)),
      days.map((day) => at(day)),
    );
    expect(profile?.past).toBe(days.length);
    for (const [hour, times] of [
      [6, 2],
      [18, 4],
    ])
      expect(Math.exp((profile?.level ?? 0) + (profile?.shape[hour] ?? 0)) / times).toBeCloseTo(1, 0);
  }
});

test('one mad occurrence of three moves the level little', () => {
  const days = [25, 39, 53];
  const profile = learn(
    lifted(days, (_, which) => [2, 0.05, 2][which]),
    days.map((day) => at(day)),
  );
  expect(Math.exp(profile?.level ?? 0)).toBeGreaterThan(1.8);
});

test('the spread grows with the distance between occurrences and falls with their number', () => {
  const spread = (days: readonly number[], times: readonly number[]) =>
    learn(
      lifted(days, (_, which) => times[which]),
      days.map((day) => at(day)),
    )?.spread ?? NaN;
  const [one, two, three, apart] = [
    spread([25], [2]),
    spread([25, 46], [2, 2]),
    spread([25, 39, 53], [2, 2, 2]),
    spread([25, 46], [1.5, 3]),
  ];
  expect(three).toBeLessThan(two);
  expect(two).toBeLessThan(one);
  expect(apart).toBeGreaterThan(2 * two);
});

test('what reached half of the load teaches what it would do to all of it', () => {
  const days = [25, 46];
  const profile = learn(
    lifted(days, () => 1.5),
    days.map((day) => at(day, 24, 0.5)),
  );
  expect(Math.exp(profile?.level ?? 0)).toBeCloseTo(2, 0);
});

test('a name that differs from its group is drawn towards it, and the group hardly towards the name', () => {
  const days = [11, 18, 25, 32, 39, 46];
  const profile = learn(
    lifted(days, (_, which) => (which === 5 ? 4 : 2)),
    days.map((day, which) => at(day, 24, 1, which === 5 ? 'new' : 'old')),
  );
  const times = (name: string) => Math.exp(profile?.named[name].level ?? NaN);
  expect(times('old')).toBeLessThan(2.3);
  expect(times('new')).toBeGreaterThan(2.1);
  expect(times('new')).toBeLessThan(4);
});

test('nothing is learned where half of it is missing, where nothing is usual, or without a week to go by', () => {
  const load = lifted([25], () => 2);
  expect(learn(load.slice().fill(NaN, 25 * 24, 25 * 24 + 14), [at(25)])).toBeNull();
  expect(
    learn(
      load.map((value, i) => (Math.floor(i / 24) === 25 ? value : 0)),
      [at(25)],
    ),
  ).toBeNull();
  expect(learn(load, [at(-3), at(90)])).toBeNull();
  const coarse = { start: monday, intervalMs: 5 * HOUR_MS, values: new Float64Array(200).fill(1) };
  expect(learnProfile(coarse, coarse.values, [at(25)], () => true)).toBeNull();
});

propertyTest.prop([
  fc.integer({ min: 1, max: 1e6 }),
  fc.constantFrom(1e-6, 1, 1e6),
  fc.array(
    fc.record({
      day: fc.integer({ min: 0, max: 41 }),
      hours: fc.integer({ min: 1, max: 80 }),
      share: fc.double({ min: 0.1, max: 1, noNaN: true }),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
])('any load and any past give finite lifts, the same at any scale', (seed, scale, all) => {
  const next = chance(seed);
  const load = Float64Array.from({ length: 42 * 24 }, () => (next() < 0.1 ? NaN : next() < 0.2 ? 0 : next() ** 4 * 1000));
  const occurrences = all.map(({ day, hours, share }) => at(day, hours, share));
  const [plain, scaled] = [load, load.map((value) => value * scale)].map((values) => learn(values, occurrences));
  if (plain === null || scaled === null) return expect(scaled).toBe(plain);
  for (const value of [plain.level, plain.spread, ...plain.shape]) expect(Number.isFinite(value)).toBe(true);
  expect(plain.spread).toBeGreaterThanOrEqual(0);
  expect(scaled.level).toBeCloseTo(plain.level, 6);
  expect(scaled.spread).toBeCloseTo(plain.spread, 6);
});

import fc from 'fast-check';
import { findSeasons } from '../../lib/forecast/backtest/find-seasons';
import { forecast } from '../../lib/forecast/forecast';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';
import { here, hourly } from './support';

/** Seeded numbers of a standard normal distribution. */
function noise(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

const wave = (t: number, period: number) => Math.sin((2 * Math.PI * t) / period);
const planted = (hours: number, value: (hour: number) => number, spread: number, seed = 1) => {
  const next = noise(seed);
  return Float64Array.from({ length: hours }, (_, t) => Math.max(0, value(t) + spread * next()));
};
const steps = (values: Float64Array, intervalMs = HOUR_MS) => findSeasons(values, intervalMs).map((season) => season.steps);

test.each([
  ['5 hours', 5],
  ['8 hours', 8],
  ['12 hours', 12],
  ['30 hours', 30],
])('a cycle of %s over noise as large as itself is found', (_, period) => {
  for (const seed of [1, 2, 3]) expect(steps(planted(504, (t) => 100 + 12 * wave(t, period), 10, seed))).toEqual([period]);
});

test('a batch every thirty hours is found beneath the day and its weekends', () => {
  const load = (t: number) => (Math.floor(t / 24) % 7 >= 5 ? 0.5 : 1) * (100 + 50 * wave(t, 24)) + (t % 30 < 3 ? 80 : 0);
  expect(steps(planted(504, load, 8))).toEqual([30]);
});

test('two cycles are found beside each other, the stronger first, and without noise too', () => {
  const both = (t: number) => 100 + 10 * wave(t, 11) + 20 * wave(t, 30);
  expect(steps(planted(600, both, 5))).toEqual([30, 11]);
  expect(steps(planted(600, (t) => 100 + 20 * wave(t, 30), 0))).toEqual([30]);
});

test('a cycle of fifty minutes is found in ten days of five minutes, one of ten days in a year of days', () => {
  expect(
    steps(
      planted(10 * 288, (t) => 100 + 40 * wave(t, 288) + (t % 10 === 0 ? 30 : 0), 8),
      5 * MINUTE_MS,
    ),
  ).toEqual([10]);
  expect(
    steps(
      planted(365, (t) => 100 + 10 * wave(t, 10), 8),
      DAY_MS,
    ),
  ).toEqual([10]);
});

const day = (t: number) => 100 + 50 * wave(t, 24) + 15 * wave(t, 8);
const weekend = (t: number) => (Math.floor(t / 24) % 7 >= 5 ? 0.4 : 1) * day(t);
test.each<[string, (hours: number, seed: number) => Float64Array]>([
  ['white noise', (hours, seed) => planted(hours, () => 100, 10, seed)],
  [
    'a random walk',
    (hours, seed) => {
      let level = 1_000;
      return planted(hours, () => level, 0, seed).map(
        (
          (next) => () =>
            (level += next())
        )(noise(seed)),
      );
    },
  ],
  ['a constant', (hours) => new Float64Array(hours).fill(7)],
  ['a constant that its mean is not exactly', (hours) => new Float64Array(hours).fill(1e-6)],
  ['a day without noise', (hours) => planted(hours, day, 0)],
  ['a day with noise', (hours, seed) => planted(hours, day, 5, seed)],
  ['a growing day', (hours, seed) => planted(hours, (t) => (1 + t / 1_000) * day(t), 3, seed)],
  ['days and weekends without noise', (hours) => planted(hours, weekend, 0)],
  ['days and weekends with noise', (hours, seed) => planted(hours, weekend, 5, seed)],
  ['a level that moved', (hours, seed) => planted(hours, (t) => (t > hours / 2 ? 200 : 100), 5, seed)],
  [
    'rare spikes',
    (hours, seed) => planted(hours, () => 10, 1, seed).map(((next) => (x) => (next() > 2.2 ? x + 200 : x))(noise(seed + 99))),
  ],
])('nothing is found in %s', (_, series) => {
  for (const hours of [60, 200, 360, 504, 1_000]) for (const seed of [1, 2, 3, 4]) expect(steps(series(hours, seed))).toEqual([]);
});

test('what is found does not depend on the unit of the load', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), fc.double({ min: -6, max: 6, noNaN: true }), (seed, power) => {
      const load = planted(504, (t) => 100 + 12 * wave(t, seed % 2 === 0 ? 30 : 8), 10, seed);
      const [plain, scaled] = [load, load.map((value) => value * 10 ** power)].map((values) => findSeasons(values, HOUR_MS));
      expect(scaled.map((season) => season.steps)).toEqual(plain.map((season) => season.steps));
      scaled.forEach(({ share }, i) => expect(share).toBeCloseTo(plain[i].share, 6));
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['30 hours', (t: number) => 100 + 50 * wave(t, 24) + (t % 30 < 3 ? 60 : 0), [30], 0.6],
  ['5 hours', (t: number) => 100 + (t % 5 === 2 ? 60 : 0), [5], 0.6],
  ['8 hours', (t: number) => 100 + 20 * wave(t, 8), [8], 1],
])('a load with a cycle of %s is forecast clearly better for it', async (_, value, found, share) => {
  const options = { steps: 24, quantiles: [0.5], effort: 'fast' as const };
  const load = planted(744, value, 8);
  const known = hourly(load.slice(0, 720));
  const blind = await forecast(known, options, (tasks) => here(tasks.map((task) => ({ ...task, cycles: [] }))));
  const seeing = await forecast(known, options, here);
  const error = ({ mean }: typeof blind) => mean.reduce((sum, said, i) => sum + Math.abs(said - value(720 + i)), 0);
  expect(seeing.found.map((season) => season.steps)).toEqual(found);
  expect(error(seeing)).toBeLessThan(share * error(blind));
});

test('a cycle that begins after the first half is not known to the backtest', async () => {
  const late = hourly(planted(720, (t) => 100 + 50 * wave(t, 24) + (t > 400 && t % 30 < 3 ? 60 : 0), 8));
  expect((await forecast(late, { steps: 24, quantiles: [0.5], effort: 'fast' }, here)).found).toEqual([]);
});

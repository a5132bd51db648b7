import { fc, test as propertyTest } from '@fast-check/jest';
import { leastStrength, seasonality } from '../../../lib/history/quality/seasonality';
import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../../../lib/units';
import { normalFrom } from './noise';
import { seriesOf } from '../support';

const strengths = (values: readonly number[], rest = {}) => {
  const series = seriesOf(values, rest);
  return Object.fromEntries(
    seasonality(series, new Uint8Array(values.length)).map(({ periodMs, strength }) => [periodMs / HOUR_MS, strength]),
  );
};
const hours = (count: number, value: (hour: number) => number): number[] => Array.from({ length: count }, (_, hour) => value(hour));
const daily = (hour: number): number => Math.sin((2 * Math.PI * hour) / 24);
const weekend = (hour: number): number => (Math.floor(hour / 24) % 7 >= 5 ? 1 : 0);

test('a daily wave has a daily strength near 1 and no weekly one', () => {
  const found = strengths(hours(28 * 24, (hour) => 10 + daily(hour)));
  expect(found[24]).toBeGreaterThan(0.99);
  expect(found[168]).toBeLessThan(leastStrength);
});

test('what differs by the day of the week is a weekly strength', () => {
  const next = normalFrom(1);
  const found = strengths(hours(28 * 24, (hour) => 10 + daily(hour) * (1 - 0.8 * weekend(hour)) - 3 * weekend(hour) + 0.2 * next()));
  expect(found[24]).toBeGreaterThan(0.5);
  expect(found[168]).toBeGreaterThan(0.7);
});

test('strength falls with noise', () => {
  const withNoise = (spread: number) => {
    const next = normalFrom(2);
    return strengths(hours(28 * 24, (hour) => daily(hour) + spread * next()))[24];
  };
  const [weak, middle, strong] = [3, 1, 0.2].map(withNoise);
  expect(weak).toBeLessThan(middle);
  expect(middle).toBeLessThan(strong);
});

test('noise is no repetition: of 200 series of two, three and four weeks none reaches the least strength', () => {
  for (const weeks of [2, 3, 4]) {
    const next = normalFrom(weeks);
    const highest = Array.from({ length: 200 }, () => Math.max(...Object.values(strengths(hours(weeks * 168, next)))));
    expect(Math.max(...highest)).toBeLessThan(leastStrength);
  }
});

test('a trend hides nothing, nor does a spike', () => {
  const plain = hours(21 * 24, (hour) => 10 + daily(hour));
  expect(strengths(plain.map((value, hour) => value + hour / 50))[24]).toBeGreaterThan(0.95);
  expect(strengths(plain.map((value, hour) => (hour === 100 ? 1e9 : value)))[24]).toBeGreaterThan(0.95);
});

test('needs two whole days and two whole weeks', () => {
  expect(strengths(hours(40, daily))).toEqual({});
  expect(Object.keys(strengths(hours(48, daily)))).toEqual(['24']);
  expect(Object.keys(strengths(hours(13 * 24, daily)))).toEqual(['24']);
});

test('a constant has none', () => {
  expect(strengths(hours(28 * 24, () => 5))).toEqual({ 24: 0, 168: 0 });
});

test('finer intervals are taken by the hour, coarser as they are, days not at all', () => {
  const fine = Array.from({ length: 14 * 288 }, (_, index) => 10 + daily(index / 12));
  expect(strengths(fine, { intervalMs: 5 * MINUTE_MS })[24]).toBeGreaterThan(0.99);
  const coarse = Array.from({ length: 14 * 4 }, (_, index) => 10 + daily(6 * index));
  expect(strengths(coarse, { intervalMs: 6 * HOUR_MS })[24]).toBeGreaterThan(0.9);
  expect(strengths([1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7], { intervalMs: DAY_MS })).toEqual({});
  expect(strengths([1, 2, 3, 4], { intervalMs: WEEK_MS })).toEqual({});
});

propertyTest.prop([fc.array(fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(NaN)), { maxLength: 400 })])(
  'a strength lies between 0 and 1',
  (values) => {
    for (const strength of Object.values(strengths(values))) {
      expect(strength).toBeGreaterThanOrEqual(0);
      expect(strength).toBeLessThanOrEqual(1);
    }
  },
);

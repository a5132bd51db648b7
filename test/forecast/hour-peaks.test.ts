import { fc, test as propertyTest } from '@fast-check/jest';
import { hourPeaks } from '../../lib/forecast/hour-peaks';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';

const start = Date.UTC(2026, 10, 2);
const fiveMinutes = 5 * MINUTE_MS;

/** Days at 1 that rise to 5 in a straight line within the hour that begins at 8. */
function rising(days: number, intervalMs = fiveMinutes) {
  const perDay = DAY_MS / intervalMs;
  const values = Float64Array.from({ length: days * perDay }, (_, i) => {
    const hours = (((i % perDay) + 0.5) * intervalMs) / HOUR_MS - 8;
    return 1 + 4 * Math.min(1, Math.max(0, hours)) * (hours < 6 ? 1 : 0.25);
  });
  return { start, intervalMs, values };
}
const byHour = (peaks: (at: number) => number) => Array.from({ length: 24 }, (_, hour) => peaks(start + hour * HOUR_MS));

test('an hour in which the load rises needs more than its mean, and no other does', () => {
  const factors = byHour(hourPeaks(rising(14))(Infinity));
  // The last five minutes by the mean, of 14 days of which two count for 1: 4.83 by 3.
  expect(factors[8]).toBeCloseTo(1 + (14 / 16) * (29 / 18 - 1), 9);
  expect(new Set(factors.filter((_, hour) => hour !== 8))).toEqual(new Set([1]));
});

test('an hour in which the load falls needs no more than its mean: what it had was there when it began', () => {
  const { values, ...load } = rising(14);
  expect(new Set(byHour(hourPeaks({ ...load, values: values.map((_, i) => 6 - values[i]) })(Infinity)))).toEqual(new Set([1]));
});

test('what is so in every hour counts for nothing', () => {
  const { values, ...load } = rising(14);
  const pulsing = values.map((_, i) => (i % 12 === 0 ? 3 : 1));
  expect(new Set(byHour(hourPeaks({ ...load, values: pulsing })(Infinity)))).toEqual(new Set([1]));
});

test('nothing is known from what comes after, from two days little, and from four weeks at most', () => {
  const peaks = hourPeaks(rising(40));
  const at = start + 8 * HOUR_MS;
  expect(peaks(start)(at)).toBe(1);
  expect(peaks(start + 2 * DAY_MS)(at)).toBeCloseTo(1 + (2 / 4) * (29 / 18 - 1), 9);
  expect(peaks(start + 40 * DAY_MS)(at)).toBeCloseTo(1 + (28 / 30) * (29 / 18 - 1), 9);
});

test('hours with a gap and hours without load tell nothing', () => {
  const { values, ...load } = rising(4);
  for (let day = 0; day < 4; day++) values.fill(day < 2 ? NaN : 0, day * 288 + 100, day * 288 + (day < 2 ? 101 : 108));
  values.fill(0, 2 * 288 + 96, 2 * 288 + 108).fill(0, 3 * 288 + 96, 3 * 288 + 108);
  expect(hourPeaks({ ...load, values })(Infinity)(start + 8 * HOUR_MS)).toBe(1);
});

test('values further apart than 15 minutes tell nothing; closer ones count by five minutes, also where they begin within an hour', () => {
  const of = (load: ReturnType<typeof rising>) => hourPeaks(load)(Infinity)(start + 8 * HOUR_MS);
  expect(of(rising(14, 30 * MINUTE_MS))).toBe(1);
  expect(of(rising(14, 15 * MINUTE_MS))).toBeGreaterThan(1.4);
  expect(of(rising(14, MINUTE_MS))).toBeCloseTo(of(rising(14)), 9);
  const { values, ...load } = rising(14);
  expect(of({ ...load, start: start + 25 * MINUTE_MS, values: values.slice(5) })).toBeCloseTo(of(rising(14)), 9);
});

propertyTest.prop([fc.array(fc.nat(1_000), { minLength: 288, maxLength: 900 }), fc.double({ min: 0.5, max: 8, noNaN: true })])(
  'no hour needs less than its mean, and the height of the load does not matter',
  (values, scale) => {
    const of = (height: number) =>
      byHour(hourPeaks({ start, intervalMs: fiveMinutes, values: Float64Array.from(values, (value) => value * height) })(Infinity));
    of(1).forEach((factor, hour) => {
      expect(factor).toBeGreaterThanOrEqual(1);
      expect(of(scale)[hour]).toBeCloseTo(factor, 6);
    });
  },
);

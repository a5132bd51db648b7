import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { repeatingRises } from '../../lib/forecast/rises';
import { randomOf } from '../../lib/random';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';

/** Days at 1 that rise to 5 in a straight line from eight o'clock on, and fall from eight in the evening on. */
function rampedDays(days: number, rampMinutes: number, intervalMinutes = 5, noise = 0, seed = 1) {
  const { normal } = randomOf(seed);
  const perDay = DAY_MS / (intervalMinutes * MINUTE_MS);
  const values = Float64Array.from({ length: days * perDay }, (_, i) => {
    const minute = (i % perDay) * intervalMinutes;
    const up = Math.min(1, Math.max(0, (minute - 8 * 60) / rampMinutes));
    const down = Math.min(1, Math.max(0, (minute - 20 * 60) / rampMinutes));
    return (1 + 4 * (up - down)) * (1 + noise * normal());
  });
  return { intervalMs: intervalMinutes * MINUTE_MS, values };
}

test.each([10, 60, 240])('a rise in a straight line takes as long as it is: %d minutes', (minutes) => {
  const rises = repeatingRises(rampedDays(7, minutes));
  expect(rises?.riseMs).toBeCloseTo(minutes * MINUTE_MS, 3);
  expect(rises).toMatchObject({ period: 'day', repeats: 1 });
});

test('noise makes a slow rise no quick one', () => {
  const clean = repeatingRises(rampedDays(7, 240))?.riseMs ?? NaN;
  const noisy = repeatingRises(rampedDays(7, 240, 5, 0.2))?.riseMs ?? NaN;
  expect(Math.abs(noisy / clean - 1)).toBeLessThan(0.25);
});

test('a rise takes no less than an interval, since nobody sees what happens within one', () => {
  expect(repeatingRises(rampedDays(7, 1, 60))?.riseMs).toBe(HOUR_MS);
});

test('a jump that ends half way up, with a slow rise after it, is as quick as the jump', () => {
  const day = Array.from({ length: 24 }, (_, hour) => (hour < 8 ? 0 : hour < 18 ? 60 + 4 * (hour - 8) : hour < 20 ? 100 : 0));
  expect(repeatingRises({ intervalMs: HOUR_MS, values: Float64Array.from([...day, ...day]) })?.riseMs).toBeLessThan(2 * HOUR_MS);
});

test('of several rises a day the median counts', () => {
  // Two at once and one of four hours.
  const day = [1, 1, 1, 9, 9, 1, 1, 9, 9, 1, 1, 3, 5, 7, 9, 9, 1, 1, 1, 1, 1, 1, 1, 1];
  expect(repeatingRises({ intervalMs: HOUR_MS, values: Float64Array.from([...day, ...day]) })?.riseMs).toBe(HOUR_MS);
});

test('working weeks repeat by the week, not by the day', () => {
  const week = Float64Array.from({ length: 168 }, (_, hour) => (hour < 120 && hour % 24 >= 8 && hour % 24 < 18 ? 10 : 1));
  const values = Float64Array.from([...week, ...week, ...week]);
  expect(repeatingRises({ intervalMs: HOUR_MS, values })).toEqual({ period: 'week', repeats: 1, riseMs: HOUR_MS });
});

test('a load without anything that comes again does not repeat, however well its mean fits', () => {
  const { normal } = randomOf(3);
  const values = Float64Array.from({ length: 7 * 24 }, () => 10 + normal());
  expect(repeatingRises({ intervalMs: HOUR_MS, values })?.repeats).toBeLessThan(0.1);
});

test('what is missing is left out, and a load without two whole days has no repeating rises', () => {
  const whole = rampedDays(7, 60);
  const holed = { ...whole, values: whole.values.map((value, i) => (i % 11 === 0 ? NaN : value)) };
  expect(repeatingRises(holed)?.riseMs).toBeCloseTo(HOUR_MS, 3);
  expect(repeatingRises({ ...whole, values: whole.values.slice(0, 500) })).toBeNull();
  expect(repeatingRises({ ...whole, values: whole.values.map((value, i) => (i % 288 < 12 ? NaN : value)) })).toBeNull();
  expect(repeatingRises({ ...whole, values: whole.values.fill(3) })).toBeNull();
});

test('the unit of a load, and the time of the day it begins at, change nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1_000), { minLength: 24, maxLength: 24 }),
      fc.double({ min: 0.5, max: 1_000, noNaN: true }),
      fc.nat(23),
      (hours, scale, shift) => {
        const load = (values: number[]) => repeatingRises({ intervalMs: HOUR_MS, values: Float64Array.from(values) });
        const day = (values: readonly number[]) => [...values, ...values];
        const plain = load(day(hours));
        const turned = [...hours.slice(shift), ...hours.slice(0, shift)].map((value) => value * scale);
        const other = load(day(turned));
        expect(other === null).toBe(plain === null);
        if (plain !== null) expect(other?.riseMs).toBeCloseTo(plain.riseMs, -2);
      },
    ),
  );
});

import { fc, test as propertyTest } from '@fast-check/jest';
import { fillGaps } from '../../lib/forecast/gaps';
import { HOUR_MS } from '../../lib/units';
import { weeksOfLoad } from './support';

const without = (values: Float64Array, from: number, to: number) => values.map((value, i) => (i >= from && i < to ? NaN : value));

test('a gap of up to three hours is a straight line', () => {
  expect([...fillGaps(Float64Array.of(1, NaN, NaN, NaN, 5), HOUR_MS)]).toEqual([1, 2, 3, 4, 5]);
});

test('a longer gap is the same hour of the week before', () => {
  const load = weeksOfLoad(500);
  const filled = fillGaps(without(load, 300, 330), HOUR_MS);
  expect([...filled.slice(300, 330)]).toEqual([...load.slice(300 - 168, 330 - 168)]);
});

test('in the first week a longer gap is the same hour of the day before, on its first day of the day after', () => {
  const load = weeksOfLoad(100);
  expect([...fillGaps(without(load, 60, 70), HOUR_MS).slice(60, 70)]).toEqual([...load.slice(36, 46)]);
  expect([...fillGaps(without(load, 2, 9), HOUR_MS).slice(2, 9)]).toEqual([...load.slice(26, 33)]);
});

test('a gap at the end is the same hour of the week before', () => {
  const load = weeksOfLoad(300);
  expect(fillGaps(without(load, 290, 300), HOUR_MS)[299]).toBe(load[299 - 168]);
});

propertyTest.prop([fc.array(fc.oneof(fc.constant(NaN), fc.double({ min: 0, max: 1e6, noNaN: true })), { minLength: 1, maxLength: 200 })])(
  'the filled series is complete, keeps every observation and stays within their range',
  (numbers) => {
    fc.pre(numbers.some((value) => !Number.isNaN(value)));
    const values = Float64Array.from(numbers);
    const observed = numbers.filter((value) => !Number.isNaN(value));
    const filled = fillGaps(values, HOUR_MS);
    filled.forEach((value, i) => {
      if (!Number.isNaN(values[i])) expect(value).toBe(values[i]);
      expect(value).toBeGreaterThanOrEqual(Math.min(...observed) * (1 - 1e-12));
      expect(value).toBeLessThanOrEqual(Math.max(...observed) * (1 + 1e-12));
    });
  },
);

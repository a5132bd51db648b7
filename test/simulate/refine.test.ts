import { test as propertyTest, fc } from '@fast-check/jest';
import { keepingMeans, meansOf, refineLoad, variation } from '../../lib/simulate/refine';
import { tickMs } from '../../lib/simulate/physics';
import { HOUR_MS } from '../../lib/units';

const loads = fc.array(fc.oneof(fc.double({ min: 0, max: 1_000, noNaN: true }), fc.constant(0)), { minLength: 2, maxLength: 40 });
const load = (values: readonly number[], intervalMs = HOUR_MS) => ({ start: 0, intervalMs, values: Float64Array.from(values) });

propertyTest.prop([loads, fc.integer({ min: 1, max: 99 })])(
  'keeps the mean of every interval and never goes below zero',
  (values, seed) => {
    const refined = refineLoad(load(values), tickMs, seed);
    meansOf(refined.values, 240).forEach((mean, i) => expect(mean).toBeCloseTo(values[i], 6));
    expect(Math.min(...refined.values)).toBeGreaterThanOrEqual(0);
  },
);

propertyTest.prop([loads])('runs in straight lines that keep means, from a level and into one', (values) => {
  meansOf(keepingMeans(Float64Array.from(values), 20), 20).forEach((mean, i) => expect(mean).toBeCloseTo(values[i], 6));
});

test('a series as fine as the ticks stays as it is', () => {
  const values = [3, 1, 4, 1, 5];
  expect([...refineLoad(load(values, tickMs), tickMs, 1).values]).toEqual(values);
});

test('the same seed gives the same ticks, another one others', () => {
  const made = (seed: number) => refineLoad(load([10, 12, 9, 11]), tickMs, seed).values;
  expect(made(3)).toEqual(made(3));
  expect(made(3)).not.toEqual(made(4));
});

test('what was added within an hour is as large as was measured: about 7 % of the load', () => {
  const flat = refineLoad(load(new Array<number>(2_000).fill(100)), tickMs, 1).values;
  const size = Math.sqrt(flat.reduce((sum, value) => sum + (value - 100) ** 2, 0) / flat.length) / 100;
  expect(size).toBeGreaterThan(0.6 * variation.share);
  expect(size).toBeLessThan(0.85 * variation.share);
});

test('what is missing is a straight line and marked, never zero', () => {
  const refined = refineLoad(load([10, NaN, 20]), tickMs, 1);
  expect(refined.missing.subarray(240, 480).every((mark) => mark === 1)).toBe(true);
  expect(refined.missing.filter((mark) => mark === 1)).toHaveLength(240);
  expect(meansOf(refined.values, 240)[1]).toBeCloseTo(15, 6);
});

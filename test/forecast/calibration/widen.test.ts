import { fc, test as propertyTest } from '@fast-check/jest';
import { widenAll, widened } from '../../../lib/forecast/calibration/widen';
import { normalQuantile } from '../../../lib/normal';

test('a quantile is moved away from the median by a further spread as by an independent cause', () => {
  // Distances of 3 and 4 make 5, on the scale of logarithms.
  const offset = 1;
  const value = Math.exp(3) - offset;
  const z = normalQuantile(0.9);
  expect(widened(value, 0, offset, 0.9, 4 / z)).toBeCloseTo(Math.exp(5) - 1, 6);
  const low = 100 * Math.exp(-3) - offset;
  expect(widened(low, 99, offset, 0.1, 4 / z)).toBeCloseTo(100 * Math.exp(-5) - 1, 6);
});

test('the median stays, and a quantile on the wrong side of it begins there', () => {
  expect(widened(42, 42, 1, 0.5, 9)).toBeCloseTo(42, 9);
  expect(widened(50, 42, 1, 0.5, 9)).toBeCloseTo(50, 9);
  const z = normalQuantile(0.9);
  expect(widened(30, 99, 1, 0.9, 2 / z)).toBeCloseTo(100 * Math.exp(2) - 1, 6);
});

test('what is negative counts as nothing', () => {
  const z = normalQuantile(0.9);
  expect(widened(-5, -7, 1, 0.9, 2 / z)).toBeCloseTo(Math.exp(2) - 1, 6);
});

test('all quantiles are widened about the median, or about the mean where none is asked for', () => {
  const mean = Float64Array.of(100, 100);
  const same = Float64Array.of(100, 100);
  const spread = 0.5;
  const up = (probability: number) => 105 * Math.exp(normalQuantile(probability) * spread) - 5;
  const [low, middle, high] = widenAll(mean, [same, same, same], [0.1, 0.5, 0.9], spread);
  expect([...low]).toEqual([up(0.1), up(0.1)].map((value) => expect.closeTo(value, 9) as number));
  expect([...middle]).toEqual([100, 100].map((value) => expect.closeTo(value, 9) as number));
  expect([...high]).toEqual([up(0.9), up(0.9)].map((value) => expect.closeTo(value, 9) as number));
  expect(widenAll(mean, [same], [0.9], spread)[0][0]).toBeCloseTo(up(0.9), 9);
});

test('the median that is asked for is what the others are widened about, not the mean', () => {
  const [median] = widenAll(Float64Array.of(100), [Float64Array.of(80)], [0.5], 0.5);
  expect(median[0]).toBeCloseTo(80, 9);
  const [, high] = widenAll(Float64Array.of(100), [Float64Array.of(80), Float64Array.of(80)], [0.5, 0.9], 0.5);
  expect(high[0]).toBeCloseTo(85 * Math.exp(normalQuantile(0.9) * 0.5) - 5, 9);
});

test('without a level or a spread quantiles stay as they are', () => {
  const quantiles = [Float64Array.of(1, 2)];
  expect(widenAll(new Float64Array(2), quantiles, [0.9], 1)).toBe(quantiles);
  expect(widenAll(Float64Array.of(5, 5), quantiles, [0.9], 0)).toBe(quantiles);
});

propertyTest.prop([
  fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })), {
    minLength: 1,
  }),
  fc.double({ min: 0.01, max: 2, noNaN: true }),
])('widened quantiles never cross and are never below zero', (steps, spread) => {
  const ordered = steps.map((all) => [...all].sort((a, b) => a - b));
  const paths = [0, 1, 2].map((q) => Float64Array.from(ordered, (all) => all[q]));
  const wide = widenAll(paths[1], paths, [0.1, 0.5, 0.9], spread);
  const broken = steps.filter((_, step) => wide.some((path, q) => path[step] < (q === 0 ? 0 : wide[q - 1][step])));
  expect(broken).toEqual([]);
});

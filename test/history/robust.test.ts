import { fc, test as propertyTest } from '@fast-check/jest';
import { mean, median, quantile, ranks, spread, trendOf } from '../../lib/history/robust';

const some = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });

test('quantiles are those of R, type 7', () => {
  expect([0, 0.25, 0.5, 0.9, 1].map((share) => quantile([9, 1, 4, 16], share))).toEqual([1, 3.25, 6.5, expect.closeTo(13.9, 12), 16]);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([])).toBeNaN();
});

test('the spread of 1..9 is 1.4826 times the median distance, and one wild value hardly moves it', () => {
  expect(spread([1, 2, 3, 4, 5, 6, 7, 8, 9])).toBeCloseTo(1.4826 * 2, 12);
  expect(spread([1, 2, 3, 4, 5, 6, 7, 8, 9e9])).toBeCloseTo(1.4826 * 2, 12);
});

test('equal values share the mean of their ranks', () => {
  expect([...ranks(Float64Array.of(5, 1, 5, 9))]).toEqual([2.5, 1, 2.5, 4]);
});

test('the slope of a line is found, wild values or not', () => {
  const line = Float64Array.from({ length: 20 }, (_, index) => (index === 4 ? 1e6 : 3 * index - 7));
  const { slope, rest } = trendOf(line);
  expect(slope).toBe(3);
  expect(rest.filter((value) => Math.abs(value) > 1e-9)).toHaveLength(1);
  expect(trendOf(Float64Array.of(5))).toEqual({ slope: 0, rest: Float64Array.of(0) });
});

propertyTest.prop([some])('ranks sum to n (n + 1) / 2 and order as the values do; nothing is changed', (values) => {
  const given = Float64Array.from(values);
  const ranked = ranks(given);
  expect(ranked.reduce((total, rank) => total + rank, 0)).toBeCloseTo((values.length * (values.length + 1)) / 2, 6);
  given.forEach((value, index) => {
    if (index > 0 && value > given[index - 1]) expect(ranked[index]).toBeGreaterThan(ranked[index - 1]);
  });
  expect([...given]).toEqual(values);
});

propertyTest.prop([some, fc.double({ min: 0, max: 1, noNaN: true })])('a quantile and the mean lie within the values', (values, share) => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  for (const value of [quantile(values, share), mean(values)]) {
    expect(value).toBeGreaterThanOrEqual(low - 1e-6);
    expect(value).toBeLessThanOrEqual(high + 1e-6);
  }
});

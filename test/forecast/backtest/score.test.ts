import { knotOf, knotsFor, nearestKnot, pooled, relativeMae, scoreOf, sumsOf } from '../../../lib/forecast/backtest/score';
import { weightedMedian } from '../../../lib/forecast/backtest/weighted-median';

const values = (...all: readonly number[]) => Float64Array.from(all);

test('leads stand three knots to a doubling: 1 to 8 at 0, 3, 5, 6, 7, 8, 8 and 9', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7].map(nearestKnot)).toEqual([0, 3, 5, 6, 7, 8, 8, 9]);
  expect([1, 2, 8, 24].map(knotsFor)).toEqual([1, 4, 10, 15]);
  expect(knotOf(0)).toBe(0);
  expect(knotOf(4)).toBe(6);
});

const actual = [values(10, 20), values(30, NaN)];
const model = [values(11, 22), values(33, 99)];
const baseline = [values(14, 28), values(42, 99)];

test('errors are summed by origin and by knot, where something was observed', () => {
  const score = scoreOf(actual, model, baseline);
  expect(score.model.map((all) => [...all])).toEqual([
    [1, 0, 0, 2],
    [3, 0, 0, 0],
  ]);
  expect(score.baseline.map((all) => [...all])).toEqual([
    [4, 0, 0, 8],
    [12, 0, 0, 0],
  ]);
  expect(score.count.map((all) => [...all])).toEqual([
    [1, 0, 0, 1],
    [1, 0, 0, 0],
  ]);
  expect(score.negligible).toBeCloseTo(20e-9, 15);
});

test('where a path or the baseline is missing nothing is scored', () => {
  expect(relativeMae(scoreOf(actual, [null, null], baseline))).toBeNull();
  expect(relativeMae(scoreOf(actual, model, [null, null]))).toBeNull();
  const [first] = scoreOf(actual, [null, model[1]], baseline).count;
  expect([...first]).toEqual([0, 0, 0, 0]);
});

test('the relative error is that of all observations together, of all origins or all but one, by their weights', () => {
  const score = scoreOf(actual, [values(11, 22), values(36, 99)], baseline);
  expect(relativeMae(score)).toBeCloseTo(9 / 24, 6);
  expect(relativeMae(score, 0)).toBeCloseTo(6 / 12, 6);
  expect(relativeMae(score, 1)).toBeCloseTo(3 / 12, 6);
  expect(relativeMae(score, -1, [1, 3])).toBeCloseTo((3 + 18) / (12 + 36), 6);
});

test('two models that are perfect but for rounding are equal', () => {
  const perfect = relativeMae(scoreOf(actual, actual, actual));
  expect(perfect).toBe(1);
  const nearly = actual.map((came) => came.map((value) => value + 1e-14));
  expect(relativeMae(scoreOf(actual, nearly, actual))).toBeCloseTo(1, 5);
  const silent = [values(0, 0)];
  expect(relativeMae(scoreOf(silent, silent, silent))).toBe(1);
});

test('sums by knot hold as many observations as there are, by weight', () => {
  const sums = sumsOf(scoreOf(actual, model, baseline), -1, [2, 1]);
  expect([...sums.count]).toEqual([3, 0, 0, 2]);
  expect(sums.model[0]).toBeCloseTo(2 * 1 + 3, 6);
  expect(pooled({ ...sums, count: sums.count.map(() => 0) })).toBeNull();
});

test('the weighted median is the mean of the middle fifth of the weight', () => {
  expect(weightedMedian([3, 1, 2], [1, 1, 1])).toBe(2);
  expect(weightedMedian([10, 0], [1, 1])).toBe(5);
  // Of a weight of 10 the middle fifth is from 4 to 6: 1 of it at 10 and 1 at 20.
  expect(weightedMedian([10, 20], [5, 5])).toBe(15);
  expect(weightedMedian([10, 20], [4.5, 5.5])).toBeCloseTo((0.5 * 10 + 1.5 * 20) / 2, 12);
  expect(weightedMedian([10, 20], [4, 6])).toBe(20);
  expect(weightedMedian([10, 20], [6, 4])).toBe(10);
  expect(weightedMedian([10, 20, 30], [4.5, 1, 4.5])).toBeCloseTo((0.5 * 10 + 20 + 0.5 * 30) / 2, 12);
  expect(weightedMedian([10, 1e9], [1, 0])).toBe(10);
});

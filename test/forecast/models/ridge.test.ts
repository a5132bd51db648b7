import { fc, test as propertyTest } from '@fast-check/jest';
import { normalEquations, ridge } from '../../../lib/forecast/models/ridge';

const fitted = (rows: readonly (readonly number[])[], targets: readonly number[], penalty: (i: number) => number = () => 1e-12) => {
  const sums = normalEquations(rows[0].length);
  rows.forEach((row, i) => sums.add(Float64Array.from(row), targets[i]));
  return [...ridge(sums, penalty)];
};

test('one coefficient is the cross product by the sum of squares and the penalty', () => {
  expect(fitted([[1], [2]], [3, 5], () => 1)[0]).toBeCloseTo((1 * 3 + 2 * 5) / (1 + 4 + 1), 12);
});

test('each coefficient has its own penalty', () => {
  const [first, second] = fitted(
    [
      [1, 0],
      [0, 1],
    ],
    [10, 10],
    (i) => (i === 0 ? 1 : 4),
  );
  expect([first, second]).toEqual([expect.closeTo(5, 9), expect.closeTo(2, 9)]);
});

const number = fc.integer({ min: -9, max: 9 });
const problem = fc.record({
  coefficients: fc.tuple(number, number, number),
  rows: fc.array(fc.tuple(number, number, number), { minLength: 6, maxLength: 12 }),
});

propertyTest.prop([problem])("the solution leaves nothing of the equations: (X'X + penalty) b = X'y", ({ coefficients, rows }) => {
  const targets = rows.map((row, r) => row.reduce((sum, x, i) => sum + x * coefficients[i], r % 3));
  const penalty = (i: number) => 0.5 + i;
  const solution = fitted(rows, targets, penalty);
  [0, 1, 2].forEach((i) => {
    const right = rows.reduce((sum, row, r) => sum + row[i] * targets[r], 0);
    const left = [0, 1, 2].reduce(
      (sum, j) => sum + rows.reduce((all, row) => all + row[i] * row[j], 0) * solution[j],
      penalty(i) * solution[i],
    );
    expect(left).toBeCloseTo(right, 6);
  });
});

test('older rows count by what fading leaves of them', () => {
  const sums = normalEquations(1);
  sums.add(Float64Array.of(1), 10);
  sums.fade(0.5);
  sums.add(Float64Array.of(1), 1);
  expect(ridge(sums, () => 1e-12)[0]).toBeCloseTo((0.5 * 10 + 1) / 1.5, 9);
});

test('rows that say the same twice still give an answer, which shares it', () => {
  const solution = fitted(
    [
      [1, 1],
      [2, 2],
    ],
    [4, 8],
    () => 1e-6,
  );
  expect(solution[0]).toBeCloseTo(2, 3);
  expect(solution[1]).toBeCloseTo(2, 3);
});

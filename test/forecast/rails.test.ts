import { holdWithin, railsOf } from '../../lib/forecast/forecast';

test('the rails are the range of the training, widened by itself at both ends', () => {
  expect(railsOf(Float64Array.of(30, 50, 40), false)).toEqual({ lower: 10, upper: 70 });
});

test('a load that cannot be negative has no rail below zero', () => {
  expect(railsOf(Float64Array.of(10, 50), true)).toEqual({ lower: 0, upper: 90 });
});

test('a constant load is held to that constant', () => {
  expect(railsOf(Float64Array.of(5, 5), true)).toEqual({ lower: 5, upper: 5 });
});

test('what leaves the rails is brought back and counted, what is not a number is held at the upper rail', () => {
  const { path, held } = holdWithin(Float64Array.of(-5, 20, 1e30, NaN, Infinity, -Infinity), { lower: 0, upper: 90 });
  expect([...path]).toEqual([0, 20, 90, 90, 90, 0]);
  expect(held).toBe(5);
});

test('a step outside by rounding alone does not count', () => {
  expect(holdWithin(Float64Array.of(90 + 1e-12), { lower: 0, upper: 90 })).toEqual({ path: Float64Array.of(90), held: 0 });
});

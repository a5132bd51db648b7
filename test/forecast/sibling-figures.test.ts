import { borrowShape } from '../../lib/forecast/sibling';
import type { ForecastInput } from '../../lib/forecast/types';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { monday } from './support';

const series = (startDay: number, values: readonly number[]): ForecastInput => ({
  start: monday + startDay * DAY_MS,
  intervalMs: HOUR_MS,
  values: Float64Array.from(values),
  nonNegative: true,
});
const days = (...levels: readonly number[]) => levels.flatMap((level) => new Array<number>(24).fill(level));
const sibling = series(0, days(...new Array<number>(20).fill(100)));
function borrowed(own: ForecastInput, from = sibling) {
  const found = borrowShape(own, from);
  if ('impossible' in found) throw new Error(found.impossible);
  return found;
}

test('the ratio is that of the sums over what both know, of the last seven days of it', () => {
  expect(borrowed(series(10, days(10, 30))).ratio).toBeCloseTo(0.2, 12);
  // Two days of 500 are more than a week ago.
  expect(borrowed(series(10, days(500, 500, 20, 20, 20, 20, 20, 20, 20))).ratio).toBeCloseTo(0.2, 12);
});

test('steps that only one of them knows do not count', () => {
  const own = series(10, days(20, 20));
  own.values.fill(NaN, 0, 12);
  const lame = series(0, days(...new Array<number>(20).fill(100)));
  lame.values.fill(NaN, 10 * 24 + 12, 10 * 24 + 18);
  const found = borrowed(own, lame);
  expect(found.common).toBe(30);
  expect(found.ratio).toBeCloseTo(0.2, 12);
  expect([...found.input.values.slice(0, 240)]).toEqual(new Array(240).fill(expect.closeTo(20, 9)));
  expect([...found.input.values.slice(240)]).toEqual([...own.values]);
  expect(found.input.start).toBe(monday);
});

test('of less than a day in common the spread is a fifth and more, the less is known', () => {
  expect(borrowed(series(10, new Array<number>(6).fill(5))).spread).toBeCloseTo(0.2 * Math.sqrt(1 + 24 / 6), 12);
  expect(borrowed(series(10, days(5, 5))).spread).toBeCloseTo(0.2 * Math.sqrt(1 + 1 / 2), 12);
});

test('beyond, it is how far the days lie from the ratio, by their logarithms', () => {
  const found = borrowed(series(10, days(50, 150, 100)));
  expect(found.ratio).toBeCloseTo(1, 12);
  const squares = (Math.log(0.5) ** 2 + Math.log(1.5) ** 2) / 2;
  expect(found.spread).toBeCloseTo(Math.sqrt(squares * (1 + 1 / 3)), 12);
});

test('a day on which one of them was silent tells no spread', () => {
  const found = borrowed(series(10, days(100, 0, 200)));
  // One day in two steps: ln of 1 / 1 and of 2 / 1, with the ratio of 1.
  expect(found.spread).toBeCloseTo(Math.sqrt(Math.log(2) ** 2 * (1 + 1 / 3)), 12);
});

test('six hours in common are enough and five are not, and a sibling that begins with it has no more to tell', () => {
  expect('impossible' in borrowShape(series(10, new Array<number>(6).fill(5)), sibling)).toBe(false);
  expect(borrowShape(series(10, new Array<number>(5).fill(5)), sibling)).toEqual({ impossible: 'less than 6 hours are known of both' });
  expect(borrowShape(series(0, days(5)), sibling)).toEqual({ impossible: 'the sibling has no longer history' });
  expect('impossible' in borrowShape(series(1, days(5)), sibling)).toBe(false);
});

test('where one of them was silent there is no ratio', () => {
  const silent = { impossible: 'one of them was silent while both were known' };
  expect(borrowShape(series(10, days(0)), sibling)).toEqual(silent);
  expect(borrowShape(series(10, days(5)), series(0, days(...new Array<number>(20).fill(0))))).toEqual(silent);
});

import { seasonsOf, seasonsWithin } from '../../lib/forecast/training-data';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';

const steps = (intervalMs: number) => seasonsOf(intervalMs).map((season) => season.steps);

test('the day and the week are counted in steps of the interval', () => {
  expect(steps(HOUR_MS)).toEqual([24, 168]);
  expect(steps(MINUTE_MS)).toEqual([1440, 10080]);
  expect(steps(15 * MINUTE_MS)).toEqual([96, 672]);
  expect(steps(12 * HOUR_MS)).toEqual([2, 14]);
});

test('daily data has the week alone', () => {
  expect(steps(DAY_MS)).toEqual([7]);
});

test('a season that is nearly a whole number of steps is rounded, one that is not is left out', () => {
  expect(steps(7 * MINUTE_MS)).toEqual([206, 1440]);
  expect(steps(100 * MINUTE_MS)).toEqual([101]);
  expect(steps(5 * HOUR_MS)).toEqual([]);
});

test('a history holds a season from two of them on', () => {
  expect(seasonsWithin(335, HOUR_MS).map((season) => season.steps)).toEqual([24]);
  expect(seasonsWithin(336, HOUR_MS).map((season) => season.steps)).toEqual([24, 168]);
  expect(seasonsWithin(47, HOUR_MS)).toEqual([]);
});

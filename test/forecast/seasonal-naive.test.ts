import { lastValue, seasonalNaiveCycle, seasonalNaiveDay, seasonalNaiveWeek } from '../../lib/forecast/models/seasonal-naive';
import { DAY_MS, MINUTE_MS } from '../../lib/units';
import { sweepOf } from '../../lib/forecast/models/sweep';
import { carryOn, weeksOfLoad } from './support';

test('the last day is repeated for as long as the horizon is', () => {
  const load = weeksOfLoad(100);
  const path = carryOn(seasonalNaiveDay, load, 50);
  expect([...path]).toEqual([...load.slice(76), ...load.slice(76), ...load.slice(76, 78)]);
});

test('the last week is repeated, for daily data too', () => {
  const load = weeksOfLoad(400);
  expect(carryOn(seasonalNaiveWeek, load, 200)[170]).toBe(load[400 - 168 + 2]);
  expect([...carryOn(seasonalNaiveWeek, load.slice(0, 20), 8, DAY_MS)]).toEqual([...load.slice(13, 20), load[13]]);
});

test('where a day is no whole number of steps, each step takes the nearest time of the last day', () => {
  const clock = Float64Array.from({ length: 1000 }, (_, i) => (i * 7) % 1440);
  const path = carryOn(seasonalNaiveDay, clock, 600, 7 * MINUTE_MS);
  path.forEach((value, step) => {
    const apart = Math.abs(value - (((1000 + step) * 7) % 1440));
    expect(Math.min(apart, 1440 - apart)).toBeLessThanOrEqual(3.5 + 1e-9);
  });
});

test('the last value stays', () => {
  expect([...carryOn(lastValue, [1, 2, 7], 3)]).toEqual([7, 7, 7]);
});

test('the last cycle is repeated, from the first value on where it began before', () => {
  const path = (cycle: number) => {
    const sweep = sweepOf({ values: Float64Array.of(4, 5, 6), intervalMs: DAY_MS, origins: [3], steps: 5, cycles: [cycle] });
    return [...seasonalNaiveCycle.paths(sweep, () => new Float64Array(0))[0]];
  };
  expect(path(2)).toEqual([5, 6, 5, 6, 5]);
  expect(path(4)).toEqual([4, 4, 5, 6, 4]);
});

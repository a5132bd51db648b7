import { fc, test } from '@fast-check/jest';
import { lastWeekAgain, widenedTowards } from '../../../lib/forecast/calibration/last-week';
import { forecast } from '../../../lib/forecast';
import { hourly, weeksOfLoad, withoutArma } from '../support';

const periods = [24, 168];
const days = (...loads: readonly number[]) => Float64Array.from(loads.flatMap((load) => new Array<number>(24).fill(load)));
const week = [10, 20, 30, 40, 50, 5, 8];

test('a history of one week comes again as it was', () => {
  const again = lastWeekAgain(days(...week), periods, 170);
  expect(Array.from(again ?? [], Math.round).filter((_, hour) => hour % 24 === 0)).toEqual([...week, 10]);
});

test('a week comes again at the level of the last day, by the same day of the week before', () => {
  // The eighth day is twice the first one, all but for a twentieth of the mean load, which keeps ratios near zero in bounds.
  const again = lastWeekAgain(days(...week, 20), periods, 24) ?? [];
  const offset = 0.05 * ((163 + 20) / 8);
  expect(again[0]).toBeCloseTo(((20 + offset) / (10 + offset)) * (20 + offset) - offset, 9);
});

test('nothing is said where a week is not known, where two have been tested, and of a load that is always zero', () => {
  expect(lastWeekAgain(days(...week).subarray(1), periods, 24)).toBeNull();
  expect(lastWeekAgain(days(...week, ...week), periods, 24)).not.toBeNull();
  expect(lastWeekAgain(days(...week, ...week, 10), periods, 24)).toBeNull();
  expect(lastWeekAgain(new Float64Array(200), periods, 24)).toBeNull();
  expect(lastWeekAgain(days(...week), [7], 24)).toBeNull();
});

test('a quantile moves away from the path on its own side alone, and by the whole way at 0.95', () => {
  expect(widenedTowards(30, 10, 10, 0.95)).toBeCloseTo(30, 9);
  expect(widenedTowards(13, 14, 10, 0.95)).toBeCloseTo(15, 9);
  expect(widenedTowards(7, 14, 10, 0.95)).toBe(14);
  expect(widenedTowards(7, 6, 10, 0.05)).toBeCloseTo(5, 9);
  expect(widenedTowards(13, 6, 10, 0.05)).toBe(6);
});

test.prop([
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.double({ min: 0, max: 50, noNaN: true }),
  fc.double({ min: 0.01, max: 0.99, noNaN: true }),
])('a quantile never comes nearer to the path, and the median stays', (other, distance, probability) => {
  const path = 50;
  const quantile = path + Math.sign(probability - 0.5) * distance;
  const moved = widenedTowards(other, quantile, path, probability);
  expect(Math.sign(probability - 0.5) * (moved - quantile)).toBeGreaterThanOrEqual(-1e-9);
  expect(widenedTowards(other, path, path, 0.5)).toBe(path);
});

test('a busier day of last week lies below the 0.95 quantile of the same day to come', async () => {
  // Sundays, on which one week in the history ends, are quiet; the Monday that follows is not.
  const values = weeksOfLoad(9 * 24).subarray(0, 7 * 24);
  const { quantiles } = await forecast(hourly(values), { steps: 24, quantiles: [0.95], effort: 'fast', among: 100 }, withoutArma);
  const missed = Array.from(values.subarray(0, 24)).filter((load, hour) => load > quantiles[0][hour] * (1 + 1e-9));
  expect(missed).toEqual([]);
});

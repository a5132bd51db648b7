import { dailyLevels } from '../../../lib/history/quality/level-shift';
import { DAY_MS, HOUR_MS, WEEK_MS } from '../../../lib/units';
import { monday, seriesOf } from '../support';

const hours = (count: number, value: (hour: number) => number): number[] => Array.from({ length: count }, (_, hour) => value(hour));
const levels = (values: readonly number[], rest = {}, excluded: readonly number[] = []) => {
  const mask = Uint8Array.from(values, (_, index) => (excluded.includes(index) ? 1 : 0));
  const daily = dailyLevels(seriesOf(values, rest), mask);
  return daily && { start: daily.start, levels: [...daily.levels] };
};

test('the level of a day in UTC is the mean of its intervals', () => {
  expect(levels(hours(48, (hour) => (hour < 24 ? hour : 7)))).toEqual({ start: monday, levels: [11.5, 7] });
});

test('a day of which less than nine tenths were observed has none', () => {
  expect(levels(hours(48, (hour) => (hour < 3 ? NaN : 5)))?.levels).toEqual([NaN, 5]);
  expect(levels(hours(48, (hour) => (hour < 2 ? NaN : 5)))?.levels).toEqual([5, 5]);
  expect(
    levels(
      hours(48, () => 5),
      { start: monday + 6 * HOUR_MS },
    )?.levels,
  ).toEqual([NaN, 5, NaN]);
});

test('excluded and filled intervals do not count', () => {
  expect(
    levels(
      hours(24, (hour) => (hour < 2 ? 900 : 5)),
      {},
      [0, 1],
    )?.levels,
  ).toEqual([5]);
  const observed = Float64Array.from(hours(24, (hour) => (hour < 2 ? 0 : 1)));
  expect(
    levels(
      hours(24, (hour) => (hour < 2 ? 900 : 5)),
      { observed },
    )?.levels,
  ).toEqual([5]);
});

test('daily values are their own level; longer intervals have none', () => {
  expect(levels([1, NaN, 3], { intervalMs: DAY_MS })?.levels).toEqual([1, NaN, 3]);
  expect(levels([1, 2], { intervalMs: WEEK_MS, start: Math.floor(monday / WEEK_MS) * WEEK_MS })).toBeNull();
});

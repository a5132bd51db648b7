import { modelsFor } from '../../lib/forecast/models/all';
import { lastValue, seasonalNaiveDay, seasonalNaiveWeek } from '../../lib/forecast/models/seasonal-naive';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';
import { hourly, monday, weeksOfLoad } from './support';

const task = (values: Float64Array, steps: number, intervalMs = HOUR_MS) => ({ model: '', values, start: monday, intervalMs, steps });

test('the last day is repeated for as long as the horizon is', () => {
  const load = weeksOfLoad(100);
  const path = seasonalNaiveDay.fit(task(load, 50));
  expect([...path]).toEqual([...load.slice(76), ...load.slice(76), ...load.slice(76, 78)]);
});

test('the last week is repeated, for daily data too', () => {
  const load = weeksOfLoad(400);
  expect(seasonalNaiveWeek.fit(task(load, 200))[170]).toBe(load[400 - 168 + 2]);
  expect([...seasonalNaiveWeek.fit(task(load.slice(0, 20), 8, DAY_MS))]).toEqual([...load.slice(13, 20), load[13]]);
});

test('where a day is no whole number of steps, each step takes the nearest time of the last day', () => {
  const clock = Float64Array.from({ length: 1000 }, (_, i) => (i * 7) % 1440);
  const path = seasonalNaiveDay.fit(task(clock, 600, 7 * MINUTE_MS));
  path.forEach((value, step) => {
    const apart = Math.abs(value - (((1000 + step) * 7) % 1440));
    expect(Math.min(apart, 1440 - apart)).toBeLessThanOrEqual(3.5 + 1e-9);
  });
});

test('the last value stays', () => {
  expect([...lastValue.fit(task(Float64Array.of(1, 2, 7), 3))]).toEqual([7, 7, 7]);
});

const names = (length: number, intervalMs = HOUR_MS, sign = 1) =>
  modelsFor({ ...hourly(weeksOfLoad(length).map((value) => sign * value)), intervalMs }).map(({ name }) => name);

test('the yardstick is the last day, for daily data the last week, and the last value where the history holds neither', () => {
  expect(names(24)[0]).toBe('seasonal-naive-24h');
  expect(names(23)[0]).toBe('last-value');
  expect(names(7, DAY_MS)[0]).toBe('seasonal-naive-168h');
  expect(names(100, 5 * HOUR_MS)).toEqual(['last-value']);
});

test('a model joins when the history is long enough for it', () => {
  expect(names(47)).toEqual(['seasonal-naive-24h']);
  expect(names(48)).toEqual(['seasonal-naive-24h', 'decomposition-arima', 'decomposition-arima-log']);
  expect(names(336)).toEqual(['seasonal-naive-24h', 'seasonal-naive-168h', 'decomposition-arima', 'decomposition-arima-log']);
});

test('a series with negative values has no log scale', () => {
  expect(names(48, HOUR_MS, -1)).toEqual(['seasonal-naive-24h', 'decomposition-arima']);
});

import { accuracyOf, pastOrigins, rollingForecasts } from '../../lib/forecast/rolling';
import type { Occurrence } from '../../lib/forecast/events/occurrence';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { here, hourly, monday, weeksOfLoad } from './support';

const options = { steps: 24, quantiles: [0.5, 0.95], effort: 'fast', forecasts: 5, compare: false } as const;
const noEvents = { timeZone: 'UTC', occurrences: [] };

test('forecasts of the past follow one another up to the end, as many as the history has room for', () => {
  expect(pastOrigins(240, 24, 3, 72)).toEqual([168, 192, 216]);
  expect(pastOrigins(120, 24, 14, 72)).toEqual([72, 96]);
  expect(pastOrigins(80, 24, 14, 72)).toEqual([]);
});

test('no forecast of the past sees what came after its origin', async () => {
  const load = weeksOfLoad(21 * 24);
  const planted = load.map((value, hour) => (hour >= 19 * 24 ? 50 * value : value));
  const [plain, other] = await Promise.all([load, planted].map((values) => rollingForecasts(hourly(values), options, noEvents, here)));
  expect(plain).toHaveLength(5);
  for (const one of [0, 1, 2, 3]) expect([other[one].mean, ...other[one].quantiles]).toEqual([plain[one].mean, ...plain[one].quantiles]);
  expect(other[4].mean).not.toEqual(plain[4].mean);
});

test('an event of the past is known from the origin after it on, and not before', async () => {
  const load = weeksOfLoad(42 * 24).map((value, hour) => ([20, 40].includes(Math.floor(hour / 24)) ? 3 * value : value));
  const at = (day: number): Occurrence => ({
    kind: 'event',
    name: 'sale',
    group: 'event sale',
    from: monday + day * DAY_MS,
    to: monday + (day + 1) * DAY_MS,
  });
  const past = await rollingForecasts(hourly(load), { ...options, forecasts: 3 }, { timeZone: 'UTC', occurrences: [at(20), at(40)] }, here);
  expect(past.map(({ events }) => events)).toEqual([[], ['sale'], []]);
  expect(accuracyOf([past[1]], [0.5, 0.95]).mae).toBeLessThan(0.15 * 300);
  expect(past[1].at).toBe(monday + 40 * 24 * HOUR_MS);
});

test('every model alone is held against the same observations', async () => {
  const past = await rollingForecasts(hourly(weeksOfLoad(21 * 24)), { ...options, forecasts: 2, compare: true }, noEvents, here);
  const names = past[0].models.map(({ name }) => name);
  expect(names[0]).toBe('seasonal-naive-24h');
  expect(names.length).toBeGreaterThan(2);
  const naive = accuracyOf(past, [], ({ models }) => models[0].path);
  expect(naive).toMatchObject({ observed: 48, relativeMae: 1 });
});

test('what was not observed is not scored', () => {
  const one = {
    at: monday,
    chosen: 'x',
    mean: Float64Array.of(1, 2, 3),
    quantiles: [Float64Array.of(1, 2, 3)],
    actual: Float64Array.of(1, NaN, 5),
    naive: Float64Array.of(0, 0, 1),
    events: [],
    models: [],
  };
  expect(accuracyOf([one], [0.5])).toEqual({ observed: 2, mae: 1, relativeMae: 0.4, coverage: [0.5] });
  expect(accuracyOf([], [0.5])).toMatchObject({ observed: 0, mae: null, relativeMae: null });
});

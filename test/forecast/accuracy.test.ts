import { type PastForecast, pastOrigins, rollingForecasts, accuracyOf } from '../../lib/forecast/rolling';
import { DAY_MS } from '../../lib/units';
import { cheap, daily, hourly, monday } from './support';

const values = (...all: readonly number[]) => Float64Array.from(all);
const past = (fields: Partial<PastForecast>): PastForecast => ({
  at: monday,
  chosen: 'm',
  mean: values(10, 10),
  quantiles: [values(5, 5), values(12, 12)],
  actual: values(10, 12),
  naive: values(14, 14),
  events: [],
  models: [],
  ...fields,
});

test('errors of forecasts are summed over all of them, beside those of seasonal naive, and quantiles counted', () => {
  const accuracy = accuracyOf([past({}), past({ actual: values(4, 13) })], [0.1, 0.9]);
  expect(accuracy.observed).toBe(4);
  // Errors of 0, 2, 6 and 3 beside 4, 2, 10 and 1.
  expect(accuracy.mae).toBeCloseTo(11 / 4, 12);
  expect(accuracy.relativeMae).toBeCloseTo(11 / 17, 12);
  expect(accuracy.coverage).toEqual([1 / 4, 3 / 4]);
});

test('what was not observed, what naive does not know and what a path does not say is not counted', () => {
  const gappy = [past({ actual: values(10, NaN) }), past({ naive: values(NaN, 14) })];
  expect(accuracyOf(gappy, [0.1, 0.9]).observed).toBe(2);
  const none = accuracyOf(gappy, [0.1, 0.9], () => null);
  expect([none.observed, none.mae, none.relativeMae]).toEqual([0, null, null]);
  expect(none.coverage).toEqual([NaN, NaN]);
  expect(accuracyOf([past({ naive: values(10, 12) })], []).relativeMae).toBeNull();
});

test('an observation that a quantile meets but for rounding lies below it', () => {
  const met = past({ quantiles: [values(10 - 1e-12, 12)] });
  expect(accuracyOf([met], [0.5]).coverage).toEqual([1]);
});

test('forecasts of the past follow each other up to the end, as many as there is room for', () => {
  expect(pastOrigins(100, 24, 3, 28)).toEqual([28, 52, 76]);
  expect(pastOrigins(100, 24, 3, 29)).toEqual([52, 76]);
  expect(pastOrigins(100, 24, 2, 1)).toEqual([52, 76]);
  expect(pastOrigins(20, 24, 2, 1)).toEqual([]);
});

const calendar = { timeZone: 'UTC', occurrences: [] };
const counted = (n: number) => Float64Array.from({ length: n }, (_, i) => i);

test('naive is the day before, and more than a day ahead the week before where there are two', async () => {
  const roll = async (length: number, steps: number) => {
    const options = { steps, quantiles: [0.5], forecasts: 1, compare: false, effort: 'fast' } as const;
    const [one] = await rollingForecasts(hourly(counted(length)), options, calendar, cheap);
    return [one.at, one.naive[0], one.naive[one.naive.length - 1], one.actual[0]];
  };
  const at = (hour: number) => monday + hour * 3_600_000;
  expect(await roll(120, 24)).toEqual([at(96), 72, 95, 96]);
  expect(await roll(336 + 25, 25)).toEqual([at(336), 168, 192, 336]);
  // With less than two weeks a day is repeated.
  expect(await roll(335 + 25, 25)).toEqual([at(335), 311, 311, 335]);
});

test('where naive would be a missing value it is that of the season before', async () => {
  const load = counted(144);
  load[100] = NaN;
  const options = { steps: 24, quantiles: [0.5], forecasts: 1, compare: false, effort: 'fast' } as const;
  const [one] = await rollingForecasts(hourly(load), options, calendar, cheap);
  expect([...one.naive.slice(3, 6)]).toEqual([99, 76, 101]);
});

test('a forecast of the past has three days to train on, half of them observed', async () => {
  const options = { steps: 24, quantiles: [0.5], forecasts: 9, compare: false, effort: 'fast' } as const;
  const begun = async (load: Float64Array) =>
    (await rollingForecasts(hourly(load), options, calendar, cheap)).map(({ at }) => (at - monday) / DAY_MS);
  expect(await begun(counted(24 * 6))).toEqual([3, 4, 5]);
  expect(await begun(counted(24 * 6).fill(NaN, 10, 10 + 36))).toEqual([3, 4, 5]);
  expect(await begun(counted(24 * 6).fill(NaN, 10, 10 + 37))).toEqual([4, 5]);
  const days = await rollingForecasts(daily(counted(9)), { ...options, steps: 1 }, calendar, cheap);
  expect(days.map(({ at }) => (at - monday) / DAY_MS)).toEqual([3, 4, 5, 6, 7, 8]);
});

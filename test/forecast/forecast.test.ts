import type { Effort, FitRunner, Forecast, ForecastInput, ForecastOptions } from '../../lib/forecast/types';
import { forecast } from '../../lib/forecast/forecast';
import { modelsFor } from '../../lib/forecast/models/all';
import { isProblemError } from '../../lib/problems';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';
import { chance, cheap, daily, here, hourly, monday, weeksOfLoad } from './support';

const quantiles = [0.5, 0.8, 0.9, 0.95, 0.99];
/** As among many series: without the models through the `arima` package, which take ten times as long as all others. */
const options = (steps: number, effort: Effort = 'fast'): ForecastOptions => ({ steps, quantiles, effort, among: 1_000 });
const noFits: FitRunner = (tasks) => Promise.resolve(tasks.map(() => ({ failed: 'the worker crashed' })));
const meanError = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - b[i])).reduce((x, y) => x + y) / a.length;

describe('a month of hours', () => {
  const load = weeksOfLoad(744);
  const known = hourly(load.slice(0, 720));
  let result: Forecast;
  beforeAll(async () => {
    result = await forecast(known, options(24, 'balanced'), here);
  });

  test('is forecast from its end on, better than by repeating the last day', () => {
    expect(result.start).toBe(monday + 720 * HOUR_MS);
    expect(result.mean).toHaveLength(24);
    expect(meanError(result.mean, load.slice(720))).toBeLessThan(meanError(load.slice(696, 720), load.slice(720)));
    expect(result.backtest.relativeMae).toBeLessThan(0.9);
    expect(result.backtest).toMatchObject({ origins: 24, testedSteps: 24 });
  });

  test('names its models, their scores against the baseline and their shares', () => {
    const { models, chosen } = result;
    expect(models.map(({ name }) => name)).toEqual(modelsFor(known, { among: 1_000 }).map(({ name }) => name));
    expect(models.map(({ name }) => name)).toContain('linear-trend');
    expect(models[0].relativeMae).toBe(1);
    expect(models.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
    expect([...models.map(({ name }) => name), 'combination']).toContain(chosen);
  });

  test('reports coverage and loss of each quantile that was asked for', async () => {
    const { backtest } = await forecast(known, { steps: 24, quantiles: [0.5, 0.975] }, cheap);
    expect(Object.keys(backtest.coverage)).toEqual(['0.5', '0.975']);
    expect(backtest.coverage['0.975']).toBeGreaterThan(0.9);
    expect(backtest.pinball['0.5']).toBeGreaterThan(backtest.pinball['0.975']);
  });

  test('says which quantiles its backtests cannot bear out', async () => {
    const { warnings } = await forecast(known, options(24, 'balanced'), cheap);
    expect(warnings).toContain(
      'The backtest (24 origins) has too few separate stretches of history to bear out quantile 0.99, 0.96 at most: it is an extrapolation.',
    );
  });

  test('holds up when every fit in a worker fails: that is reported, and a seasonal naive stands in', async () => {
    const broken = await forecast(known, options(24), noFits);
    for (const { relativeMae, weight } of broken.models.slice(1)) expect({ relativeMae, weight }).toEqual({ relativeMae: null, weight: 0 });
    expect(broken.chosen).toBe('seasonal-naive-24h');
    expect([...broken.mean]).toEqual([...known.values.slice(696)]);
    expect(broken.warnings).toContainEqual(expect.stringMatching(/lag-ridge-log, .* failed in 9 of 9 fits \(the worker crashed\)/));
  });

  test('with gaps says how many values were filled, and hardly differs', async () => {
    const gappy = known.values.map((value, hour) => (hour % 50 === 7 || (hour >= 300 && hour < 320) ? NaN : value));
    const filled = await forecast(hourly(gappy), options(24, 'balanced'), here);
    const missing = gappy.filter(Number.isNaN).length;
    expect(filled.warnings[0]).toMatch(new RegExp(`^${missing} of 720 values are missing`));
    expect(meanError(filled.mean, result.mean)).toBeLessThan(5);
  });

  test('that ends before now says how far the forecast begins from the last observation', async () => {
    const { warnings } = await forecast(hourly([...known.values, NaN, NaN, NaN]), options(24), cheap);
    expect(warnings).toContainEqual(expect.stringContaining('The last 3 values of the history are missing'));
  });
});

test('four weeks of hours forecast a week ahead, each lead tested', async () => {
  const load = weeksOfLoad(840);
  const result = await forecast(hourly(load.slice(0, 672)), options(168), here);
  expect(result.backtest.testedSteps).toBe(168);
  expect(meanError(result.mean, load.slice(672))).toBeLessThan(meanError(load.slice(504, 672), load.slice(672)));
});

test('where nothing beats repeating the last day, that is what is used, and it says so', async () => {
  const next = chance(2);
  const steps = Float64Array.from({ length: 720 }, (_, hour) => 1000 + 50 * ((hour * 7) % 24) + next());
  const { chosen, warnings, mean, backtest } = await forecast(hourly(steps), options(24), cheap);
  expect(chosen).toBe('seasonal-naive-24h');
  expect([...mean]).toEqual([...steps.slice(696)]);
  expect(backtest.relativeMae).toBe(1);
  expect(warnings).toContainEqual('No model beats seasonal-naive-24h in the backtest: it is used as it stands.');
});

describe('any interval', () => {
  test.each([
    ['a minute', MINUTE_MS, 3 * 1440, 60],
    ['5 minutes', 5 * MINUTE_MS, 4 * 288, 288],
    ['7 minutes', 7 * MINUTE_MS, 1000, 100],
    ['5 hours, which has no season', 5 * HOUR_MS, 200, 20],
    ['12 hours', 12 * HOUR_MS, 120, 14],
    ['a day', DAY_MS, 90, 14],
  ])('%s', async (_, intervalMs, length, steps) => {
    const values = Float64Array.from(
      { length: length + steps },
      (_, i) => 100 + 40 * Math.sin((2 * Math.PI * i * intervalMs) / DAY_MS) + 20 * Math.sin((2 * Math.PI * i * intervalMs) / (7 * DAY_MS)),
    );
    const result = await forecast({ start: monday, intervalMs, values: values.slice(0, length), nonNegative: true }, options(steps), here);
    expect(result.start).toBe(monday + length * intervalMs);
    expect(result.mean).toHaveLength(steps);
    expect(meanError(result.mean, values.slice(length))).toBeLessThan(intervalMs === 5 * HOUR_MS ? 45 : 25);
  });
});

describe('a short history', () => {
  test('of one day of hours is repeated, with the day-old differences as its spread, and says so', async () => {
    const day = weeksOfLoad(24);
    const result = await forecast(hourly(day), options(48), here);
    expect(result.chosen).toBe('seasonal-naive-24h');
    expect([...result.mean]).toEqual([...day, ...day]);
    expect(result.backtest).toEqual({ origins: 0, testedSteps: 0, relativeMae: null, coverage: {}, pinball: {} });
    expect(result.quantiles[3].some((value, step) => value > 1.1 * day[step % 24])).toBe(true);
    expect(result.warnings[0]).toMatch(/^A history of 24 values is too short for a backtest: this is seasonal-naive-24h untested/);
  });

  test('of two values is their last', async () => {
    const result = await forecast(hourly([3, 5]), options(3), here);
    expect(result.chosen).toBe('last-value');
    expect(result.levelShift).toBeNull();
    expect([...result.mean]).toEqual([5, 5, 5]);
    expect([...result.quantiles[0]]).toEqual([5, 5, 5]);
    expect(result.quantiles[3][0]).toBeGreaterThan(5);
  });

  test('is tested as far as it reaches, and what lies beyond is marked', async () => {
    const { backtest, warnings, quantiles: paths } = await forecast(hourly(weeksOfLoad(40)), options(24), here);
    expect(backtest.testedSteps).toBe(10);
    expect(warnings).toContainEqual(expect.stringContaining('lets 10 steps ahead be tested'));
    const width = Array.from(paths[3], (value, step) => value - paths[0][step]);
    expect(Math.min(...width.slice(10))).toBeGreaterThan(0);
  });

  test('of a week of days is forecast', async () => {
    const { mean } = await forecast(daily([1, 2, 3, 4, 5, 6, 7]), options(3), here);
    expect([...mean]).toEqual([1, 2, 3]);
  });
});

describe('a history that cannot be forecast from is refused, all faults together', () => {
  const refusal = async (input: ForecastInput, opts: ForecastOptions) => {
    const error: unknown = await forecast(input, opts, here).catch((reason: unknown) => reason);
    return isProblemError(error) ? error.problems.map(({ code }) => code) : [];
  };

  test.each([
    ['no values', [], ['forecast/too-short']],
    ['one value among gaps', [NaN, 4, NaN], ['forecast/too-short']],
    ['an infinite value', [1, 2, Infinity], ['forecast/not-finite']],
  ])('%s', async (_, values, codes) => {
    expect(await refusal(hourly(values), options(3))).toEqual(codes);
  });

  test('options out of range', async () => {
    expect(await refusal(hourly([1]), { steps: 0, quantiles: [0.9, 0.5] })).toEqual([
      'forecast/steps',
      'forecast/quantiles',
      'forecast/too-short',
    ]);
    expect(await refusal(hourly([1, 2]), { steps: 1, quantiles: [1] })).toEqual(['forecast/quantiles']);
  });
});

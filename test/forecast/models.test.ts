import { allModels, arimaWithin, modelsFor } from '../../lib/forecast/models/all';
import { fitTask } from '../../lib/forecast/models/fit-task';
import { drift, linearTrend } from '../../lib/forecast/models/trend-lines';
import { intermittent } from '../../lib/forecast/models/intermittent';
import { recentDays } from '../../lib/forecast/models/seasonal-naive';
import { theta } from '../../lib/forecast/models/theta';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { fitArma } from '../../lib/adapters/arma';
import { carryOn, chance, hourly, weeksOfLoad } from './support';

const load = weeksOfLoad(720);
const free = allModels.filter(({ guarded }) => !guarded);
const guarded = allModels.filter((model) => model.guarded);
const paths = (names: readonly string[], values: Float64Array, origins: readonly number[], steps = 24, intervalMs = HOUR_MS) => {
  const result = fitTask({ models: names, values, intervalMs, origins, steps }, fitArma);
  if ('failed' in result) throw new Error(result.failed);
  return result.fits.map((fits) => fits.map((fit) => (fit !== null && 'path' in fit ? fit.path : fit)));
};
const meanError = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - b[i])).reduce((x, y) => x + y) / a.length;

test('every model has a name of its own', () => {
  expect(new Set(allModels.map(({ name }) => name)).size).toBe(allModels.length);
});

describe.each(free)('$name', ({ name, smallestTraining, nonNegativeOnly }) => {
  test('says the same at an origin whatever comes after it, with gaps before and after', () => {
    const gappy = load.map((value, hour) => (hour % 90 === 5 || (hour > 500 && hour < 512) ? NaN : value));
    const origins = [300, 480, 505];
    const [known] = paths([name], gappy, origins);
    const planted = gappy.map((value, hour) => (hour >= 505 ? 1e6 * (hour % 3) : value));
    expect(paths([name], planted, origins)[0]).toEqual(known);
  });

  test('says the same beside other models and origins as alone', () => {
    const together = paths(
      free.map((model) => model.name),
      load,
      [400, 720],
    );
    const m = free.findIndex((model) => model.name === name);
    expect(paths([name], load, [400, 720])[0]).toEqual(together[m]);
  });

  test.each([
    ['silence', () => 0],
    ['a constant', () => 5],
    ['a step', (i: number) => (i > 300 ? 500 : 1)],
    ['one spike', (i: number) => (i === 333 ? 1e9 : 1)],
    ['growth', (i: number) => 1.02 ** i],
    ['alternation', (i: number) => i % 2],
    ['a late start', (i: number) => (i < 350 ? 0 : 10 + (i % 24))],
  ])('is finite on %s, or says nothing', (_, shape) => {
    const values = Float64Array.from({ length: 420 }, (_, i) => shape(i));
    for (const path of paths([name], values, [200, 380, 420])[0])
      if (path !== null) expect(path instanceof Float64Array && path.every(Number.isFinite)).toBe(true);
  });

  test('scales with the values', () => {
    const [plain] = paths([name], load, [500]);
    const [scaled] = paths(
      [name],
      load.map((value) => 1024 * value),
      [500],
    );
    const [a, b] = [plain[0], scaled[0]];
    if (!(a instanceof Float64Array && b instanceof Float64Array)) throw new Error('no path');
    a.forEach((value, step) => expect(Math.abs(b[step] / 1024 - value)).toBeLessThan(1e-6 * 160));
  });

  test('carries a constant on as it is', () => {
    if (name === 'intermittent') return;
    const [[path]] = paths([name], new Float64Array(720).fill(7), [720]);
    if (!(path instanceof Float64Array)) throw new Error('no path');
    for (const value of path) expect(value).toBeCloseTo(7, 6);
  });

  test('works on days, or says that it cannot', () => {
    const daily = Float64Array.from({ length: 120 }, (_, i) => 100 + 20 * ((i % 7) / 7));
    const [[path]] = paths([name], daily, [120], 14, DAY_MS);
    expect(path === null ? smallestTraining(DAY_MS) : path).toEqual(path === null ? Infinity : expect.any(Float64Array));
    expect(typeof nonNegativeOnly === 'boolean' || nonNegativeOnly === undefined).toBe(true);
  });
});

test.each(guarded)('$name forecasts a day of load, through the arima package', ({ name }) => {
  const [[path]] = paths([name], load.slice(0, 480), [480]);
  if (!(path instanceof Float64Array)) throw new Error('no path');
  expect(meanError(path, load.slice(480, 504))).toBeLessThan(25);
});

test('seasonal models forecast a wave of day and week better than by repeating the last day', () => {
  const models = free.filter(({ name }) => /holt|decomposition|ridge|regression/.test(name) && !name.includes('cycle'));
  const naive = meanError(load.slice(600, 624), load.slice(624, 648));
  for (const [path] of paths(
    models.map(({ name }) => name),
    load,
    [624],
  ))
    expect(path instanceof Float64Array && meanError(path, load.slice(624, 648)) < naive).toBe(true);
});

test('the drift is the line from the first value through the last, the linear trend that of least squares', () => {
  expect([...carryOn(drift, [1, 5, 3], 2)]).toEqual([4, 5]);
  expect([...carryOn(linearTrend, [1, 2, 3, 4], 2)]).toEqual([5, 6]);
  const path = carryOn(linearTrend, [0, 2, 1], 1);
  expect(path[0]).toBeCloseTo(2, 9);
});

test('one wild day moves no recent day', () => {
  const days = Float64Array.from({ length: 24 * 6 }, (_, i) => (i >= 96 && i < 120 ? 1000 : i % 24));
  expect([...carryOn(recentDays, days, 24)]).toEqual(Array.from({ length: 24 }, (_, i) => i));
});

test('theta goes half as steeply as the history', () => {
  const ramp = Float64Array.from({ length: 480 }, (_, i) => 100 + i);
  const path = carryOn(theta, ramp, 24);
  expect((path[23] - path[0]) / 23).toBeCloseTo(0.5, 1);
});

test('a load that comes and goes is expected by how often it comes at that time', () => {
  const next = chance(3);
  const values = Float64Array.from({ length: 720 }, (_, i) => (i % 24 === 9 ? 10 : i % 24 === 15 && next() < 0.5 ? 10 : 0));
  const path = carryOn(intermittent, values, 24);
  expect(path[9]).toBeCloseTo(10, 0);
  expect(path[15]).toBeGreaterThan(1);
  expect(path[15]).toBeLessThan(9);
  expect(path[3]).toBeCloseTo(0, 1);
  expect(intermittent.suits?.(values)).toBe(true);
  expect(intermittent.suits?.(load)).toBe(false);
});

const names = (length: number, intervalMs = HOUR_MS, sign = 1) =>
  modelsFor({ ...hourly(weeksOfLoad(length).map((value) => sign * value)), intervalMs }).map(({ name }) => name);

test('the baseline is the last day, for daily data the last week, and the last value where the history holds neither', () => {
  expect(names(24)[0]).toBe('seasonal-naive-24h');
  expect(names(23)[0]).toBe('last-value');
  expect(names(7, DAY_MS)[0]).toBe('seasonal-naive-168h');
  expect(names(100, 5 * HOUR_MS)[0]).toBe('last-value');
});

test('more than a day ahead the baseline is the last week, where two weeks are left to test it on', () => {
  const first = (length: number, steps: number) => modelsFor(hourly(weeksOfLoad(length)), { steps })[0].name;
  expect(first(504, 168)).toBe('seasonal-naive-168h');
  expect(first(503, 168)).toBe('seasonal-naive-24h');
  expect(first(504, 25)).toBe('seasonal-naive-168h');
  expect(first(504, 24)).toBe('seasonal-naive-24h');
  expect(modelsFor(hourly(weeksOfLoad(504)), { steps: 168 })[1].name).toBe('seasonal-naive-24h');
});

test('for few series models through the arima package stand in for those with an autoregression of their own', () => {
  const tried = (among: number, sign = 1) => modelsFor(hourly(load.map((value) => sign * value)), { among }).map(({ name }) => name);
  const [few, many] = [tried(arimaWithin), tried(arimaWithin + 1)];
  expect(few.filter((name) => !many.includes(name))).toEqual(['decomposition-arima-log', 'fourier-arima-log']);
  expect(many.filter((name) => !few.includes(name))).toEqual(['decomposition-ar', 'decomposition-ar-log']);
  expect(tried(1, -1)).toContain('decomposition-arima');
  expect(modelsFor(hourly(load), { effort: 'fast', among: 1 })).toEqual(modelsFor(hourly(load), { effort: 'fast', among: 5_000 }));
});

test('a model joins when the history is long enough for it', () => {
  expect(names(47)).toEqual(['seasonal-naive-24h', 'drift', 'linear-trend']);
  expect(names(48)).toContain('holt-winters-log');
  expect(names(335)).not.toContain('seasonal-naive-168h');
  expect(names(336)).toContain('seasonal-naive-168h');
});

test('a series with negative values has no log scale', () => {
  expect(names(480, HOUR_MS, -1).filter((name) => name.includes('log'))).toEqual([]);
});

test('effort sets the models: fast has few, best has those through the arima package too', () => {
  const count = (effort: 'fast' | 'balanced' | 'best') => modelsFor(hourly(load), { effort }).length;
  expect(count('fast')).toBeLessThan(count('balanced') / 2);
  expect(modelsFor(hourly(load), { effort: 'best' }).filter((model) => model.guarded)).toHaveLength(4);
  expect(modelsFor(hourly(load), { effort: 'fast' }).filter((model) => model.guarded)).toEqual([]);
});

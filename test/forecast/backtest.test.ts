import { crossValidate, type Backtest } from '../../lib/forecast/backtest/backtest';
import { modelsFor } from '../../lib/forecast/models/all';
import { longestTraining } from '../../lib/forecast/training-data';
import type { FitRunner, FitTask, ForecastInput } from '../../lib/forecast/types';
import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../../lib/units';
import { cheap, here, hourly, weeksOfLoad } from './support';

const load = weeksOfLoad(720);
const withGaps = load.map((value, hour) => (hour % 90 === 5 || (hour > 500 && hour < 512) || hour === 466 || hour === 467 ? NaN : value));
/** Guarded fits are slow, and see the values before their origin alone: those that travel here are told apart below. */
const unguarded = (series: ForecastInput) => modelsFor(series, { among: 1_000 });
const validate = (values: Float64Array, run: FitRunner = cheap, origins = 6) => {
  const series = hourly(values);
  return crossValidate(series, unguarded(series), { steps: 24, origins }, run);
};

let known: Promise<Backtest>;
beforeAll(() => {
  known = validate(withGaps, here, 4);
});

test.each([
  ['a hundred times the load', (value: number) => value * 100],
  ['an outage', () => 0],
  ['gaps', (value: number, hour: number) => (hour % 2 === 0 ? NaN : value)],
])('what comes after an origin changes nothing that was said there: %s', async (_, future) => {
  const before = await known;
  const early = 3;
  const cut = before.origins[early - 1];
  const after = await validate(
    withGaps.map((value, hour) => (hour >= cut ? future(value, hour) : value)),
    here,
    4,
  );
  expect(after.origins.slice(0, early)).toEqual(before.origins.slice(0, early));
  expect(after.levels.slice(0, early)).toEqual(before.levels.slice(0, early));
  after.models.forEach((model, m) => expect(model.paths.slice(0, early)).toEqual(before.models[m].paths.slice(0, early)));
});

test('a guarded fit travels alone with the values before its origin, the others together', async () => {
  const tasks: FitTask[] = [];
  const watch: FitRunner = (given) => {
    tasks.push(...given);
    return cheap(given);
  };
  const series = hourly(withGaps);
  const { origins } = await crossValidate(series, modelsFor(series, { effort: 'best' }), { steps: 24, origins: 6 }, watch);
  const [together, ...alone] = tasks;
  expect(together.origins).toEqual([...origins, 720]);
  expect(alone.length).toBeGreaterThanOrEqual(24);
  for (const { models, origins: places, values } of alone) {
    expect(models).toHaveLength(1);
    expect(places).toEqual([values.length]);
  }
});

test('a long series is shared out by model, with the same answer', async () => {
  const long = weeksOfLoad(9_000);
  const lengths: number[] = [];
  await validate(long, (given) => {
    lengths.push(...given.map(({ models }) => models.length));
    return cheap(given);
  });
  expect(new Set(lengths)).toEqual(new Set([1]));
});

test('what is excluded is neither trained on nor scored', async () => {
  const excluded = Uint8Array.from(load, (_, hour) => (hour >= 500 && hour < 524 ? 1 : 0));
  const wild = load.map((value, hour) => (excluded[hour] === 1 ? 1e6 : value));
  const [a, b] = await Promise.all(
    [load, wild].map((values) => crossValidate({ ...hourly(values), excluded }, unguarded(hourly(load)), { steps: 24, origins: 6 }, here)),
  );
  expect(b).toEqual(a);
  expect(a.actual.flatMap((came) => [...came]).some(Number.isNaN)).toBe(true);
});

test('a gap is filled to train on and never scored', async () => {
  const { origins, actual } = await validate(withGaps);
  origins.forEach((origin, o) => expect([...actual[o]]).toEqual([...withGaps.slice(origin, origin + 24)]));
  expect(actual.some((came) => came.some(Number.isNaN))).toBe(true);
});

test('an origin after which nothing was observed is no origin', async () => {
  const { origins } = await validate(load.map((value, hour) => (hour >= 696 ? NaN : value)));
  expect(origins.length).toBeGreaterThan(3);
  expect(origins.every((origin) => origin < 696)).toBe(true);
});

test('a fit that fails costs that model at that origin, with its reason', async () => {
  const series = hourly(load);
  const failOne: FitRunner = async (tasks) => {
    const results = await cheap(tasks);
    const broken = tasks.findIndex(({ models }) => models[0] === 'seasonal-arima');
    return results.map((result, i) => (i === broken ? { failed: 'the fit exploded' } : result));
  };
  const { models } = await crossValidate(series, modelsFor(series, { effort: 'best' }), { steps: 24, origins: 6 }, failOne);
  const broken = models.find(({ name }) => name === 'seasonal-arima');
  expect(broken?.failures).toEqual(['the fit exploded']);
  expect(broken?.paths.map((path) => path === null)).toEqual([true, false, false, false, false, false]);
  expect(models.filter(({ failures }) => failures.length > 0)).toHaveLength(1);
});

test('a model that needs more than an origin has is not tried there, which is no failure', async () => {
  const series = hourly(weeksOfLoad(400));
  const { models, origins } = await crossValidate(series, unguarded(series), { steps: 24, origins: 12 }, here);
  const week = models.find(({ name }) => name === 'holt-winters-week');
  expect(week?.paths.map((path) => path === null)).toEqual(origins.map((origin) => origin < 192));
  expect(week?.failures).toEqual([]);
});

test('each model also says what comes next, as far as was asked', async () => {
  const { models, testedSteps } = await crossValidate(
    hourly(load.slice(0, 60)),
    modelsFor(hourly(load.slice(0, 60))),
    { steps: 48 },
    cheap,
  );
  expect(testedSteps).toBe(24);
  for (const { ahead } of models) expect(ahead).toHaveLength(48);
});

test('training is the last six weeks, of fine intervals two weeks, of days half a year', () => {
  expect(longestTraining(HOUR_MS)).toBe(1008);
  expect(longestTraining(15 * MINUTE_MS)).toBe(4032);
  expect(longestTraining(5 * MINUTE_MS)).toBe((2 * WEEK_MS) / (5 * MINUTE_MS));
  expect(longestTraining(MINUTE_MS)).toBe((2 * WEEK_MS) / MINUTE_MS);
  expect(longestTraining(DAY_MS)).toBe(182);
});

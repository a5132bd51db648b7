import { crossValidate, type Backtest } from '../../lib/forecast/backtest';
import { modelsFor } from '../../lib/forecast/models/all';
import { longestTraining, trainingAt } from '../../lib/forecast/training';
import type { FitRunner, FitTask } from '../../lib/forecast/types';
import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../../lib/units';
import { cheap, here, hourly, weeksOfLoad } from './support';

const load = weeksOfLoad(720);
const withGaps = load.map((value, hour) => (hour % 90 === 5 || (hour > 500 && hour < 512) || hour === 466 || hour === 467 ? NaN : value));
const validate = (values: Float64Array, run: FitRunner = cheap, origins = 6) => {
  const series = hourly(values);
  return crossValidate(series, modelsFor(series), { steps: 24, origins }, run);
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
  const cut = 468;
  const planted = withGaps.map((value, hour) => (hour >= cut ? future(value, hour) : value));
  const [before, after] = [await known, await validate(planted, here, 4)];
  const early = before.origins.filter((origin) => origin <= cut).length;
  expect(before.origins[early - 1]).toBe(cut);
  expect(after.origins.slice(0, early)).toEqual(before.origins.slice(0, early));
  expect(after.levels.slice(0, early)).toEqual(before.levels.slice(0, early));
  after.models.forEach((model, m) => expect(model.paths.slice(0, early)).toEqual(before.models[m].paths.slice(0, early)));
});

test('no task holds a value from its own future, and all are complete', async () => {
  const tasks: FitTask[] = [];
  const watch: FitRunner = (given) => {
    tasks.push(...given);
    return cheap(given);
  };
  const { origins } = await validate(withGaps, watch);
  const ends = tasks.map(({ start, values }) => (start - hourly([]).start) / HOUR_MS + values.length);
  expect(new Set(ends)).toEqual(new Set([...origins, 720]));
  for (const { values } of tasks) expect(values.every(Number.isFinite)).toBe(true);
});

test('a gap is filled to train on and never scored', async () => {
  const { origins, actual } = await validate(withGaps);
  origins.forEach((origin, o) => expect([...actual[o]]).toEqual([...withGaps.slice(origin, origin + 24)]));
  expect(actual.some((came) => came.some(Number.isNaN))).toBe(true);
});

test('an origin after which nothing was observed is no origin', async () => {
  const { origins } = await validate(load.map((value, hour) => (hour >= 696 ? NaN : value)));
  expect(origins).toHaveLength(5);
  expect(origins.every((origin) => origin < 696)).toBe(true);
});

test('a fit that fails costs that model at that origin, with its reason', async () => {
  const failSome: FitRunner = async (tasks) => {
    const results = await cheap(tasks);
    return results.map((result, i) => (i === 2 ? { failed: 'the fit exploded' } : result));
  };
  const { models } = await validate(load, failSome);
  const broken = models.find(({ name }) => name === 'decomposition-arima');
  expect(broken?.failures).toEqual(['the fit exploded']);
  expect(broken?.paths.map((path) => path === null)).toEqual([false, false, true, false, false, false]);
  expect(models.filter(({ failures }) => failures.length > 0)).toHaveLength(1);
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

test('a training part without any observation carries on the last one before it', () => {
  const values = new Float64Array(1200).fill(NaN);
  values[0] = 7;
  expect(new Set(trainingAt(hourly(values), 1200).values)).toEqual(new Set([7]));
});

import { crossValidate } from '../../lib/forecast/backtest/backtest';
import { choose } from '../../lib/forecast/backtest/combination';
import { forecast } from '../../lib/forecast/forecast';
import { hourlyMeans, learnHourShape } from '../../lib/forecast/models/hour-shape';
import { modelsFor } from '../../lib/forecast/models/all';
import type { ForecastInput } from '../../lib/forecast/types';
import { MINUTE_MS } from '../../lib/units';
import { chance, here, monday } from './support';

const day = (minutes: number) => 1_440 / minutes;
const wave = (step: number, minutes: number) => 100 + 50 * Math.sin((2 * Math.PI * step) / day(minutes));

/** Days of a wave with a peak in the first minutes of each hour, and noise of up to `spread` to either side. */
function fine(minutes: number, days: number, spread: number, seed = 1): ForecastInput {
  const next = chance(seed);
  const values = Float64Array.from({ length: days * day(minutes) }, (_, step) => {
    const peak = (step * minutes) % 60 < 10 ? 1.4 : 1;
    return Math.max(0, wave(step, minutes) * peak + spread * (2 * next() - 1));
  });
  return { start: monday, intervalMs: minutes * MINUTE_MS, values, nonNegative: true };
}

const meanError = (path: Float64Array, truth: Float64Array) =>
  path.reduce((sum, value, i) => sum + Math.abs(value - truth[i]), 0) / path.length;

test('an hour keeps its mean, and takes the shape of the hours and of the times of the day before', () => {
  const daily = (step: number) => (step % 288 === 30 ? 3 : 1);
  const { values } = fine(5, 10, 0);
  const load = values.map((value, step) => value * daily(step));
  const known = 8 * 288 + 24;
  const path = learnHourShape(load, known, 12)(hourlyMeans(load.subarray(known), 12));
  hourlyMeans(path, 12).forEach((mean, hour) => expect(mean).toBeCloseTo(hourlyMeans(load.subarray(known), 12)[hour], 9));
  path.forEach((value, step) => expect(Math.abs(value - load[known + step])).toBeLessThan(0.08 * load[known + step]));
});

test('hours of a load without a shape of its own lie on straight lines between their middles', () => {
  const steps = learnHourShape(new Float64Array(4 * 24 * 4).fill(10), 4 * 24 * 4, 4)(Float64Array.of(10, 20, 30, 30));
  expect([...steps.slice(4, 8)]).toEqual([16.25, 18.75, 21.25, 23.75]);
  // Each hour keeps its mean, where the line bends too; the last one has no neighbour to lean to.
  [10, 10, 11.25, 13.75].forEach((value, step) => expect(steps[step]).toBeCloseTo((value * 10) / 11.25, 12));
  [26.25, 28.75, 30, 30].forEach((value, step) => expect(steps[8 + step]).toBeCloseTo((value * 30) / 28.75, 12));
  expect([...steps.slice(12)]).toEqual([30, 30, 30, 30]);
});

test('the shape rests on what came before its origin alone, and gaps teach nothing', () => {
  const { values } = fine(15, 9, 10);
  const hours = new Float64Array(24).fill(100);
  const origin = 7 * 96;
  const planted = values.map((value, i) => (i >= origin ? 1e6 : value));
  expect(learnHourShape(planted, origin, 4)(hours)).toEqual(learnHourShape(values, origin, 4)(hours));
  const gappy = values.map((value, i) => (i % 7 === 3 ? NaN : value));
  const path = learnHourShape(gappy, origin, 4)(hours);
  expect(path.every((value) => value > 60 && value < 180)).toBe(true);
});

test('hours of nothing stay nothing', () => {
  expect([...learnHourShape(new Float64Array(288 * 4), 288 * 4, 12)(new Float64Array(3))]).toEqual(new Array(36).fill(0));
});

test.each([1, 5, 15, 30])('days ahead every %i min over noise are forecast by the hour, named, and better for it', async (minutes) => {
  const steps = day(minutes);
  const days = minutes === 1 ? 7 : 15;
  const all = fine(minutes, days, 60);
  const known = { ...all, values: all.values.slice(0, -steps) };
  const truth = fine(minutes, days, 0).values.slice(-steps);
  const options = { steps, quantiles: [0.5, 0.95], effort: 'fast' as const };
  const made = await forecast(known, options, here);
  expect(made.mean).toHaveLength(steps);
  expect(made.quantiles[1].every((high, step) => high >= made.quantiles[0][step] && made.quantiles[0][step] >= 0)).toBe(true);
  if (minutes > 5) return;
  expect(made.grain?.by).toBe('hour');
  expect(made.grain?.relativeMae.hour).toBeLessThan((made.grain?.relativeMae.interval ?? 0) * 0.95);
  expect(made.models.some(({ name, weight }) => name.endsWith(' by hour') && weight > 0)).toBe(true);
  if (minutes === 1) return;
  const direct = choose(await crossValidate(known, modelsFor(known, { effort: 'fast', steps }), { steps, origins: 8 }, here));
  expect(meanError(made.mean, truth)).toBeLessThan(meanError(direct.ahead, truth));
});

test('what repeats within the hour and not by the clock is forecast directly, and named so', async () => {
  const next = chance(3);
  const values = Float64Array.from({ length: 10 * 288 }, (_, step) => (step % 10 === 0 ? 200 : 20) * (0.98 + 0.04 * next()));
  const made = await forecast(
    { start: monday, intervalMs: 5 * MINUTE_MS, values, nonNegative: true },
    { steps: 288, quantiles: [0.5], effort: 'fast' },
    here,
  );
  expect(made.grain?.by).toBe('interval');
  expect(made.found.map((season) => season.steps)).toEqual([10]);
  made.mean.forEach((said, step) => expect(Math.abs(said - (step % 10 === 0 ? 200 : 20))).toBeLessThan(20));
});

test.each([
  ['an interval that is no part of an hour', 7, 288],
  ['a horizon of less than six hours', 5, 60],
  ['hours', 60, 48],
])('%s is forecast directly alone', async (_, minutes, steps) => {
  const { grain } = await forecast(fine(minutes, 12, 20), { steps, quantiles: [0.5], effort: 'fast' }, here);
  expect(grain).toBeNull();
});

test('by the hour, a forecast scales with its load', async () => {
  const series = fine(15, 12, 60);
  const options = { steps: 96, quantiles: [0.5, 0.95], effort: 'fast' as const };
  const plain = await forecast(series, options, here);
  const scaled = await forecast({ ...series, values: series.values.map((value) => value * 1e4) }, options, here);
  expect(scaled.grain?.by).toBe(plain.grain?.by);
  plain.mean.forEach((value, step) => expect(scaled.mean[step] / 1e4 / value).toBeCloseTo(1, 6));
});

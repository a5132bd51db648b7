import { fc, test as propertyTest } from '@fast-check/jest';
import { forecast } from '../../lib/forecast/forecast';
import type { Forecast } from '../../lib/forecast/types';
import { WEEK_MS } from '../../lib/units';
import { chance, here, hourly } from './support';

const quantiles = [0.05, 0.5, 0.9, 0.95, 0.99];
/** Sixteen of each by default, for the time they take, and the same ones; `FORECAST_CASES=2000` runs the full number, other ones each time. */
const cases = Number(process.env.FORECAST_CASES ?? 16);
const seed = process.env.FORECAST_CASES === undefined ? { seed: 20_261_124 } : {};
const few = { numRuns: cases, ...seed };

/** Shapes that loads take and shapes that break models: constants, silence, steps, spikes, ramps, noise, at any scale. */
const shapes: Readonly<Record<string, (i: number, n: number, next: () => number) => number>> = {
  constant: () => 1,
  silence: () => 0,
  step: (i, n) => (i > n * 0.8 ? 50 : 1),
  drop: (i, n, next) => (i > n * 0.6 ? 0 : 10 + next()),
  spikes: (_, __, next) => (next() < 0.03 ? 1000 : next()),
  'one spike': (i, n) => (i === Math.floor(n * 0.7) ? 1e6 : 1),
  ramp: (i) => i,
  growth: (i) => 1.05 ** Math.min(i, 400),
  day: (i, _, next) => 10 + 9 * Math.sin((2 * Math.PI * i) / 24) + next(),
  nights: (i, _, next) => (i % 24 < 9 ? 0 : 5 * next()),
  counts: (_, __, next) => Math.floor(2.2 * next() ** 3),
  alternating: (i) => i % 2,
  noise: (_, __, next) => next(),
};
const load = fc
  .record({
    shape: fc.constantFrom(...Object.keys(shapes)),
    length: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 24, max: 500 }) },
      { weight: 1, arbitrary: fc.integer({ min: 501, max: 2000 }) },
    ),
    scale: fc.constantFrom(1e-300, 1e-9, 1, 1e9, 1e300),
    gaps: fc.constantFrom(0, 0, 0.1),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ shape, length, scale, gaps, seed }) => {
    const next = chance(seed);
    return Array.from({ length }, (_, i) =>
      i > 1 && next() < gaps ? NaN : Math.min(Number.MAX_VALUE, scale * shapes[shape](i, length, next)),
    );
  });
const anything = fc.array(
  fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e300, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  {
    minLength: 24,
    maxLength: 120,
  },
);

/** Every fourth history by all models, every sixteenth short one by those through the `arima` package too, which take ten times as long. */
const options = (values: readonly number[]) => {
  const effort = values.length % 4 === 0 ? 'balanced' : 'fast';
  return { steps: 30, quantiles, effort, among: values.length % 16 === 0 && values.length < 200 ? 1 : 1_000 } as const;
};
const run = (values: readonly number[]) => forecast(hourly(values), options(values), here);

propertyTest.prop([fc.oneof(load, anything)], few)(
  'any load gives finite paths that never cross and are never below zero',
  async (values) => {
    const result = await run(values);
    expectSane(result, values);
  },
);

propertyTest.prop([fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 80 })], few)(
  'a series that may be negative gives finite paths that never cross',
  async (values) => {
    const { mean, quantiles: paths } = await forecast({ ...hourly(values), nonNegative: false }, { ...options(values), steps: 10 }, here);
    for (const path of [mean, ...paths]) expect(path.every(Number.isFinite)).toBe(true);
    for (let q = 1; q < paths.length; q++) paths[q].forEach((value, step) => expect(value).toBeGreaterThanOrEqual(paths[q - 1][step]));
  },
);

propertyTest.prop([load, fc.constantFrom(1e-6, 1e-3, 7, 1e6)], { numRuns: Math.ceil(cases / 2) })(
  'scaling the load scales the forecast',
  async (values, factor) => {
    const top = values.reduce((most, value) => (value > most ? value : most), 0);
    fc.pre(top > 1e-200 && top < 1e200);
    const [plain, scaled] = [await run(values), await run(values.map((value) => value * factor))];
    expect(scaled.chosen).toBe(plain.chosen);
    [plain.mean, ...plain.quantiles].forEach((path, p) => {
      const beside = [scaled.mean, ...scaled.quantiles][p];
      path.forEach((value, step) => expect(Math.abs(beside[step] / factor - value)).toBeLessThanOrEqual(1e-6 * top));
    });
  },
);

propertyTest.prop([load, fc.integer({ min: 1, max: 500 })], { numRuns: Math.ceil(cases / 4), ...seed })(
  'a shift by whole weeks shifts the answer',
  async (values, weeks) => {
    const shifted = { ...hourly(values), start: hourly([]).start + weeks * WEEK_MS };
    const [plain, later] = [await run(values), await forecast(shifted, options(values), here)];
    expect(later.start).toBe(plain.start + weeks * WEEK_MS);
    expect(later.mean).toEqual(plain.mean);
    expect(later.quantiles).toEqual(plain.quantiles);
  },
);

test('the largest number there is is a load like any other', async () => {
  const values = Array.from({ length: 400 }, (_, i) => (i >= 390 ? Number.MAX_VALUE : 1e300 * 1.05 ** i));
  expectSane(await run(values), values);
});

test('a step after perfect repetition scales too, though until then the models agreed but for rounding', async () => {
  const step = Array.from({ length: 35 }, (_, hour) => (hour < 29 ? 1 : 50));
  const [plain, scaled] = [await run(step), await run(step.map((value) => value * 1e-6))];
  [plain.mean, ...plain.quantiles].forEach((path, p) => {
    const beside = [scaled.mean, ...scaled.quantiles][p];
    path.forEach((value, i) => expect(Math.abs(beside[i] * 1e6 - value)).toBeLessThan(1e-4));
  });
});

test('one spike in silence scales too, though every place near it is equally far from the level before', async () => {
  const spike = Array.from({ length: 1867 }, (_, hour) => (hour === 1306 ? 1e-3 : 1e-9));
  const [plain, scaled] = [await run(spike), await run(spike.map((value) => value * 1e-3))];
  [plain.mean, ...plain.quantiles].forEach((path, p) => {
    const beside = [scaled.mean, ...scaled.quantiles][p];
    path.forEach((value, i) => expect(Math.abs(beside[i] * 1e3 - value)).toBeLessThan(1e-9));
  });
});

test('the same input gives the same output, whatever ran before', async () => {
  const values = Array.from({ length: 200 }, (_, i) => 10 + (i % 24) + chance(i)());
  const first = await run(values);
  await run([...values].reverse());
  expect(await run(values)).toEqual(first);
});

function expectSane({ mean, quantiles: paths, backtest, models }: Forecast, values: readonly number[]): void {
  const observed = values.filter((value) => !Number.isNaN(value));
  const [low, high] = [observed.reduce((a, b) => Math.min(a, b)), observed.reduce((a, b) => Math.max(a, b))];
  const most = Math.min(Number.MAX_VALUE, high + (high - low)) * (1 + 1e-9);
  for (const path of [mean, ...paths]) {
    expect(path.every((value) => value >= 0 && value <= most)).toBe(true);
  }
  for (let q = 1; q < paths.length; q++) expect(paths[q].every((value, step) => value >= paths[q - 1][step])).toBe(true);
  expect(Object.values(backtest.coverage).every((share) => share >= 0 && share <= 1)).toBe(true);
  expect(models.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
}

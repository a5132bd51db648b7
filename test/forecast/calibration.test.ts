import { fc, test as propertyTest } from '@fast-check/jest';
import type { Backtest } from '../../lib/forecast/backtest/backtest';
import { assess } from '../../lib/forecast/calibration/assess';
import { calibrate, type Calibration, quantileError, quantilesAround } from '../../lib/forecast/calibration/calibration';
import { errorOf, shift } from '../../lib/forecast/calibration/errors';
import { supportedQuantile } from '../../lib/forecast/warnings';
import { chance } from './support';

const alike = (values: ArrayLike<number>) => ({ values: Float64Array.from(values), weights: new Float64Array(values.length).fill(1) });
const upTo = (n: number) => alike(Float64Array.from({ length: n }, (_, i) => i + 1));

/** Origins and `steps` leads of a flat prediction of `level`; what came is made by `came(lead, chance, place)`. */
function backtest(
  steps: number,
  level: number,
  came: (lead: number, next: () => number, place: number) => number,
  spacing = steps,
  count = 20,
): Backtest {
  const next = chance(5);
  const origins = Array.from({ length: count }, (_, o) => 200 + spacing * o);
  const actual = origins.map((origin) => Float64Array.from({ length: steps }, (_, lead) => came(lead, next, origin + lead)));
  const paths = origins.map(() => new Float64Array(steps).fill(level));
  return {
    origins,
    end: origins[count - 1] + steps,
    testedSteps: steps,
    actual,
    levels: new Array<number>(count + 1).fill(level),
    models: [{ name: 'flat', paths, ahead: null, failures: [] }],
  };
}
const chosen = ({ models: [{ paths }] }: Backtest, spread = 0) => ({ paths, spreads: paths.map((path) => path && path.map(() => spread)) });
const options = { nonNegative: true, periods: [24, 168] };
const calibrated = (test: Backtest) => calibrate(test, chosen(test), options);
const around = (calibration: Calibration, path: Float64Array, probabilities: readonly number[], spread = 0, origin = 680) =>
  quantilesAround({ path, spread: path.map(() => spread), origin, level: 1000 }, calibration, probabilities, true);

describe('a quantile of errors', () => {
  test('is the conformal rank: the first with (1 + 1 / n) of the probability at or below it', () => {
    expect(quantileError(upTo(99), 0.8)).toBe(80);
    expect(quantileError(upTo(9), 0.8)).toBe(8);
    expect(quantileError(upTo(9), 0.2)).toBe(2);
    expect(quantileError(upTo(10), 0.5)).toBe(5.5);
  });

  test('in the tail is the mean of rank and normal', () => {
    const errors = [...new Array<number>(98).fill(0), 1000];
    expect(quantileError(alike(errors), 0.95)).toBeCloseTo((1000 / 99 + 1.64485 * Math.sqrt(1000 ** 2 / 99 - (1000 / 99) ** 2)) / 2, 1);
  });

  test('goes by weight: an error that hardly counts hardly matters', () => {
    const errors = { values: Float64Array.of(1, 2, 3, 4, 100), weights: Float64Array.of(1, 1, 1, 1, 1e-6) };
    expect(quantileError(errors, 0.7)).toBe(4);
    expect(quantileError({ ...errors, weights: Float64Array.of(1, 1, 1, 1, 4) }, 0.7)).toBe(100);
  });

  test('of no errors is 0', () => {
    expect(quantileError(alike([]), 0.95)).toBe(0);
  });
});

propertyTest.prop([
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
])('an error put back onto its prediction gives what came, in either form, zero included', (came, predicted, level) => {
  for (const form of ['additive', 'multiplicative'] as const) {
    const back = shift(form, predicted, errorOf(form, came, predicted, level), level);
    expect(Math.abs(back - came)).toBeLessThanOrEqual(1e-9 * (came + predicted + level));
  }
});

test('errors that grow with the lead widen the quantiles with the lead', () => {
  const growing = backtest(24, 1000, (lead, next) => 1000 + (lead + 1) * (next() - 0.5));
  const [upper] = around(calibrated(growing), new Float64Array(24).fill(1000), [0.9]);
  expect(upper[23] - 1000).toBeGreaterThan(3 * (upper[0] - 1000));
});

test('errors of busy hours widen the quantiles of those hours alone', () => {
  const busy = backtest(24, 1000, (_, next, place) => 1000 + (place % 24 >= 8 && place % 24 < 18 ? 200 : 5) * (next() - 0.5), 25);
  const [upper] = around(calibrated(busy), new Float64Array(24).fill(1000), [0.95], 0, 24 * 30);
  expect(upper[12] - 1000).toBeGreaterThan(60);
  expect(upper[2] - 1000).toBeLessThan(30);
});

test('where the models lie further apart than usual the quantiles are wider', () => {
  const calm = backtest(24, 1000, (_, next) => 1000 + 10 * (next() - 0.5));
  const calibration = calibrate(calm, chosen(calm, 4), options);
  const width = (spread: number) => around(calibration, new Float64Array(24).fill(1000), [0.95], spread)[0][5] - 1000;
  expect(width(40)).toBeGreaterThan(2 * width(4));
  expect(width(0)).toBeLessThan(width(4));
});

test('misses of the last days widen the quantiles, a calm end narrows them', () => {
  const noise = (size: (place: number) => number) => backtest(24, 1000, (_, next, place) => 1000 + size(place) * (next() - 0.5));
  const lately = (test: Backtest) => calibrated(test).lately;
  expect(lately(noise((place) => (place > 620 ? 100 : 10)))).toBeGreaterThan(1.2);
  expect(lately(noise((place) => (place > 560 ? 10 : 100)))).toBeLessThan(0.95);
  expect(lately(noise(() => 10))).toBeCloseTo(1, 1);
});

test('origins of little weight count little', () => {
  const shifted = backtest(24, 1000, (_, next, place) => 1000 + (place < 440 ? 500 : 10) * (next() - 0.5));
  const weights = shifted.origins.map((origin) => (origin < 440 ? 0.01 : 1));
  const width = (calibration: Calibration) => around(calibration, new Float64Array(24).fill(1000), [0.8])[0][5] - 1000;
  expect(width(calibrate(shifted, chosen(shifted), { ...options, weights }))).toBeLessThan(width(calibrated(shifted)) / 4);
});

test('beyond the tested leads the largest scale carries on', () => {
  const calm = backtest(24, 1000, (lead, next) => 1000 + (24 - lead) * (next() - 0.5), 24);
  const { scale } = calibrate(calm, chosen(calm), { ...options, periods: [] });
  const calibration = { ...calibrate(calm, chosen(calm), { ...options, periods: [] }), scale };
  const [lower, upper] = around(calibration, new Float64Array(40).fill(1000), [0.1, 0.9]);
  for (let step = 24; step < 40; step++) {
    expect(upper[step]).toBeGreaterThanOrEqual(Math.max(...upper.slice(0, 24)) - 1e-9);
    expect(lower[step]).toBeLessThanOrEqual(Math.min(...lower.slice(0, 24)) + 1e-9);
  }
});

test('errors that are ratios through and through are taken as ratios, differences as differences', () => {
  const next = chance(9);
  const base = backtest(24, 100, () => 0);
  const paths = base.actual.map(() => Float64Array.from({ length: 24 }, () => (next() < 0.5 ? 20 : 2000)));
  const spreads = paths.map((path) => path.map(() => 0));
  const ratios = {
    ...base,
    levels: base.levels.map(() => 1),
    actual: paths.map((path) => path.map((value) => value * Math.exp(next() - 0.5))),
  };
  const differences = { ...base, actual: paths.map((path) => path.map((value) => value + 20 * next())) };
  expect(calibrate(ratios, { paths, spreads }, options).form).toBe('multiplicative');
  expect(calibrate(differences, { paths, spreads }, options).form).toBe('additive');
  expect(calibrate(ratios, { paths, spreads }, { ...options, nonNegative: false }).form).toBe('additive');
});

test('a load that is idle half of the time keeps usable quantiles: near zero then, and within what was seen', () => {
  const idle = backtest(24, 10, (_, next, place) => (place % 2 === 0 ? 0 : 20 * next()), 25);
  const paths = idle.origins.map((origin) => Float64Array.from({ length: 24 }, (_, lead) => ((origin + lead) % 2 === 0 ? 0 : 10)));
  const calibration = calibrate(idle, { paths, spreads: paths.map((path) => path.map(() => 0)) }, { ...options, periods: [2, 168] });
  const path = Float64Array.from({ length: 24 }, (_, lead) => (lead % 2 === 0 ? 0 : 10));
  const [upper] = quantilesAround({ path, spread: new Float64Array(24), origin: 680, level: 10 }, calibration, [0.95], true);
  upper.forEach((value, step) => (step % 2 === 0 ? expect(value).toBeLessThan(11) : expect(value).toBeGreaterThan(14)));
  expect(Math.max(...upper)).toBeLessThan(40);
});

propertyTest.prop([
  fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 24, maxLength: 24 }),
  fc.integer({ min: 1, max: 9999 }),
])('quantiles never cross and are never below zero, whatever the path and the past', (path, seed) => {
  const next = chance(seed);
  const wild = backtest(24, 1000, () => (next() < 0.1 ? 1e5 * next() : 1000 * next()));
  const paths = around(calibrated(wild), Float64Array.from(path), [0.01, 0.1, 0.5, 0.8, 0.95, 0.99], 50 * next());
  paths.forEach((quantile, q) => quantile.forEach((value, step) => expect(value).toBeGreaterThanOrEqual(q === 0 ? 0 : paths[q - 1][step])));
});

test('the assessment predicts each origin from the others: an origin of its own kind is not covered', () => {
  const calm = backtest(4, 100, (_, next) => 100 + next());
  const shifted = { ...calm, actual: calm.actual.map((came, o) => (o === 7 ? came.map(() => 500) : came)) };
  const { coverage } = assess(shifted, chosen(shifted), calibrated(shifted), [0.99], true);
  expect(coverage[0]).toBeCloseTo(19 / 20, 9);
});

test('coverage of well-behaved errors is what was asked for', () => {
  const calm = backtest(24, 100, (_, next) => 98 + next() + next() + next() + next());
  const { coverage, pinball } = assess(calm, chosen(calm), calibrated(calm), [0.5, 0.8, 0.95], true);
  expect(coverage[0]).toBeCloseTo(0.5, 1);
  expect(Math.abs(coverage[1] - 0.8)).toBeLessThan(0.04);
  expect(Math.abs(coverage[2] - 0.95)).toBeLessThan(0.03);
  expect(pinball.every((loss) => loss > 0 && loss < 1)).toBe(true);
});

test('twenty separate stretches bear out 0.95 and no more; where stretches overlap they count once', () => {
  const apart = backtest(24, 10, () => 10, 12);
  expect(supportedQuantile(apart)).toBeCloseTo(20 / 21, 12);
  const close = backtest(24, 10, () => 10, 3);
  expect(supportedQuantile(close)).toBeCloseTo(5 / 6, 12);
});

import { fc, test as propertyTest } from '@fast-check/jest';
import type { Backtest } from '../../lib/forecast/backtest';
import { assess, calibrate, quantilesAround } from '../../lib/forecast/calibration';
import { bucketErrors, errorOf, shift } from '../../lib/forecast/errors';
import { normalQuantile } from '../../lib/forecast/normal';
import { quantileError } from '../../lib/forecast/quantile-error';
import { supportedQuantile } from '../../lib/forecast/support';
import { chance } from './support';

const upTo = (n: number) => Float64Array.from({ length: n }, (_, i) => i + 1);

/** Twenty origins and `steps` leads of a flat prediction of `level`; what came is made by `came(lead, chance)`. */
function backtest(steps: number, level: number, came: (lead: number, next: () => number) => number, spacing = steps): Backtest {
  const next = chance(5);
  const origins = Array.from({ length: 20 }, (_, o) => 200 + spacing * o);
  const actual = origins.map(() => Float64Array.from({ length: steps }, (_, lead) => came(lead, next)));
  const paths = origins.map(() => new Float64Array(steps).fill(level));
  return {
    origins,
    testedSteps: steps,
    actual,
    levels: new Array<number>(21).fill(level),
    models: [{ name: 'flat', paths, ahead: null, failures: [] }],
  };
}
const pathsOf = ({ models: [{ paths }] }: Backtest) => paths;

describe('a quantile of errors', () => {
  test('is the conformal rank ceil((n + 1) q)', () => {
    expect(quantileError(upTo(99), 0.8)).toBe(80);
    expect(quantileError(upTo(9), 0.8)).toBe(8);
    expect(quantileError(upTo(9), 0.2)).toBe(2);
    expect(quantileError(upTo(10), 0.5)).toBe(5.5);
  });

  test('in the tail is the further out of rank and normal', () => {
    const heavy = Float64Array.of(...new Array<number>(98).fill(0), 1000);
    expect(quantileError(heavy, 0.95)).toBeCloseTo(1000 / 99 + 1.6449 * Math.sqrt(1000 ** 2 / 99), 0);
    const light = Float64Array.of(...new Array<number>(90).fill(-1), ...new Array<number>(10).fill(0.9));
    expect(quantileError(light, 0.95)).toBe(0.9);
  });

  test('is at least the largest error where there are too few for a rank', () => {
    expect(quantileError(upTo(20), 0.99)).toBeGreaterThanOrEqual(20);
    expect(quantileError(upTo(20), 0.01)).toBeLessThanOrEqual(1);
  });

  test('of no errors is 0', () => {
    expect(quantileError(new Float64Array(0), 0.95)).toBe(0);
  });
});

test('the normal quantile agrees with published tables', () => {
  expect(normalQuantile(0.5)).toBeCloseTo(0, 9);
  expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 8);
  expect(normalQuantile(0.99)).toBeCloseTo(2.3263478740408408, 8);
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 8);
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

test('errors are pooled over runs of leads that double, and every error is in one of them', () => {
  const month = backtest(24, 10, () => 10);
  expect(bucketErrors(month, pathsOf(month), 'additive').map(({ from, to }) => [from, to])).toEqual([
    [0, 3],
    [3, 6],
    [6, 12],
    [12, 24],
  ]);
  const one = backtest(2, 10, () => 10);
  expect(bucketErrors(one, pathsOf(one), 'additive').map(({ from, to, sorted }) => [from, to, sorted.length])).toEqual([[0, 2, 40]]);
});

test('errors that grow with the lead widen the quantiles with the lead', () => {
  const growing = backtest(24, 1000, (lead, next) => 1000 + (lead + 1) * (next() - 0.5));
  const calibration = calibrate(growing, pathsOf(growing), true);
  const [upper] = quantilesAround(new Float64Array(24).fill(1000), calibration, 1000, [0.9], true);
  expect(upper[23] - 1000).toBeGreaterThan(3 * (upper[0] - 1000));
});

test('beyond the tested leads the widest quantiles carry on', () => {
  const growing = backtest(24, 1000, (lead, next) => 1000 + (24 - lead) * (next() - 0.5));
  const calibration = calibrate(growing, pathsOf(growing), true);
  const [lower, upper] = quantilesAround(new Float64Array(40).fill(1000), calibration, 1000, [0.1, 0.9], true);
  for (let step = 24; step < 40; step++) {
    expect(upper[step]).toBe(Math.max(...upper.slice(0, 24)));
    expect(lower[step]).toBe(Math.min(...lower.slice(0, 24)));
  }
});

test('errors in proportion to the load are taken as ratios, others as differences', () => {
  const next = chance(9);
  const base = backtest(24, 100, () => 0);
  const paths = base.actual.map(() => Float64Array.from({ length: 24 }, (_, lead) => (lead % 2 === 0 ? 20 : 2000)));
  const ratios = { ...base, actual: paths.map((path) => path.map((value) => value * Math.exp(next() - 0.5))) };
  const differences = { ...base, actual: paths.map((path) => path.map((value) => value + 20 * next())) };
  expect(calibrate(ratios, paths, true).form).toBe('multiplicative');
  expect(calibrate(differences, paths, true).form).toBe('additive');
  expect(calibrate(ratios, paths, false).form).toBe('additive');
});

test('a load that is idle half of the time keeps usable quantiles: above zero and within what was seen', () => {
  const idle = backtest(24, 10, (lead, next) => (lead % 2 === 0 ? 0 : 20 * next()));
  const paths = idle.actual.map(() => Float64Array.from({ length: 24 }, (_, lead) => (lead % 2 === 0 ? 0 : 10)));
  const [upper] = quantilesAround(paths[0], calibrate(idle, paths, true), 10, [0.95], true);
  upper.forEach((value) => {
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(40);
  });
});

test('the assessment predicts each origin from the others: an origin of its own kind is not covered', () => {
  const calm = backtest(4, 100, (_, next) => 100 + next());
  const shifted = { ...calm, actual: calm.actual.map((came, o) => (o === 7 ? came.map(() => 500) : came)) };
  const { coverage } = assess(shifted, pathsOf(shifted), calibrate(shifted, pathsOf(shifted), true), [0.99], true);
  expect(coverage[0]).toBeCloseTo(19 / 20, 9);
});

test('coverage of well-behaved errors is what was asked for', () => {
  const calm = backtest(24, 100, (_, next) => 100 + next() + next() + next() + next());
  const { coverage, pinball } = assess(calm, pathsOf(calm), calibrate(calm, pathsOf(calm), true), [0.5, 0.8, 0.95], true);
  expect(coverage[0]).toBeCloseTo(0.5, 1);
  expect(coverage[1]).toBeCloseTo(0.8, 1);
  expect(coverage[2]).toBeCloseTo(0.95, 1);
  expect(pinball.every((loss) => loss > 0 && loss < 1)).toBe(true);
});

test('twenty separate stretches bear out 0.95 and no more; where stretches overlap they count once', () => {
  const bucket = (from: number, to: number) => ({ from, to, sorted: upTo(3), origins: new Uint16Array(3) });
  const apart = backtest(24, 10, () => 10, 24);
  expect(supportedQuantile(apart, bucket(12, 24))).toBeCloseTo(20 / 21, 12);
  const close = backtest(24, 10, () => 10, 3);
  expect(supportedQuantile(close, bucket(12, 24))).toBeCloseTo(5 / 6, 12);
});

import { fitArma } from '../../lib/adapters/arma';
import { decompositionArima, decompositionArimaLog } from '../../lib/forecast/models/decomposition-arima';
import type { ArmaFitter } from '../../lib/forecast/types';
import { HOUR_MS } from '../../lib/units';
import { monday, weeksOfLoad } from './support';

const task = (values: Float64Array, steps = 24) => ({ model: '', values, start: monday, intervalMs: HOUR_MS, steps });
const both = [decompositionArima, decompositionArimaLog];
const meanError = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;

test.each(both)('$name knows the day and the quieter weekend', ({ fit }) => {
  const load = weeksOfLoad(840);
  const friday = 4 * 24 + 4 * 168;
  const path = fit(task(load.slice(0, friday), 48), fitArma);
  expect(meanError(path, load.slice(friday, friday + 48))).toBeLessThan(8);
});

test.each(both)('$name scales with the values, from tiny to huge', ({ fit }) => {
  const load = weeksOfLoad(500);
  const path = fit(task(load), fitArma);
  for (const factor of [1e-12, 1e-3, 7, 1e12]) {
    const scaled = fit(task(load.map((value) => value * factor)), fitArma);
    path.forEach((value, step) => expect(Math.abs(scaled[step] / factor - value)).toBeLessThan(1e-6 * value));
  }
});

test.each(both)('$name carries a constant, a pure repetition and silence on exactly, without a fit', ({ fit }) => {
  const never: ArmaFitter = () => {
    throw new Error('there is nothing to fit');
  };
  const day = Float64Array.from({ length: 240 }, (_, i) => 10 + (i % 24));
  fit(task(day), never).forEach((value, step) => expect(value).toBeCloseTo(10 + step, 6));
  fit(task(new Float64Array(100).fill(5)), never).forEach((value) => expect(value).toBeCloseTo(5, 9));
  expect([...fit(task(new Float64Array(100)), never)]).toEqual(new Array(24).fill(0));
});

test.each(both)('$name shows ARMA at most the last week, complete and finite', ({ fit }) => {
  const seen: Float64Array[] = [];
  const watch: ArmaFitter = (values, order, steps) => {
    seen.push(values);
    expect(order).toEqual({ p: 2, q: 1 });
    return new Float64Array(steps);
  };
  fit(task(weeksOfLoad(1008)), watch);
  expect(seen.map((values) => values.length)).toEqual([168, 168]);
  expect(seen.every((values) => values.every(Number.isFinite))).toBe(true);
});

test('the log scale copes with nights of no load at all', () => {
  const load = weeksOfLoad(672).map((value, hour) => (hour % 24 < 8 ? 0 : value));
  const path = decompositionArimaLog.fit(task(load), fitArma);
  path.forEach((value, hour) => (hour < 8 ? expect(Math.abs(value)).toBeLessThan(8) : expect(value).toBeGreaterThan(20)));
});

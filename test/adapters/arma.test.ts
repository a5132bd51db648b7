import { fitArma } from '../../lib/adapters/arma';
import { chance } from '../forecast/support';

const order = { p: 2, q: 1 };

/** x(t) = 50 + 0.8 (x(t-1) - 50) + noise in [-1, 1). */
function autoregression(length: number): Float64Array {
  const next = chance(11);
  let x = 0;
  return Float64Array.from({ length }, () => (x = 0.8 * x + 2 * next() - 1) + 50);
}

test('a series that forgets by a fifth a step is carried on towards its mean at that pace', () => {
  const values = autoregression(900);
  values[899] = 60;
  const path = fitArma(values, order, 40);
  expect(Math.abs(path[0] - 58)).toBeLessThan(1);
  expect(Math.abs((path[5] - 50) / (path[4] - 50) - 0.8)).toBeLessThan(0.1);
  expect(Math.abs(path[39] - 50)).toBeLessThan(0.5);
});

test('an ARMA(1, 1) has one moving-average term', () => {
  const path = fitArma(autoregression(500), { p: 1, q: 1 }, 10);
  const ratio = (step: number) => (path[step + 1] - path[9]) / (path[step] - path[9]);
  expect(path.every(Number.isFinite)).toBe(true);
  expect(ratio(2)).toBeGreaterThan(0.3);
});

test('a series longer than the stack of the package is fitted by its end, and so is the next one', () => {
  const long = autoregression(20_000);
  expect(fitArma(long, order, 5)).toEqual(fitArma(long.slice(-500), order, 5));
  expect(fitArma(autoregression(300), order, 5)).toHaveLength(5);
});

test.each([
  ['a missing value', Float64Array.of(...autoregression(40), NaN, 50)],
  ['a missing first value', Float64Array.of(NaN, ...autoregression(40))],
  ['an infinite value', Float64Array.of(...autoregression(40), Infinity)],
])('%s is refused', (_, values) => {
  expect(() => fitArma(values, order, 5)).toThrow('not finite');
});

test('a path that leaves three times the range of the series is refused', () => {
  const growth = Float64Array.from({ length: 1000 }, (_, i) => 1.05 ** i);
  expect(() => fitArma(growth, order, 24)).toThrow('the fit exploded');
});

test('a series of a few values is refused', () => {
  expect(() => fitArma(Float64Array.of(1, 2, 3), order, 5)).toThrow('Series too short');
});

test('a constant stays', () => {
  expect([...fitArma(new Float64Array(50).fill(3), order, 3)]).toEqual([3, 3, 3]);
});

test('a fit does not depend on those before it, failed ones included', () => {
  const values = autoregression(200);
  const first = fitArma(values, order, 24);
  expect(() =>
    fitArma(
      Float64Array.from({ length: 1000 }, (_, i) => 1.05 ** i),
      order,
      24,
    ),
  ).toThrow('the fit exploded');
  fitArma(values.slice().reverse(), order, 24);
  expect(fitArma(values, order, 24)).toEqual(first);
});

test('another unit gives the same path', () => {
  const values = autoregression(200);
  const path = fitArma(values, order, 24);
  for (const factor of [1e-9, 3, 1e9]) {
    const scaled = fitArma(
      values.map((value) => value * factor),
      order,
      24,
    );
    path.forEach((value, step) => expect(Math.abs(scaled[step] / factor - value)).toBeLessThan(1e-9 * value));
  }
});

test('nothing is printed', () => {
  const spies = (['log', 'error', 'warn'] as const).map((name) => jest.spyOn(console, name).mockImplementation(() => undefined));
  const written = jest.spyOn(process.stdout, 'write');
  for (let n = 12; n < 120; n += 6) {
    try {
      fitArma(
        Float64Array.from({ length: n }, (_, i) => 1.05 ** i),
        order,
        24,
      );
    } catch (error) {
      expect(error).toHaveProperty('message', 'the fit exploded');
    }
  }
  for (const spy of [...spies, written]) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});

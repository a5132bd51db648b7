import { fc, test as propertyTest } from '@fast-check/jest';
import { autoregress, burg } from '../../../lib/forecast/models/decomposition';
import { chance } from '../support';

const values = (...all: readonly number[]) => Float64Array.from(all);

test("Burg's coefficient of the first order is twice the cross product by the sum of squares of what it links", () => {
  // 2 (1 x 0.5 + 0.5 x 0.25) / (1 + 0.5^2 + 0.5^2 + 0.25^2).
  expect([...burg(values(1, 0.5, 0.25), 1)]).toEqual([expect.closeTo(0.8, 12)]);
  expect([...burg(values(1, -1, 1, -1), 1)]).toEqual([expect.closeTo(-1, 12)]);
});

test('an autoregression with known coefficients is found again', () => {
  const next = chance(5);
  const line = new Float64Array(4_000);
  for (let t = 2; t < line.length; t++) line[t] = 0.6 * line[t - 1] + 0.25 * line[t - 2] + next() - 0.5;
  const [first, second, third] = burg(line, 3);
  expect(first).toBeCloseTo(0.6, 1);
  expect(second).toBeCloseTo(0.25, 1);
  expect(third).toBeCloseTo(0, 1);
});

test('a wave is carried on by two coefficients: twice its cosine, and -1', () => {
  const angle = (2 * Math.PI) / 12;
  const wave = Float64Array.from({ length: 240 }, (_, t) => Math.sin(angle * t));
  const [first, second] = burg(wave, 2);
  expect(first).toBeCloseTo(2 * Math.cos(angle), 2);
  expect(second).toBeCloseTo(-1, 2);
});

test('silence has no coefficients', () => {
  expect([...burg(new Float64Array(9), 3)]).toEqual([0, 0, 0]);
});

propertyTest.prop([fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 5, maxLength: 60 })])(
  'what is carried on by an autoregression never grows beyond bounds',
  (all) => {
    const path = autoregress(Float64Array.from(all), 3, 200);
    const size = Math.max(1, ...all.map((value) => Math.abs(value)));
    expect(path.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeLessThanOrEqual(100 * size);
  },
);

test('values are carried on about their mean, step by step', () => {
  // About the mean of 3: 1, -1, 1, -1 goes on alternating.
  expect([...autoregress(values(4, 2, 4, 2), 1, 3)]).toEqual([4, 2, 4].map((value) => expect.closeTo(value, 9) as number));
  // About a mean of 0 the coefficient of 2, -1, -1 is 2 (-2 + 1) / (4 + 1 + 1 + 1) = -2 / 7.
  const by = -2 / 7;
  expect([...autoregress(values(7, 4, 4), 1, 2)]).toEqual([5 - by, 5 - by * by].map((value) => expect.closeTo(value, 9) as number));
});

test('few values have fewer coefficients than were asked for', () => {
  expect([...autoregress(values(7), 3, 2)]).toEqual([7, 7]);
  expect(autoregress(values(1, 2), 3, 2)).toHaveLength(2);
});

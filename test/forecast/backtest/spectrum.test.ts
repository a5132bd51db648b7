import { fc, test as propertyTest } from '@fast-check/jest';
import { powerSpectrum } from '../../../lib/forecast/backtest/spectrum';

/** The power of one frequency by its definition: the sum of the values on a turning hand, under the window. */
function powerAt(values: readonly number[], frequency: number): number {
  const n = values.length;
  let [real, imaginary] = [0, 0];
  values.forEach((value, i) => {
    const windowed = value * Math.sin((Math.PI * (i + 0.5)) / n) ** 2;
    real += windowed * Math.cos(2 * Math.PI * frequency * i);
    imaginary += windowed * Math.sin(2 * Math.PI * frequency * i);
  });
  return real ** 2 + imaginary ** 2;
}

propertyTest.prop([fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 })])(
  'the power at every frequency is that of its definition',
  (values) => {
    const { length, power } = powerSpectrum(Float64Array.from(values));
    expect(power).toHaveLength(length / 2 + 1);
    const size = 1 + values.reduce((sum, value) => sum + value * value, 0) * values.length;
    const apart = [...power].map((one, j) => Math.abs(one - powerAt(values, j / length)) / size);
    expect(Math.max(...apart)).toBeLessThan(1e-9);
  },
);

test('there are at least four places for each value, a power of two', () => {
  expect([1, 2, 3, 4, 5, 60, 64].map((n) => powerSpectrum(new Float64Array(n)).length)).toEqual([4, 8, 16, 16, 32, 256, 256]);
});

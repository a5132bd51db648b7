import { fc, test as propertyTest } from '@fast-check/jest';
import { round14 } from '../../lib/history/aggregation';

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  // Next to a tie of the fourteenth digit, and to a power of ten.
  fc.tuple(fc.integer({ min: 1e13, max: 1e14 }), fc.integer({ min: 1, max: 22 })).map(([digits, scale]) => (digits + 0.5) / 10 ** scale),
  fc
    .tuple(fc.integer({ min: -9, max: 13 }), fc.integer({ min: -4, max: 4 }))
    .map(([exponent, off]) => 10 ** exponent * (1 + off * 2 ** -52)),
);

propertyTest.prop([numbers], { numRuns: 5000 })('rounding to 14 digits is that of the decimal text, bit for bit', (value) => {
  expect(round14(value)).toBe(Number.isInteger(value) ? value + 0 : Number(value.toPrecision(14)));
});

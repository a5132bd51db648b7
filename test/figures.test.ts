import { fc, test } from '@fast-check/jest';
import {
  allRound6,
  axisLabel,
  formatAmount,
  formatBytes,
  formatExactly,
  formatFigure,
  formatFlops,
  formatMagnitude,
  formatPrice,
  formatQuantity,
  formatSeconds,
  formatShort,
  formatUsd,
  formatWhole,
  plural,
  round6,
  roundedUp,
  significant,
} from '../lib/figures';
import { parseMagnitude } from '../lib/units';

const written: readonly (readonly [format: (value: number) => string, value: number, text: string])[] = [
  [formatFigure, 12_345.6, '12350'],
  [formatFigure, 0.000123456, '0.0001235'],
  [formatShort, 12_345.6, '12,300'],
  [formatShort, 999.6, '1,000'],
  [formatShort, 0.01234, '0.0123'],
  [formatAmount, 12_345.6, '12,346'],
  [formatAmount, 100.4, '100'],
  [formatAmount, 9.87, '9.9'],
  [formatAmount, 9, '9'],
  [formatExactly, 1_234_567.891, '1,234,567.89'],
  [formatExactly, 0.5, '0.5'],
  [formatWhole, 12_345, '12,345'],
  [formatPrice, 0.00123, '0.0012'],
  [formatPrice, 12.3456, '12.35'],
  [formatUsd, 0.1234, '$0.1234'],
  [formatUsd, 12_345.6, '$12,346'],
  [formatBytes, 16.06e9, '15 GiB'],
  [formatBytes, 2 ** 41, '2 TiB'],
  [formatBytes, 1_000, '1,000 B'],
  [formatFlops, 3.15e23, '315 ZFLOP'],
  [formatFlops, 5e11, '0.5 TFLOP'],
  [formatSeconds, 0.0123, '12.3 ms'],
  [formatSeconds, 179, '179 s'],
  [formatSeconds, 180, '3 min'],
  [formatSeconds, 5_400, '90 min'],
  [formatSeconds, 7_200, '2 h'],
  [formatSeconds, 200_000, '2.31 days'],
  [formatMagnitude, 8.03e9, '8.03B'],
  [formatMagnitude, 999, '999'],
  [axisLabel, 30_000, '30,000'],
  [axisLabel, 0, '0'],
  [axisLabel, 0.25, '0.25'],
  [axisLabel, 1_234.5, '1,234.5'],
  [axisLabel, -2_000_000_000, '-2G'],
  [axisLabel, -1_200, '-1,200'],
  [axisLabel, 12_345_678, '12.3M'],
  [axisLabel, 2.5e9, '2.5G'],
  [axisLabel, 1e-9, '1e-9'],
];

test.each(written.map(([format, value, text]) => [format.name, value, text, format] as const))(
  '%s writes %p as %s',
  (_, value, text, format) => expect(format(value)).toBe(text),
);

test('a quantity names its unit, and one node is one', () => {
  expect(['256 vCPU', '1 node', '2 nodes']).toEqual([formatQuantity(256, 'vCPU'), formatQuantity(1, 'nodes'), formatQuantity(2, 'nodes')]);
});

test('one of a thing has no s', () => {
  expect([plural(1, 'row'), plural(0, 'row'), plural(2, 'row')]).toEqual(['1 row', '0 rows', '2 rows']);
});

test('what is rounded up is never less, and keeps three digits', () => {
  expect([roundedUp(3.1401), roundedUp(3.14), roundedUp(0), roundedUp(0.00010001)]).toEqual([3.15, 3.14, 0, 0.000101]);
});

test('every number of plain data is rounded, and nothing else is touched', () => {
  expect(allRound6({ a: 1 / 3, b: [2 / 3, 'x', null], c: { d: Infinity, e: true }, f: -0 })).toEqual({
    a: 0.333333,
    b: [0.666667, 'x', null],
    c: { d: Infinity, e: true },
    f: 0,
  });
});

test.prop([fc.double({ min: -1e15, max: 1e15, noNaN: true })])(
  'rounding to 6 digits moves a number by half a digit at most, and stays',
  (value) => {
    const rounded = round6(value);
    expect(Math.abs(rounded - value)).toBeLessThanOrEqual(5.0000001e-6 * Math.abs(value));
    expect(round6(rounded)).toBe(rounded);
    expect(Object.is(rounded, -0)).toBe(false);
  },
);

test.prop([fc.double({ min: 1, max: 9.99e14, noNaN: true })])('a magnitude is read as it was written, to three digits', (value) => {
  expect(parseMagnitude(formatMagnitude(value))).toBeCloseTo(significant(value, 3), -Math.floor(Math.log10(value)) + 5);
});

test.prop([fc.integer({ min: 0, max: 1e12 })])('groups are of three digits, from the right', (value) => {
  const text = formatWhole(value);
  expect(text.replaceAll(',', '')).toBe(String(value));
  expect(text).toMatch(/^\d{1,3}(,\d{3})*$/);
});

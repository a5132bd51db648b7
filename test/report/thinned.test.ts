import { fc, test as propertyTest } from '@fast-check/jest';
import { thinned } from '../../lib/report/thinned';

const line = fc.array(fc.oneof({ weight: 4, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) }, fc.constant(NaN)), {
  maxLength: 500,
});

test('a short line keeps every point', () => {
  expect(thinned(Float64Array.from([3, NaN, 1]), 3)).toEqual([
    { at: 0, value: 3 },
    { at: 1, value: NaN },
    { at: 2, value: 1 },
  ]);
});

test('a long line keeps the extremes of each stretch in their order, and a stretch without values breaks it', () => {
  expect(thinned(Float64Array.from([5, 1, 9, NaN, NaN, NaN, 2, 2, 2]), 6)).toEqual([
    { at: 1, value: 1 },
    { at: 2, value: 9 },
    { at: 3, value: NaN },
    { at: 6, value: 2 },
  ]);
});

propertyTest.prop([line, fc.integer({ min: 2, max: 50 })])(
  'order, values and the highest and lowest stay; no more points than asked for',
  (values, most) => {
    const line = Float64Array.from(values);
    const points = thinned(line, most);
    expect(points.length).toBeLessThanOrEqual(most + 1);
    points.forEach(({ at, value }, index) => {
      expect(Object.is(value, line[at])).toBe(true);
      if (index > 0) expect(at).toBeGreaterThan(points[index - 1].at);
    });
    const known = values.filter((value) => !Number.isNaN(value));
    const kept = points.map(({ value }) => value).filter((value) => !Number.isNaN(value));
    expect([Math.max(...kept), Math.min(...kept)]).toEqual([Math.max(...known), Math.min(...known)]);
  },
);

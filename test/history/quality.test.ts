import { quality } from '../../lib/history/quality';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { monday, seriesOf } from './support';

const hours = (count: number, value: (index: number) => number): number[] => Array.from({ length: count }, (_, index) => value(index));
const codes = (values: readonly number[]) => quality(seriesOf(values)).findings.map(({ code }) => code);

test('a clean series has nothing to look at', () => {
  expect(quality(seriesOf(hours(72, (index) => index)))).toEqual({ intervals: 72, missing: 0, coverage: 1, findings: [] });
});

test('missing intervals are counted, and the longest gap is placed', () => {
  const series = seriesOf(hours(72, (index) => (index === 5 || (index >= 20 && index < 30) ? NaN : index)));
  const { missing, coverage, findings } = quality(series);
  expect(missing).toBe(11);
  expect(coverage).toBeCloseTo(61 / 72, 12);
  expect(findings).toMatchObject([
    {
      code: 'history/missing',
      count: 11,
      from: monday + 5 * HOUR_MS,
      to: monday + 30 * HOUR_MS,
      message: '11 of 72 intervals have no value, in 2 gaps',
    },
    {
      code: 'history/longest-gap',
      count: 10,
      from: monday + 20 * HOUR_MS,
      to: monday + 30 * HOUR_MS,
      message: 'the longest gap is 10h, from 2026-01-05T20:00:00Z',
    },
  ]);
});

test('partly observed intervals are counted, with what was done to them', () => {
  const partial = { observed: Float64Array.from(hours(48, (index) => (index === 3 ? 0.75 : 1))) };
  const level = quality(
    seriesOf(
      hours(48, (index) => index),
      partial,
    ),
  );
  expect(level.findings).toMatchObject([
    { code: 'history/partly-observed', count: 1, from: monday + 3 * HOUR_MS, consequence: 'their mean is that of the observed part' },
  ]);
  const count = quality(
    seriesOf(
      hours(48, (index) => index),
      { ...partial, kind: 'count' },
    ),
  );
  expect(count.findings).toMatchObject([{ consequence: 'their counts are scaled up to the whole interval' }]);
});

test('a day of one value in a livelier series is a flat line', () => {
  const series = seriesOf(hours(96, (index) => (index >= 30 && index < 60 ? 7 : index)));
  expect(quality(series).findings).toMatchObject([
    {
      code: 'history/flat-line',
      count: 30,
      from: monday + 30 * HOUR_MS,
      to: monday + 60 * HOUR_MS,
      message: 'the value stays at 7 for 30h from 2026-01-06T06:00:00Z',
    },
  ]);
});

test('less than a day of one value is none, and a short series cannot have one', () => {
  expect(codes(hours(96, (index) => (index >= 30 && index < 53 ? 7 : index)))).toEqual([]);
  expect(codes(hours(40, () => 7))).toEqual([]);
});

test('a flat line ends at a gap', () => {
  expect(codes(hours(96, (index) => (index === 42 ? NaN : index >= 30 && index < 54 ? 7 : index)))).not.toContain('history/flat-line');
});

test('of a daily series three equal days are a flat line', () => {
  const series = seriesOf([1, 2, 3, 5, 5, 5, 4], { intervalMs: DAY_MS, start: monday });
  expect(quality(series).findings.map(({ code }) => code)).toEqual(['history/flat-line']);
});

test('nothing but zeros is told as such', () => {
  expect(codes(hours(96, () => 0))).toEqual(['history/all-zero']);
});

test('a series without intervals has no coverage and no findings', () => {
  expect(quality(seriesOf([]))).toEqual({ intervals: 0, missing: 0, coverage: 0, findings: [] });
});

import { test as propertyTest, fc } from '@fast-check/jest';
import { gridOfSpacing } from '../../../lib/history/reading/spacing';
import { tickMs } from '../../../lib/simulate/physics/physics';
import { joinFiner, keepingMeans, loadGridOf, meansOf, refineLoad, variation } from '../../../lib/simulate/replay/load';
import { windowsOf } from '../../../lib/simulate/replay/windows';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../lib/units';

const loads = fc.array(fc.oneof(fc.double({ min: 0, max: 1_000, noNaN: true }), fc.constant(0)), { minLength: 2, maxLength: 40 });
const load = (values: readonly number[], intervalMs = HOUR_MS) => ({ start: 0, intervalMs, values: Float64Array.from(values) });

propertyTest.prop([loads, fc.integer({ min: 1, max: 99 })])(
  'keeps the mean of every interval and never goes below zero',
  (values, seed) => {
    const refined = refineLoad(load(values), tickMs, seed);
    meansOf(refined.values, 240).forEach((mean, i) => expect(mean).toBeCloseTo(values[i], 6));
    expect(Math.min(...refined.values)).toBeGreaterThanOrEqual(0);
  },
);

propertyTest.prop([loads])('runs in straight lines that keep means, from a level and into one', (values) => {
  meansOf(keepingMeans(Float64Array.from(values), 20), 20).forEach((mean, i) => expect(mean).toBeCloseTo(values[i], 6));
});

test('a series as fine as the ticks stays as it is', () => {
  const values = [3, 1, 4, 1, 5];
  expect([...refineLoad(load(values, tickMs), tickMs, 1).values]).toEqual(values);
});

test('the same seed gives the same ticks, another one others', () => {
  const made = (seed: number) => refineLoad(load([10, 12, 9, 11]), tickMs, seed).values;
  expect(made(3)).toEqual(made(3));
  expect(made(3)).not.toEqual(made(4));
});

test('what was added within an hour is as large as was measured: about 7 % of the load', () => {
  const flat = refineLoad(load(new Array<number>(2_000).fill(100)), tickMs, 1).values;
  const size = Math.sqrt(flat.reduce((sum, value) => sum + (value - 100) ** 2, 0) / flat.length) / 100;
  expect(size).toBeGreaterThan(0.6 * variation.share);
  expect(size).toBeLessThan(0.85 * variation.share);
});

test('what is missing is a straight line and marked, never zero', () => {
  const refined = refineLoad(load([10, NaN, 20]), tickMs, 1);
  expect(refined.missing.subarray(240, 480).every((mark) => mark === 1)).toBe(true);
  expect(refined.missing.filter((mark) => mark === 1)).toHaveLength(240);
  expect(meansOf(refined.values, 240)[1]).toBeCloseTo(15, 6);
});

test('a load begins with its first whole hour, and counts become rates', () => {
  const series = {
    start: 45 * MINUTE_MS,
    intervalMs: 15 * MINUTE_MS,
    values: Float64Array.of(1, 900, 1800),
    origin: { spacingMs: 900_000 },
  };
  const of = (kind: 'rate' | 'count') => loadGridOf({ ...series, kind } as never);
  expect(of('rate')).toEqual({ start: HOUR_MS, intervalMs: 15 * MINUTE_MS, values: Float64Array.of(900, 1800), observedMs: 900_000 });
  expect(of('count').values).toEqual(Float64Array.of(1, 2));
});

propertyTest.prop([fc.integer({ min: SECOND_MS, max: HOUR_MS })])(
  'a load of an hour or less lies no further apart than its grid, which holds whole ticks and divides an hour',
  (spacingMs) => {
    const grid = gridOfSpacing(spacingMs);
    expect(grid).toBeGreaterThanOrEqual(spacingMs);
    expect([grid % tickMs, HOUR_MS % grid]).toEqual([0, 0]);
    expect(grid % MINUTE_MS === 0 || MINUTE_MS % grid === 0).toBe(true);
  },
);

describe('a load whose last weeks were recorded more finely', () => {
  const days = (from: number, count: number, intervalMs: number) => {
    const perDay = DAY_MS / intervalMs;
    const values = Float64Array.from({ length: count * perDay }, (_, i) => Math.floor(i / perDay) + from + (i % 12) / 100);
    return { start: from * DAY_MS, intervalMs, values };
  };
  const [hours, minutes] = [days(0, 60, HOUR_MS), days(40, 20, 5 * MINUTE_MS)];

  test('is that record, and before it keeps the mean of every hour', () => {
    const { fineFrom = 0, ...joined } = joinFiner(hours, { ...minutes, observedMs: 5 * MINUTE_MS });
    expect(joined).toMatchObject({ start: 0, intervalMs: 5 * MINUTE_MS, observedMs: 5 * MINUTE_MS });
    expect(fineFrom).toBe(40 * 288);
    expect(joined.values.subarray(fineFrom)).toEqual(minutes.values);
    expect(
      meansOf(joined.values.subarray(0, fineFrom), 12)
        .map((mean, i) => mean - hours.values[i])
        .every((off) => Math.abs(off) < 1e-9),
    ).toBe(true);
  });

  test('is tuned and scored within it where it is long enough, and anywhere otherwise', () => {
    const { tune, score } = windowsOf(joinFiner(hours, minutes), 'x', 14 * DAY_MS);
    expect([tune.from, score.from, score.to].map((at) => at / 288)).toEqual([40, 50, 60]);
    const ofTenDays = windowsOf(joinFiner(hours, days(50, 10, 5 * MINUTE_MS)), 'x', 14 * DAY_MS);
    expect([ofTenDays.tune.from, ofTenDays.score.from].map((at) => at / 288)).toEqual([32, 46]);
  });

  test.each([
    ['holds too little to tell', days(55, 5, 5 * MINUTE_MS)],
    ['ends days earlier', days(30, 20, 5 * MINUTE_MS)],
  ])('stays as it is where that record %s', (_, finer) => expect(joinFiner(hours, finer)).toBe(hours));

  test.each([
    ['ten days of it: a week later', 50, 10, 7],
    ['six days of it: six days later', 54, 6, 6],
  ])('goes within an older hour as with %s', (_, from, count, again) => {
    const uneven = days(from, count, 5 * MINUTE_MS);
    const finer = { ...uneven, values: uneven.values.map((value, i) => value * (1 + ((i * i) % 7) / 10)) };
    const joined = joinFiner(hours, finer);
    expect(joined.fineFrom).toBe(from * 288);
    const [at, later] = [(from - again) * 288 + 100, from * 288 + 100];
    expect(joined.values[at] / joined.values[at + 1]).toBeCloseTo(joined.values[later] / joined.values[later + 1], 9);
  });

  test('is level within an hour of which the record is without load or has a gap', () => {
    const finer = days(50, 10, 5 * MINUTE_MS);
    finer.values.fill(0, 0, 12).fill(NaN, 13, 14);
    const joined = joinFiner(hours, finer).values.subarray(43 * 288, 43 * 288 + 24);
    expect(new Set(joined).size).toBe(2);
  });

  test('is that record alone where it holds all of it, or the rest is by the day', () => {
    expect(joinFiner(days(50, 10, HOUR_MS), days(50, 10, 5 * MINUTE_MS))).not.toHaveProperty('fineFrom');
    expect(joinFiner({ ...hours, intervalMs: DAY_MS, values: new Float64Array(60) }, minutes)).toBe(minutes);
  });
});

test.each([
  ['10 s', 10, 15],
  ['15 s', 15, 15],
  ['20 s', 20, 30],
  ['45 s', 45, 60],
  ['2 min', 120, 120],
  ['7 min', 420, 600],
  ['12 min', 720, 720],
  ['45 min', 2_700, 3_600],
  ['an hour', 3_600, 3_600],
])('a load every %s is replayed on the next grid that is no finer', (_, spacing, grid) => {
  expect(gridOfSpacing(spacing * SECOND_MS)).toBe(grid * SECOND_MS);
});

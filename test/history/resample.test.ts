import { fc, test as propertyTest } from '@fast-check/jest';
import { resample } from '../../lib/history/resample';
import type { HistoryReading, SeriesKind } from '../../lib/history/series';
import { isProblemError } from '../../lib/problems';
import { HOUR_MS, MINUTE_MS } from '../../lib/units';
import { every, monday, read, type Row, seriesOf } from './support';

const kind = fc.constantFrom<SeriesKind>('rate', 'level', 'count', 'counter');

/** Observations about every five minutes, with jitter, single ones missing, gaps of any length, and edges anywhere. */
const observations = fc
  .record({
    startMs: fc.integer({ min: 0, max: 3 * HOUR_MS }),
    steps: fc.array(
      fc.record({
        value: fc.oneof(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.nat(100)),
        jitterMs: fc.integer({ min: -20_000, max: 20_000 }),
        gap: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }) }),
      }),
      { minLength: 80, maxLength: 250 },
    ),
  })
  .map(({ startMs, steps }) => {
    let slot = 0;
    return steps.map(({ value, jitterMs, gap }): Row => {
      slot += 1 + gap;
      return [monday + startMs + slot * 5 * MINUTE_MS + jitterMs, value];
    });
  });

/** What is read, or undefined where no interval is observed for half of its time, which is refused. */
async function readUnlessSparse(rows: readonly Row[], kind: SeriesKind, intervalMs: number): Promise<HistoryReading | undefined> {
  try {
    return await read(rows, kind, intervalMs);
  } catch (error) {
    if (isProblemError(error) && error.problems[0].code === 'history/too-sparse') return undefined;
    throw error;
  }
}

propertyTest.prop([observations, kind, fc.constantFrom(2, 3, 6, 12)])(
  'aggregating in two steps equals one, through gaps, jitter and edges',
  async (rows, series, ratio) => {
    const fineMs = 10 * MINUTE_MS;
    const [fine, once] = [await readUnlessSparse(rows, series, fineMs), await readUnlessSparse(rows, series, ratio * fineMs)];
    fc.pre(fine !== undefined);
    const twice = resample(fine.series, ratio * fineMs);
    if (once === undefined) {
      expect(twice.observed.every((share) => share < 0.5 + 1e-12)).toBe(true);
      return;
    }
    expect([twice.start, twice.intervalMs, twice.values.length]).toEqual([
      once.series.start,
      once.series.intervalMs,
      once.series.values.length,
    ]);
    once.series.observed.forEach((share, index) => expect(Math.abs(twice.observed[index] - share)).toBeLessThanOrEqual(1e-12));
    for (const name of ['values', 'observedValues'] as const) {
      const [wanted, got] = [once.series[name] ?? [], twice[name] ?? []];
      wanted.forEach((value, index) => {
        // At exactly half, rounding decides whether an interval is known.
        if (name === 'values' && Math.abs(once.series.observed[index] - 0.5) < 1e-12) return;
        expect(Number.isNaN(got[index])).toBe(Number.isNaN(value));
        if (!Number.isNaN(value)) expect(Math.abs(got[index] - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
      });
    }
    const { leftOut } = once.series.origin;
    expect(Math.abs((twice.origin.leftOut?.beforeMs ?? NaN) - (leftOut?.beforeMs ?? NaN))).toBeLessThanOrEqual(1);
    expect(Math.abs((twice.origin.leftOut?.afterMs ?? NaN) - (leftOut?.afterMs ?? NaN))).toBeLessThanOrEqual(1);
  },
);

propertyTest.prop([observations, kind])('resampling in two steps equals resampling in one', async (rows, series) => {
  const fine = await readUnlessSparse(rows, series, 10 * MINUTE_MS);
  fc.pre(fine !== undefined);
  const [one, two] = [resample(fine.series, HOUR_MS), resample(resample(fine.series, 30 * MINUTE_MS), HOUR_MS)];
  expect(two.start).toBe(one.start);
  one.observedValues?.forEach((value, index) => {
    const other = two.observedValues?.[index] ?? NaN;
    expect(Number.isNaN(other)).toBe(Number.isNaN(value));
    if (!Number.isNaN(value)) expect(Math.abs(other - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
  });
});

test('what a fine interval observed for less than half still counts in the coarse one', async () => {
  const rows = every(5 * MINUTE_MS, [6, ...Array.from({ length: 5 }, () => NaN), ...Array.from({ length: 6 }, () => 12), 1]);
  const { series } = await read(rows, 'count', 30 * MINUTE_MS);
  expect([...series.values]).toEqual([NaN, 72]);
  expect([...(series.observedValues ?? [])]).toEqual([36, 72]);
  const hourly = resample(series, HOUR_MS);
  expect([...hourly.observed]).toEqual([7 / 12]);
  expect(hourly.values[0]).toBeCloseTo((78 / 7) * 12, 10);
});

test('a series without observed values is taken by its values, and what it does not know is not observed', () => {
  const hourly = resample(seriesOf([1, 3, NaN, 5], { intervalMs: 30 * MINUTE_MS }), HOUR_MS);
  expect([...hourly.values]).toEqual([2, 5]);
  expect([...hourly.observed]).toEqual([1, 0.5]);
});

test('an interval that is no whole multiple is refused, and so is a series that covers none of the coarse intervals', () => {
  const codes = [45 * MINUTE_MS, 20 * MINUTE_MS, 6 * HOUR_MS].map((intervalMs) => {
    try {
      return resample(seriesOf([1, 2], { intervalMs: 30 * MINUTE_MS }), intervalMs).start;
    } catch (error) {
      return isProblemError(error) ? error.problems[0].code : String(error);
    }
  });
  expect(codes).toEqual(['history/no-multiple', 'history/no-multiple', 'history/too-short']);
});

test('the interval of the series itself changes nothing', () => {
  const series = seriesOf([1, 2]);
  expect(resample(series, series.intervalMs)).toBe(series);
});

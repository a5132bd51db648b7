import { fc, test as propertyTest } from '@fast-check/jest';
import { round14 } from '../../../lib/history/reading/aggregation';
import type { HistoryReading, SeriesKind } from '../../../lib/history/series';
import { isProblemError } from '../../../lib/problems';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { countedUp, every, monday, read, type Row } from '../support';

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

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

propertyTest.prop([observations, kind, fc.constantFrom(2, 3, 6, 12)])(
  'reading a load coarsely gives what its finer reading adds up to, through gaps, jitter and edges',
  async (amounts, series, ratio) => {
    const counted = countedUp(amounts.map(([, amount]) => amount));
    const rows = series === 'counter' ? amounts.map(([time], index): Row => [time, counted[index]]) : amounts;
    const fineMs = 10 * MINUTE_MS;
    const [fine, coarse] = [await readUnlessSparse(rows, series, fineMs), await readUnlessSparse(rows, series, ratio * fineMs)];
    fc.pre(fine !== undefined && coarse !== undefined);
    const { start, values, observed } = fine.series;
    coarse.series.values.forEach((value, index) => {
      const from = (coarse.series.start - start) / fineMs + index * ratio;
      const [parts, shares] = [values.slice(from, from + ratio), observed.slice(from, from + ratio)];
      // At the edges the finer reading leaves out parts of an interval that the coarse one has, or knows less of it.
      if (from < 0 || shares.length < ratio) return;
      expect(Math.abs(coarse.series.observed[index] - sum(shares) / ratio)).toBeLessThanOrEqual(1e-12);
      // What a fine interval observes for less than half has no value there, and counts in the coarse one all the same.
      if (shares.some((share) => share > 0 && share < 0.5) || Math.abs(sum(shares) / ratio - 0.5) < 1e-9) return;
      const weighted = sum(parts.map((part, at) => (shares[at] === 0 ? 0 : part * shares[at])));
      const joined = sum(shares) / ratio < 0.5 ? NaN : weighted / (coarse.series.kind === 'count' ? sum(shares) / ratio : sum(shares));
      expect(Number.isNaN(value)).toBe(Number.isNaN(joined));
      if (!Number.isNaN(value)) expect(Math.abs(value - joined)).toBeLessThanOrEqual(1e-12 * Math.abs(joined));
    });
  },
);

test('what a fine interval observes for less than half has no value there, and counts in the coarse one', async () => {
  const rows = every(5 * MINUTE_MS, [6, ...Array.from({ length: 5 }, () => NaN), ...Array.from({ length: 6 }, () => 12), 1]);
  const [halves, hours] = [await read(rows, 'count', 30 * MINUTE_MS), await read(rows, 'count', HOUR_MS)];
  expect([...halves.series.values]).toEqual([NaN, 72]);
  expect([...hours.series.observed]).toEqual([7 / 12]);
  expect(hours.series.values[0]).toBeCloseTo((78 / 7) * 12, 10);
});

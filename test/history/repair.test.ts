import { fc, test as propertyTest } from '@fast-check/jest';
import type { RepairRule } from '../../lib/config/history-schema';
import { type ExcludedSpan, excludeSpans } from '../../lib/history/operations';
import { repairGaps } from '../../lib/history/repair';
import type { LoadSeries } from '../../lib/history/series';
import { HOUR_MS, MINUTE_MS } from '../../lib/units';
import { monday, seriesOf } from './support';

const interpolate = (upToIntervals: number): RepairRule => ({ kind: 'interpolate', upToIntervals });
const lastWeek: RepairRule = { kind: 'same-hour-last-week' };
const week = 168;
const filled = (values: readonly number[], rules: readonly RepairRule[], excluded: readonly ExcludedSpan[] = []) => [
  ...repairGaps(seriesOf(values), rules, excluded).values,
];
const span = (from: number, to: number): ExcludedSpan => ({ from: monday + from * HOUR_MS, to: monday + to * HOUR_MS, because: 'outage' });

describe('interpolate-up-to', () => {
  test('draws a straight line over gaps up to its limit, and leaves longer ones missing', () => {
    expect(filled([1, NaN, 3, NaN, NaN, NaN, 7, NaN, NaN, NaN, NaN, 2], [interpolate(3)])).toEqual([
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      NaN,
      NaN,
      NaN,
      NaN,
      2,
    ]);
  });

  test('never reaches over the edges of a series', () => {
    expect(filled([NaN, 2, 3, NaN], [interpolate(3)])).toEqual([NaN, 2, 3, NaN]);
  });

  test('records what it filled, how often and where first', () => {
    const { origin, observed } = repairGaps(seriesOf([1, NaN, 3, NaN, NaN, 6]), [interpolate(3)]);
    expect(origin.repairs).toEqual(['interpolate-up-to 3 intervals: filled 3 in 2 gaps, the first 2026-01-05T01:00:00Z']);
    expect([...observed]).toEqual([1, 0, 1, 0, 0, 1]);
    expect(repairGaps(seriesOf([1, NaN, 3]), [interpolate(1)]).origin.repairs).toEqual([
      'interpolate-up-to 1 interval: filled 1 in 1 gap, the first 2026-01-05T01:00:00Z',
    ]);
  });

  test('adds to the repairs that reading made', () => {
    const series = seriesOf([1, NaN, 3]);
    const { origin } = repairGaps({ ...series, origin: { ...series.origin, repairs: ['sorted 2 rows out of order'] } }, [interpolate(1)]);
    expect(origin.repairs).toHaveLength(2);
    expect(origin.repairs[0]).toBe('sorted 2 rows out of order');
  });
});

describe('same hour last week', () => {
  const twoWeeks = Array.from({ length: 2 * week }, (_, hour) => hour);

  test('takes the value of the same interval one week before, and nothing where there is none', () => {
    const values = twoWeeks.map((value) => (value === 5 || value === week + 3 || value === week + 5 ? NaN : value));
    const repaired = filled(values, [lastWeek]);
    expect(repaired[week + 3]).toBe(3);
    expect(repaired[5]).toBeNaN();
    expect(repaired[week + 5]).toBeNaN();
  });

  test('never copies a copy: of a gap longer than a week the rest stays missing', () => {
    const values = Array.from({ length: 3 * week }, (_, hour) => (hour >= week && hour < 2 * week + 10 ? NaN : hour));
    const repaired = filled(values, [lastWeek]);
    expect(repaired.slice(week, 2 * week)).toEqual(values.slice(0, week));
    expect(repaired.slice(2 * week, 2 * week + 10).every(Number.isNaN)).toBe(true);
  });

  test('does nothing where the interval does not divide a week', () => {
    const series = seriesOf(
      twoWeeks.map((value) => (value === 300 ? NaN : value)),
      { intervalMs: 50 * MINUTE_MS + 1 },
    );
    expect(repairGaps(series, [lastWeek])).toBe(series);
  });
});

test('rules apply in their order: the first that can fill an interval fills it', () => {
  const values = Array.from({ length: 2 * week }, (_, hour) => (hour === week + 3 ? NaN : hour < week ? 10 : 20));
  expect(filled(values, [interpolate(1), lastWeek])[week + 3]).toBe(20);
  expect(filled(values, [lastWeek, interpolate(1)])[week + 3]).toBe(10);
});

test('a gap counts by its own length, not by what another rule has left of it', () => {
  const values = Array.from({ length: 2 * week }, (_, hour) => ((hour >= week && hour < week + 6) || hour < 2 ? NaN : hour));
  const repaired = filled(values, [lastWeek, interpolate(3)]);
  expect(repaired.slice(week, week + 6)).toEqual([NaN, NaN, 2, 3, 4, 5]);
});

describe('an excluded span', () => {
  test('is neither filled nor drawn from, whether it was taken out before or not', () => {
    const values = [1, 2, NaN, 40, 50, NaN, 7, NaN, 9];
    const excluded = [span(3, 5)];
    const rules = [interpolate(3)];
    for (const series of [seriesOf(values), excludeSpans(seriesOf(values), excluded)]) {
      const repaired = [...repairGaps(series, rules, excluded).values];
      expect([repaired[2], repaired[5], repaired[7]]).toEqual([NaN, NaN, 8]);
      expect(repaired.slice(3, 5)).toEqual([...series.values.slice(3, 5)]);
    }
  });

  test('is not copied to the week after', () => {
    const values = Array.from({ length: 2 * week }, (_, hour) => (hour === week + 3 ? NaN : hour));
    expect(filled(values, [lastWeek], [span(3, 4)])[week + 3]).toBeNaN();
  });
});

test('nothing to fill leaves the very same series', () => {
  const series = seriesOf([1, 2, 3]);
  expect(repairGaps(series, [interpolate(3), lastWeek, { kind: 'unequal-duplicates', take: 'larger' }])).toBe(series);
});

describe('for any series and rules', () => {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  );
  const series = fc.array(value, { minLength: 1, maxLength: 3 * 28 }).map((values) => seriesOf(values, { intervalMs: 6 * HOUR_MS }));
  const rules = fc.array(
    fc.oneof(
      fc.integer({ min: 1, max: 6 }).map(interpolate),
      fc.constant(lastWeek),
      fc.constant<RepairRule>({ kind: 'unequal-duplicates', take: 'refuse' }),
    ),
    { maxLength: 4 },
  );
  const spans = fc.array(
    fc.record({ at: fc.integer({ min: -5, max: 90 }), length: fc.integer({ min: 1, max: 9 }) }).map(({ at, length }) => ({
      from: monday + at * 6 * HOUR_MS,
      to: monday + (at + length) * 6 * HOUR_MS,
      because: 'a test',
    })),
    { maxLength: 2 },
  );
  const bits = ({ values }: LoadSeries) => Array.from(values);

  propertyTest.prop([series, rules, spans])('no known value is touched, and what was observed stays as it is', (input, some, excluded) => {
    const output = repairGaps(input, some, excluded);
    const touched = bits(input).filter((known, index) => !Number.isNaN(known) && !Object.is(known, output.values[index]));
    expect(touched).toEqual([]);
    expect(output.observed).toEqual(input.observed);
  });

  propertyTest.prop([series, rules, spans])('no value lies outside the range of what was observed', (input, some, excluded) => {
    const known = bits(input).filter((each) => !Number.isNaN(each));
    const [low, high] = [Math.min(...known), Math.max(...known)];
    expect(bits(repairGaps(input, some, excluded)).filter((each) => each < low || each > high)).toEqual([]);
  });

  propertyTest.prop([series, rules, spans])('a second time changes nothing', (input, some, excluded) => {
    const once = repairGaps(input, some, excluded);
    expect(repairGaps(once, some, excluded)).toEqual(once);
  });

  propertyTest.prop([series, rules, spans, fc.integer({ min: -20, max: 20 })])(
    'a scaled series is repaired alike',
    (input, some, excluded, power) => {
      const scale = 2 ** power;
      const scaled = repairGaps({ ...input, values: input.values.map((each) => each * scale) }, some, excluded);
      const expected = bits(repairGaps(input, some, excluded)).map((each) => each * scale);
      bits(scaled).forEach((each, index) => {
        if (Number.isNaN(expected[index])) expect(each).toBeNaN();
        else expect(Math.abs(each - expected[index])).toBeLessThanOrEqual(1e-12 * Math.abs(expected[index]) + 1e-300);
      });
    },
  );

  propertyTest.prop([series, rules, spans])('an excluded interval stays missing once it is taken out', (input, some, excluded) => {
    const without = excludeSpans(input, excluded);
    const repaired = repairGaps(without, some, excluded);
    const inside = bits(repaired).filter((_, index) => {
      const at = input.start + index * input.intervalMs;
      return excluded.some(({ from, to }) => at < to && at + input.intervalMs > from);
    });
    expect(inside.every(Number.isNaN)).toBe(true);
  });
});

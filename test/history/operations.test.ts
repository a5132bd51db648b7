import { fc, test as propertyTest } from '@fast-check/jest';
import { divide, excludeSpans, toRatePerSecond } from '../../lib/history/operations';
import { isProblemError, renderProblem } from '../../lib/problems';
import { HOUR_MS, MINUTE_MS } from '../../lib/units';
import { monday, seriesOf } from './support';

const messageOf = (refused: () => unknown): string[] => {
  try {
    refused();
  } catch (error) {
    if (isProblemError(error)) return error.problems.map(renderProblem);
  }
  throw new Error('was not refused');
};

describe('toRatePerSecond', () => {
  test('divides a count by the seconds of its interval; missing stays missing', () => {
    const rate = toRatePerSecond(seriesOf([7200, NaN, 0], { kind: 'count', unit: { noun: 'req', perMs: null } }));
    expect([...rate.values]).toEqual([2, NaN, 0]);
    expect(rate).toMatchObject({ kind: 'rate', unit: { noun: 'req', perMs: 1000 } });
  });

  test('leaves a rate and a level as they are', () => {
    for (const kind of ['rate', 'level'] as const) {
      const series = seriesOf([1, 2], { kind });
      expect(toRatePerSecond(series)).toBe(series);
    }
  });

  test('keeps an unknown unit unknown', () => {
    expect(toRatePerSecond(seriesOf([1], { kind: 'count' })).unit).toBeNull();
  });
});

describe('excludeSpans', () => {
  const series = seriesOf([1, 2, 3, 4]);
  const span = (fromMinutes: number, toMinutes: number) => ({
    from: monday + fromMinutes * MINUTE_MS,
    to: monday + toMinutes * MINUTE_MS,
    because: 'outage',
  });

  test('makes every interval missing that touches a span, and records it', () => {
    const { values, observed, origin } = excludeSpans(series, [span(90, 121)]);
    expect([...values]).toEqual([1, NaN, NaN, 4]);
    expect([...observed]).toEqual([1, 1, 1, 1]);
    expect(origin.repairs).toEqual(['excluded 2 intervals from 2026-01-05T01:30:00Z: outage']);
  });

  test('takes a span that ends where an interval begins to leave that interval alone', () => {
    expect([...excludeSpans(series, [span(60, 120)]).values]).toEqual([1, NaN, 3, 4]);
  });

  test('cuts spans at the ends of the series and ignores those outside', () => {
    expect([...excludeSpans(series, [span(-600, 1), span(239, 600)]).values]).toEqual([NaN, 2, 3, NaN]);
    expect(excludeSpans(series, [span(-60, 0), span(240, 300)])).toBe(series);
  });

  test('leaves the series it was given as it is', () => {
    excludeSpans(series, [span(0, 240)]);
    expect([...series.values]).toEqual([1, 2, 3, 4]);
  });
});

describe('divide', () => {
  const gibibytes = { unit: { noun: 'GiB', perMs: null } };

  test('gives utilisation in percent over the time that both cover', () => {
    const usage = seriesOf([1, 2, 3, 4], gibibytes);
    const capacity = seriesOf([8, 8, 16], { ...gibibytes, start: monday + HOUR_MS });
    const result = divide(usage, capacity, 'workloads.web.memory');
    expect(result.start).toBe(monday + HOUR_MS);
    expect([...result.values]).toEqual([25, 37.5, 25]);
    expect(result).toMatchObject({ kind: 'level', unit: { noun: '%', perMs: null } });
    expect(result.origin).toMatchObject({ from: monday + HOUR_MS, to: monday + 4 * HOUR_MS, text: 'csv load.csv / csv load.csv' });
  });

  test('is missing where either is missing or the capacity is 0', () => {
    const { values, observed } = divide(seriesOf([1, NaN, 1, 0]), seriesOf([NaN, 2, 0, 2]), 'p');
    expect([...values]).toEqual([NaN, NaN, NaN, 0]);
    expect([...observed]).toEqual([0, 0, 0, 1]);
  });

  test('keeps the repairs of both apart', () => {
    const repaired = seriesOf([1]);
    const usage = { ...repaired, origin: { ...repaired.origin, repairs: ['sorted 1 row out of order'] } };
    expect(divide(usage, usage, 'p').origin.repairs).toEqual(['usage: sorted 1 row out of order', 'capacity: sorted 1 row out of order']);
  });

  test('refuses what has no time in common', () => {
    expect(messageOf(() => divide(seriesOf([1]), seriesOf([1], { start: monday + HOUR_MS }), 'workloads.web.cpu'))).toEqual([
      'workloads.web.cpu: usage (2026-01-05T00:00:00Z to 2026-01-05T01:00:00Z) and capacity (2026-01-05T01:00:00Z to 2026-01-05T02:00:00Z) have no time in common',
    ]);
  });

  test('refuses two units and two intervals', () => {
    expect(messageOf(() => divide(seriesOf([1], { unit: { noun: 'MiB', perMs: null } }), seriesOf([1], gibibytes), 'p'))).toEqual([
      'p: usage is in MiB and capacity in GiB, so their quotient is no utilisation. Hint: give both in the same unit',
    ]);
    expect(messageOf(() => divide(seriesOf([1]), seriesOf([1], { intervalMs: MINUTE_MS }), 'p'))).toEqual([
      'p: usage is by 1h and capacity by 1m. Hint: read both on the same grid',
    ]);
  });

  propertyTest.prop([
    fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1 }),
    fc.double({ min: 0.01, max: 100, noNaN: true }),
  ])('does not depend on the unit that both share', (values, factor) => {
    const ones = seriesOf(values.map(() => 3));
    const threes = divide(seriesOf(values), ones, 'p').values;
    const scaled = divide(seriesOf(values.map((value) => value * factor)), seriesOf(values.map(() => 3 * factor)), 'p').values;
    scaled.forEach((value, index) => expect(Math.abs(value - threes[index])).toBeLessThanOrEqual(1e-12 * threes[index]));
  });
});

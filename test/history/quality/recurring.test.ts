import type { LoadSeries } from '../../../lib/history';
import { unusualValues } from '../../../lib/history/quality/outliers';
import { seriesOf } from '../support';
import { normalFrom } from './noise';

/** A load by the hour with little noise, more by day, and what happens on top of it at some hours. */
function loadOf(days: number, extra: Readonly<Record<number, number>>): LoadSeries {
  const next = normalFrom(1);
  return seriesOf(
    Array.from(
      { length: 24 * days },
      (_, hour) => (extra[hour] ?? 0) + (10 + 6 * Math.sin((2 * Math.PI * (hour - 9)) / 24)) * Math.exp(0.02 * next()),
    ),
  );
}

const found = (series: LoadSeries) => {
  const { outliers, recurring } = unusualValues(series, new Uint8Array(series.values.length), false);
  return { outliers: outliers.map(({ index }) => index), recurring: recurring.map(({ index }) => index) };
};

const at = (...hours: readonly number[]) => Object.fromEntries(hours.map((hour, index) => [hour, 100 + 10 * (index % 3)]));

test.each([
  ['every week, seen twice', 14, [75, 75 + 168]],
  ['every week, an hour later once', 21, [75, 75 + 168, 76 + 336]],
  ['every other week', 42, [75, 75 + 336, 75 + 672]],
  ['on the tenth of each month', 70, [24 * 5 + 3, 24 * 36 + 3]],
  ['on the last day of each month', 70, [24 * 26 + 20, 24 * 54 + 20]],
  ['at three at night on some days', 28, [3, 27, 99, 171, 363].map((hour) => hour + 48)],
  ['every ten days', 35, [100, 340, 580]],
])('what comes again %s is of the load', (_, days, hours) => {
  const { outliers, recurring } = found(loadOf(days, at(...hours)));
  expect(outliers).toEqual([]);
  expect(recurring).toEqual(expect.arrayContaining([...hours]));
});

test('what comes once, or twice without an order, or the second time by far less, is none', () => {
  expect(found(loadOf(28, at(300)))).toEqual({ outliers: [300], recurring: [] });
  expect(found(loadOf(28, at(100, 307, 480)))).toEqual({ outliers: [100, 307, 480], recurring: [] });
  expect(found(loadOf(21, { 75: 300, 243: 60 }))).toEqual({ outliers: [75, 243], recurring: [] });
});

test('a fault beside a weekly job is found beside it', () => {
  expect(found(loadOf(21, { ...at(75, 243, 411), 200: 900 }))).toEqual({ outliers: [200], recurring: [75, 243, 411] });
});

test('a surge of ten hours that came once is one exception, one that has not ended is none', () => {
  const surge = (from: number) => Object.fromEntries(Array.from({ length: 10 }, (_, hour) => [from + hour, 200]));
  expect(found(loadOf(28, surge(300))).outliers).toEqual(Array.from({ length: 10 }, (_, hour) => 300 + hour));
  expect(found(loadOf(28, surge(662)))).toEqual({ outliers: [], recurring: [] });
});

describe('the end of a series of counts', () => {
  const endOf = (share: number, counts: boolean, rest: Partial<LoadSeries> = {}) => {
    const series = { ...loadOf(28, {}), ...rest };
    series.values[series.values.length - 1] *= share;
    const unusual = unusualValues(series, new Uint8Array(series.values.length), counts);
    return { partial: unusual.partialEnd?.index ?? null, outliers: unusual.outliers.map(({ index }) => index) };
  };

  test.each([0.05, 0.2, 0.5, 0.75])('that holds %d of its interval is partial, and said once', (share) => {
    expect(endOf(share, true)).toEqual({ partial: 671, outliers: [] });
  });

  test('that holds all of it, or more, is none', () => {
    expect(endOf(1, true).partial).toBeNull();
    expect(endOf(1.5, true).partial).toBeNull();
  });

  test('of means is none, and nor is one on a coarser grid than its values', () => {
    expect(endOf(0.2, false)).toEqual({ partial: null, outliers: [671] });
    expect(endOf(0.75, true, { origin: { ...loadOf(1, {}).origin, spacingMs: 300_000 } }).partial).toBeNull();
  });

  test('of 100 noisy loads, at most two are taken for partial', () => {
    const next = normalFrom(5);
    const taken = Array.from({ length: 100 }, () => {
      const series = seriesOf(Array.from({ length: 28 * 24 }, (_, hour) => (10 + 6 * Math.sin(hour / 3.82)) * Math.exp(0.3 * next())));
      return unusualValues(series, new Uint8Array(series.values.length), true).partialEnd;
    });
    expect(taken.filter((end) => end !== null).length).toBeLessThanOrEqual(2);
  });
});

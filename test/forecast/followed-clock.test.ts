import { unfollowedChange } from '../../lib/forecast/events/wall-clock';
import { forecastWithEvents } from '../../lib/forecast/events/forecast-events';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { chance, here } from './support';

const autumn = Date.UTC(2026, 9, 25, 1);
const winter = (at: number) => (at < autumn ? 2 : 1);

/** Three weeks before the change of Berlin's clock and some days after, busy by day, by the hours of `offset`. */
function load(
  offset: (at: number) => number,
  daysAfter: number,
  shape: (hour: number) => number = (hour) => (hour < 7 || hour >= 22 ? 20 : 120),
) {
  const start = autumn - 21 * DAY_MS;
  const next = chance(5);
  return {
    start,
    intervalMs: HOUR_MS,
    values: Float64Array.from({ length: (21 + daysAfter) * 24 }, (_, i) => {
      const at = start + i * HOUR_MS;
      return shape((at / HOUR_MS + offset(at)) % 24) * (0.95 + 0.1 * next());
    }),
    nonNegative: true,
  };
}

test.each([1, 2, 7, 14])('a load by UTC is told from one by the wall clock, %s days after the change', (days) => {
  expect(
    unfollowedChange(
      load(() => 0, days),
      'Europe/Berlin',
    ),
  ).toBe(autumn);
  expect(unfollowedChange(load(winter, days), 'Europe/Berlin')).toBeNull();
});

test('a day of hours that have an hour a week before them, by UTC and on the wall, is enough and less is not', () => {
  const whole = load(() => 0, 1);
  /** The same, begun so many hours before the change. */
  const since = (hours: number) => {
    const first = 21 * 24 - hours;
    return { ...whole, start: whole.start + first * HOUR_MS, values: whole.values.slice(first) };
  };
  // The first hour after the change was an hour earlier by UTC when the wall showed it a week before.
  expect(unfollowedChange(since(7 * 24 + 1), 'Europe/Berlin')).toBe(autumn);
  expect(unfollowedChange(since(7 * 24), 'Europe/Berlin')).toBeNull();
});

test('where nothing tells, the zone is believed: no change, too soon after it, no rhythm, nothing observed', () => {
  expect(unfollowedChange({ ...load(() => 0, 0), start: autumn - 60 * DAY_MS }, 'Europe/Berlin')).toBeNull();
  expect(unfollowedChange({ ...load(() => 0, 7), values: load(() => 0, 7).values.slice(0, 21 * 24 + 20) }, 'Europe/Berlin')).toBeNull();
  expect(
    unfollowedChange(
      load(
        () => 0,
        7,
        () => 50,
      ),
      'Europe/Berlin',
    ),
  ).toBeNull();
  const { values, ...series } = load(() => 0, 7);
  expect(unfollowedChange({ ...series, values: values.map((value, i) => (i > 21 * 24 ? NaN : value)) }, 'Europe/Berlin')).toBeNull();
  expect(
    unfollowedChange(
      load(() => 0, 7),
      'UTC',
    ),
  ).toBeNull();
});

test('a load that keeps to UTC is forecast as if its zone were UTC, and the change that told is named', async () => {
  const input = load(() => 0, 5);
  const options = { steps: 48, quantiles: [0.5, 0.9], effort: 'fast' } as const;
  const [berlin, utc] = await Promise.all(
    ['Europe/Berlin', 'UTC'].map((timeZone) => forecastWithEvents(input, options, { timeZone, occurrences: [] }, here)),
  );
  expect(berlin.forecast).toEqual(utc.forecast);
  expect([berlin.unfollowed, utc.unfollowed]).toEqual([autumn, null]);
});

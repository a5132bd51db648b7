import { fc, test as propertyTest } from '@fast-check/jest';
import { choosePeriod } from '../../../lib/adapters/live/cloudwatch';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../lib/units';

const chosen = (range: number, interval: number) => {
  const period = choosePeriod(range, interval);
  return period && [period.periodMs, period.reachMs];
};

test.each([
  ['eight weeks by the hour: five minutes', 56 * DAY_MS, HOUR_MS, 5 * MINUTE_MS, 63 * DAY_MS],
  ['63 days are the last that five minutes reach', 63 * DAY_MS, HOUR_MS, 5 * MINUTE_MS, 63 * DAY_MS],
  ['beyond that, an hour for all of it', 63 * DAY_MS + 1, HOUR_MS, HOUR_MS, 455 * DAY_MS],
  ['15 days by the minute', 15 * DAY_MS, MINUTE_MS, MINUTE_MS, 15 * DAY_MS],
  ['by the minute the range is cut at 15 days', 16 * DAY_MS, MINUTE_MS, MINUTE_MS, 15 * DAY_MS],
  ['by a quarter of an hour it is cut at 63 days', 90 * DAY_MS, 15 * MINUTE_MS, 5 * MINUTE_MS, 63 * DAY_MS],
  ['two minutes divide by one', 10 * DAY_MS, 2 * MINUTE_MS, MINUTE_MS, 15 * DAY_MS],
  ['half a minute is of high resolution, kept for 3 hours', DAY_MS, 30 * SECOND_MS, 30 * SECOND_MS, 3 * HOUR_MS],
  ['more than 455 days are nowhere', 500 * DAY_MS, HOUR_MS, HOUR_MS, 455 * DAY_MS],
])('%s', (_title, range, interval, periodMs, reachMs) => expect(chosen(range, interval)).toEqual([periodMs, reachMs]));

test('an interval that no period divides has none', () => expect(chosen(DAY_MS, 1_500)).toBeUndefined());

propertyTest.prop([fc.integer({ min: 1, max: 500 * DAY_MS }), fc.integer({ min: 1, max: 86_400 }).map((seconds) => seconds * SECOND_MS)])(
  'a period divides the interval, and reaches back over the range where any that divides it does',
  (range, interval) => {
    const period = choosePeriod(range, interval);
    expect(period && interval % period.periodMs).toBe(0);
    const reaches = [
      [SECOND_MS, 3 * HOUR_MS],
      [MINUTE_MS, 15 * DAY_MS],
      [5 * MINUTE_MS, 63 * DAY_MS],
      [HOUR_MS, 455 * DAY_MS],
    ].some(([periodMs, reachMs]) => interval % periodMs === 0 && reachMs >= range);
    expect(Number(period?.reachMs) >= range).toBe(reaches);
  },
);

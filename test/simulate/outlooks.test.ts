import type { Outlook } from '../../lib/control/outlook';
import { decidePolicy } from '../../lib/plan/replay/policy-decision';
import { skillOf } from '../../lib/simulate/outlooks';
import { randomOf } from '../../lib/random';
import { prepareLoad } from '../../lib/simulate/simulate-load';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { withoutArma as run } from '../forecast/support';
import { daily, gridOfHours, options } from './support';

const { normal } = randomOf(4);

/** What is reactive is so whatever the policies came to. */
async function decided(values: ArrayLike<number>) {
  const { load, windows, outlooks } = await prepareLoad(gridOfHours(values), options, run);
  return decidePolicy({ outcomes: [], skill: skillOf(load, windows, outlooks), judged: 'within the hour' }, 'keda');
}

test('on white noise the tuned HPA is chosen, and the reason is that the forecast knows nothing', async () => {
  const { chosen, why } = await decided(Array.from({ length: 360 }, () => Math.max(1, 100 + 20 * normal())));
  expect(chosen).toBe('hpa-tuned');
  expect(why).toMatch(/^reactive: a day ahead the forecast errs/);
});

test('on a random walk the tuned HPA is chosen, and the reason is that the forecast knows nothing', async () => {
  let level = 100;
  const { chosen, why } = await decided(Array.from({ length: 360 }, () => (level = Math.max(20, level + 5 * normal()))));
  expect(chosen).toBe('hpa-tuned');
  expect(why).toMatch(/^reactive: a day ahead the forecast errs/);
});

test('on a single week of data the tuned HPA is chosen, and the reason is the short history', async () => {
  const { chosen, why } = await decided(daily(168));
  expect(chosen).toBe('hpa-tuned');
  expect(why).toMatch(/^reactive: 2\.3 days of history/);
});

describe('the error of a forecast is counted by the hour of the tuning window', () => {
  const load = gridOfHours(Array.from({ length: 8 * 24 }, (_, hour) => 10 + (hour % 24)));
  const windows = { train: { from: 0, to: 96 }, tune: { from: 96, to: 144 }, score: { from: 144, to: 192 } };
  /** Made at the beginning of each day, off by so much. */
  const outlooks = (off: number) =>
    [4, 5].map((day): Outlook => ({
      knownFrom: load.start + day * DAY_MS,
      start: load.start + day * DAY_MS,
      intervalMs: HOUR_MS,
      mean: Float64Array.from({ length: 24 }, (_, hour) => 10 + hour + off),
      quantiles: [],
    }));

  test('by that of the best of three flat lines: the last value, the mean of the last day, and of the last week', () => {
    // The mean of a day is 21.5, which errs by 6 in the mean of 24 hours; the last value, 33, errs by 11.5.
    expect(skillOf(load, windows, outlooks(3))).toEqual({ relativeError: 3 / 6, historyDays: 4 });
    expect(skillOf(load, windows, outlooks(0)).relativeError).toBe(0);
  });
  test('and hours that no forecast covers, or that were not observed, count for nothing', () => {
    const holes = { ...load, values: load.values.map((value, hour) => (hour === 100 ? NaN : value)) };
    expect(skillOf(holes, windows, outlooks(3)).relativeError).toBeGreaterThan(0);
    expect(skillOf(load, windows, outlooks(3).slice(0, 1)).relativeError).toBe(0.5);
  });
  test('of a load that is level there is nothing that a forecast could know better', () => {
    const level = gridOfHours(new Float64Array(8 * 24).fill(5));
    expect(skillOf(level, windows, outlooks(3)).relativeError).toBeNull();
  });
});

test('forecasts of a load that was recorded finely know in which hours it rises, from the days before them', async () => {
  const perHour = 12;
  const values = Float64Array.from({ length: 8 * 24 * perHour }, (_, i) => {
    const hour = (i / perHour) % 24;
    return 1 + 4 * Math.min(1, Math.max(0, hour - 8)) * (hour < 16 ? 1 : 0);
  });
  const load = { ...gridOfHours(values), intervalMs: HOUR_MS / perHour };
  const { outlooks } = await prepareLoad(load, options, run);
  for (const { start, peaks = new Float64Array() } of outlooks)
    peaks.forEach((peak, step) => {
      const rises = (start + step * HOUR_MS) % DAY_MS === 8 * HOUR_MS;
      expect(peak).toBe(rises ? Math.max(1.2, peak) : 1);
    });
  const { outlooks: byTheHour } = await prepareLoad(gridOfHours(daily(192)), options, run);
  expect(new Set(byTheHour.flatMap(({ peaks = new Float64Array() }) => [...peaks]))).toEqual(new Set([1]));
});

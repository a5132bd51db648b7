import { fc, test as propertyTest } from '@fast-check/jest';
import { forecast } from '../../lib/forecast/forecast';
import { forecastWithEvents } from '../../lib/forecast/events/forecast-events';
import { localClock, placesByLocalClock, seriesByLocalClock } from '../../lib/forecast/events/wall-clock';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';
import { chance, here } from './support';

const spring = Date.UTC(2026, 2, 29, 1);
const autumn = Date.UTC(2026, 9, 25, 1);
const berlin = (from: number, to: number, reference: number, intervalMs = HOUR_MS) =>
  localClock('Europe/Berlin', intervalMs, from, to, reference);
const counted = (start: number, hours: number) => ({
  start,
  intervalMs: HOUR_MS,
  values: Float64Array.from({ length: hours }, (_, i) => i),
});

test('the hour that the clock skips is missing, the hour that it repeats is the mean of both', () => {
  const forward = berlin(spring - 4 * HOUR_MS, spring + 4 * HOUR_MS, spring + 3 * HOUR_MS);
  const back = berlin(autumn - 4 * HOUR_MS, autumn + 4 * HOUR_MS, autumn + 3 * HOUR_MS);
  expect([...seriesByLocalClock(counted(spring - 3 * HOUR_MS, 6), forward!).values]).toEqual([0, 1, 2, NaN, 3, 4, 5]);
  expect([...seriesByLocalClock(counted(autumn - 3 * HOUR_MS, 6), back!).values]).toEqual([0, 1, 2.5, 4, 5]);
});

test('a path goes back to UTC: the repeated hour stands there twice, the skipped one not at all', () => {
  const [beforeSpring, beforeAutumn] = [spring - 2 * HOUR_MS, autumn - 2 * HOUR_MS];
  const forward = berlin(beforeSpring - DAY_MS, beforeSpring + DAY_MS, beforeSpring - 1);
  const back = berlin(beforeAutumn - DAY_MS, beforeAutumn + DAY_MS, beforeAutumn - 1);
  expect(placesByLocalClock(beforeSpring, HOUR_MS, 4, forward!)).toEqual([0, 1, 3, 4]);
  expect(placesByLocalClock(beforeAutumn, HOUR_MS, 4, back!)).toEqual([0, 1, 1, 2]);
});

test('where no clock changes, or by no whole number of steps, nothing is moved', () => {
  expect(berlin(spring + DAY_MS, spring + 30 * DAY_MS, spring + 20 * DAY_MS)).toBeNull();
  expect(berlin(spring - DAY_MS, spring + DAY_MS, spring, DAY_MS)).toBeNull();
  expect(berlin(spring - DAY_MS, spring + DAY_MS, spring, 7 * MINUTE_MS)).toBeNull();
  expect(localClock('UTC', HOUR_MS, 0, spring, 0)).toBeNull();
});

propertyTest.prop([
  fc.integer({ min: 0, max: 400 }),
  fc.integer({ min: 30, max: 400 }),
  fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
])('no observation is lost, and the last one stays where it is', (day, hours, zone) => {
  const start = Date.UTC(2026, 0, 1) + day * DAY_MS;
  const series = { start, intervalMs: 30 * MINUTE_MS, values: new Float64Array(hours).fill(2) };
  const end = start + hours * series.intervalMs;
  const clock = localClock(zone, series.intervalMs, start, end, end - 1);
  if (clock === null) return;
  const local = seriesByLocalClock(series, clock);
  expect(local.start + local.values.length * local.intervalMs).toBe(end);
  expect(local.values.filter((value) => !Number.isNaN(value) && value !== 2)).toHaveLength(0);
  expect(Math.abs(local.values.length - hours)).toBeLessThanOrEqual(2);
});

test.each([
  ['forward', spring],
  ['back', autumn],
])('a load that follows the wall clock is forecast as well in the week in which the clock goes %s as in any other', async (_, change) => {
  const steps = 7 * 24;
  const start = change - 40 * DAY_MS - HOUR_MS;
  const next = chance(3);
  const offset = (at: number) => (at >= spring && at < autumn ? 2 : 1);
  const load = Float64Array.from({ length: 39 * 24 + steps }, (_, i) => {
    const hour = (start / HOUR_MS + i + offset(start + i * HOUR_MS)) % 24;
    return (hour < 7 || hour >= 22 ? 20 : 120) * (0.95 + 0.1 * next());
  });
  const input = { start, intervalMs: HOUR_MS, values: load.slice(0, 39 * 24), nonNegative: true };
  const options = { steps, quantiles: [0.5], effort: 'fast' } as const;
  const error = (path: Float64Array) => path.reduce((sum, value, i) => sum + Math.abs(value - load[39 * 24 + i]), 0) / steps;
  const byUtc = error((await forecast(input, options, here)).mean);
  const local = await forecastWithEvents(input, options, { timeZone: 'Europe/Berlin', occurrences: [] }, here);
  expect(error(local.forecast.mean)).toBeLessThan(6);
  expect(error(local.forecast.mean)).toBeLessThan(byUtc / 1.8);
  expect(local.forecast.mean).toHaveLength(steps);
});

test('an event on a day of 25 hours is lifted in all of them by the hours of days of 24', async () => {
  const start = Date.UTC(2026, 8, 1) - 2 * HOUR_MS; // midnight in Berlin
  const past = start + 28 * DAY_MS;
  const coming = Date.UTC(2026, 9, 24, 22);
  const values = Float64Array.from({ length: (coming - start) / HOUR_MS }, (_, i) => {
    const at = start + i * HOUR_MS;
    const hour = i % 24;
    return 100 * (at >= past && at < past + DAY_MS ? (hour < 12 ? 2 : 3) : 1);
  });
  const event = (from: number, hours: number) => ({
    kind: 'event' as const,
    name: 'fair',
    group: 'event fair',
    from,
    to: from + hours * HOUR_MS,
  });
  const { forecast: lifted } = await forecastWithEvents(
    { start, intervalMs: HOUR_MS, values, nonNegative: true },
    { steps: 26, quantiles: [0.5], effort: 'fast' },
    { timeZone: 'Europe/Berlin', occurrences: [event(past, 24), event(coming, 25)] },
    here,
  );
  const rounded = [...lifted.mean].map((value) => Math.round(value));
  expect(rounded).toEqual([...new Array<number>(13).fill(200), ...new Array<number>(12).fill(300), 100]);
});

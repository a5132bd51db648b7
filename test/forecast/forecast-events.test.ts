import { forecastWithEvents } from '../../lib/forecast/events/forecast-events';
import type { Occurrence } from '../../lib/forecast/events/occurrence';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { cheap, here, hourly, monday, weeksOfLoad } from './support';

const quantiles = [0.5, 0.95];
const at = (name: string, day: number, hours: number, uplift?: number): Occurrence => ({
  kind: 'event',
  name,
  group: `event ${name}`,
  from: monday + day * DAY_MS,
  to: monday + day * DAY_MS + hours * HOUR_MS,
  uplift,
});
const utc = (...occurrences: readonly Occurrence[]) => ({ timeZone: 'UTC', occurrences });

/** Load in which an event takes place on given days, hour by hour so many times the usual. */
function loadWith(days: readonly number[], hours: number, times: (hour: number) => number, end: number, seed = 1): Float64Array {
  const load = weeksOfLoad(end * 24, seed);
  for (const day of days) for (let hour = 0; hour < hours; hour++) if (day * 24 + hour < load.length) load[day * 24 + hour] *= times(hour);
  return load;
}
const medianError = (forecast: ArrayLike<number>, came: ArrayLike<number>) => {
  const errors = Array.from(came, (value, i) => Math.abs(forecast[i] - value) / value).sort((a, b) => a - b);
  return errors[errors.length >> 1];
};

/** Two past Black Fridays and a third one to come: a rise to five times the usual by noon. */
const peak = (hour: number) => 1.6 + 3.4 * Math.exp(-(((hour - 12) / 7) ** 2));

describe.each([
  ['eight weeks', [25, 53], 81],
  ['two years', [326, 690], 1054],
])('an event with two past ones, over %s', (_, past, coming) => {
  const load = loadWith([...past, coming], 24, peak, coming + 1);
  const known = hourly(load.slice(0, (coming - 1) * 24));
  const came = load.slice(coming * 24);
  const occurrences = [...past, coming].map((day) => at('black-friday', day, 24));
  const run = (calendar: readonly Occurrence[]) =>
    forecastWithEvents(known, { steps: 48, quantiles, effort: 'fast' }, utc(...calendar), here);

  test('is forecast within 15 % at the median hour, and off by half where it is not known', async () => {
    const [knowing, blind] = [await run(occurrences), await run([])];
    expect(medianError(knowing.forecast.quantiles[0].slice(24), came)).toBeLessThan(0.15);
    expect(medianError(blind.forecast.quantiles[0].slice(24), came)).toBeGreaterThan(0.5);
    expect(knowing.applied[0].lift.how).toMatchObject({ from: 'past', profile: { past: 2 } });
    expect(knowing.taken).toBe(48);
  });

  test('leaves the hours before it as they are without it', async () => {
    const [knowing, other] = [await run(occurrences), await run(occurrences.slice(0, 2))];
    expect([...knowing.forecast.mean.slice(0, 24)]).toEqual([...other.forecast.mean.slice(0, 24)]);
    expect(other.applied).toEqual([]);
  });
});

test('an event of yesterday does not come back today: its hours teach no season', async () => {
  const load = loadWith([40], 24, () => 4, 42);
  const known = hourly(load.slice(0, 41 * 24));
  const [masked, poisoned] = await Promise.all(
    [[at('launch', 40, 24)], []].map((all) => forecastWithEvents(known, { steps: 24, quantiles, effort: 'fast' }, utc(...all), here)),
  );
  const came = load.slice(41 * 24);
  expect(medianError(masked.forecast.mean, came)).toBeLessThan(0.12);
  expect(medianError(poisoned.forecast.mean, came)).toBeGreaterThan(medianError(masked.forecast.mean, came));
});

test('what was learned goes before what is stated, and both are there to be shown', async () => {
  const load = loadWith([25, 53], 24, () => 2.5, 80);
  const { applied } = await forecastWithEvents(
    hourly(load),
    { steps: 48, quantiles, effort: 'fast' },
    utc(at('sale', 25, 24), at('sale', 53, 24), at('sale', 81, 24, 10)),
    here,
  );
  expect(applied[0].times).toBeGreaterThan(2.2);
  expect(applied[0].times).toBeLessThan(2.8);
  expect(applied[0].lift.occurrence.uplift).toBe(10);
});

test('an event without a past takes the stated uplift; without either it lifts nothing and is named', async () => {
  const run = (uplift?: number) =>
    forecastWithEvents(hourly(weeksOfLoad(480)), { steps: 48, quantiles }, utc(at('sale', 20, 24, uplift)), cheap);
  const [plain, lifted] = [await run(), await run(3)];
  expect(plain.unknown.map(({ name }) => name)).toEqual(['sale']);
  expect(plain.applied).toEqual([]);
  expect(lifted.forecast.mean[5]).toBeCloseTo(3 * plain.forecast.mean[5], 9);
});

test('a past event that changed nothing teaches that it changes nothing', async () => {
  const { applied } = await forecastWithEvents(
    hourly(weeksOfLoad(80 * 24)),
    { steps: 48, quantiles },
    utc(at('fair', 25, 24), at('fair', 53, 24), at('fair', 80, 24)),
    cheap,
  );
  expect(applied[0].times).toBeGreaterThan(0.95);
  expect(applied[0].times).toBeLessThan(1.05);
});

test('occurrences that differed leave a wider forecast than occurrences that were alike', async () => {
  const width = async (second: number) => {
    const load = loadWith([25], 24, () => 2, 80);
    for (let hour = 53 * 24; hour < 54 * 24; hour++) load[hour] *= second;
    const { forecast } = await forecastWithEvents(
      hourly(load),
      { steps: 24, quantiles },
      utc(at('sale', 25, 24), at('sale', 53, 24), at('sale', 80, 24)),
      cheap,
    );
    return forecast.quantiles[1][12] / forecast.quantiles[0][12];
  };
  expect(await width(4)).toBeGreaterThan(1.2 * (await width(2)));
});

test('hours that two events share teach neither of them', async () => {
  const load = loadWith([25], 12, () => 2, 80);
  for (let hour = 6; hour < 18; hour++) load[25 * 24 + hour] *= 5;
  const half = { ...at('noise', 25, 0), from: monday + 25 * DAY_MS + 6 * HOUR_MS, to: monday + 25 * DAY_MS + 18 * HOUR_MS };
  const { applied } = await forecastWithEvents(
    hourly(load),
    { steps: 24, quantiles },
    utc(at('sale', 25, 12), half, at('sale', 80, 12)),
    cheap,
  );
  expect(applied[0].times).toBeGreaterThan(1.6);
  expect(applied[0].times).toBeLessThan(2.4);
});

test('a holiday is not lifted where an event is', async () => {
  const holiday: Occurrence = { ...at('New Year', 20, 24, 0.5), kind: 'holiday', group: 'holidays on working days' };
  const morning = at('sale', 20, 12, 2);
  const run = (...all: readonly Occurrence[]) => forecastWithEvents(hourly(weeksOfLoad(480)), { steps: 24, quantiles }, utc(...all), cheap);
  const [plain, lifted] = [await run(), await run(holiday, morning)];
  const times = lifted.forecast.mean.map((value, hour) => value / plain.forecast.mean[hour]);
  expect([times[3], times[11], times[12], times[20]]).toEqual([2, 2, 0.5, 0.5]);
});

describe('an event over a change of the clock', () => {
  // Berlin goes back at 01:00 UTC on 25 October 2026 (an hour comes twice), and forward at 01:00 UTC on 29 March (one is skipped).
  const autumn = Date.UTC(2026, 9, 25);
  const spring = Date.UTC(2026, 2, 29);
  const liftedHours = async (day: number, from: number, to: number) => {
    const start = day - 21 * DAY_MS;
    const input = { ...hourly(weeksOfLoad(21 * 24)), start };
    const occurrence = {
      kind: 'event',
      name: 'push',
      group: 'event push',
      from: day + from * HOUR_MS,
      to: day + to * HOUR_MS,
      uplift: 3,
    } as const;
    const of = (occurrences: readonly Occurrence[]) =>
      forecastWithEvents(input, { steps: 24, quantiles }, { timeZone: 'Europe/Berlin', occurrences }, cheap);
    const [lifted, plain] = [await of([occurrence]), await of([])];
    return [...lifted.forecast.mean].flatMap((value, hour) => (value > 1.5 * plain.forecast.mean[hour] ? [hour] : []));
  };

  test.each([
    ['over the hour that comes twice', autumn, -1, 4],
    ['that ends as the hour comes again', autumn, -1, 1],
    ['that takes the second of both', autumn, 1, 2],
    ['that takes the first of both', autumn, 0, 1],
    ['over the hour that is skipped', spring, -1, 4],
    ['that ends as an hour is skipped', spring, -1, 1],
    ['that begins as an hour is skipped', spring, 1, 3],
  ])('%s lifts its own hours and no others', async (_, day, from, to) => {
    expect(await liftedHours(day, from, to)).toEqual(Array.from({ length: to - Math.max(0, from) }, (_, i) => Math.max(0, from) + i));
  });

  test('has a day of 25 hours where the clock goes back', async () => {
    expect(await liftedHours(autumn, -2, 23)).toEqual(Array.from({ length: 23 }, (_, hour) => hour));
  });

  test('teaches its last hour too where it ended as the clock went back', async () => {
    const start = autumn - 28 * DAY_MS;
    const values = weeksOfLoad(35 * 24);
    for (const hour of [22, 23, 24]) values[27 * 24 + hour] *= 4;
    const span = (day: number) => ({ from: day - 2 * HOUR_MS, to: day + HOUR_MS });
    const occurrences = [autumn, autumn + 7 * DAY_MS].map((day) => ({
      kind: 'event' as const,
      name: 'push',
      group: 'event push',
      ...span(day),
    }));
    const { taken, applied } = await forecastWithEvents(
      { ...hourly(values.slice(0, 34 * 24)), start },
      { steps: 48, quantiles },
      { timeZone: 'Europe/Berlin', occurrences },
      cheap,
    );
    expect([taken, applied.length]).toEqual([3, 1]);
  });
});

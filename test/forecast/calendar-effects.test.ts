import { forecastWithEvents } from '../../lib/forecast/events/forecast-events';
import type { Day } from '../../lib/history/calendar/days';
import { DAY_MS, formatTime, HOUR_MS } from '../../lib/units';
import { daysOfZone, loadOf } from '../history/calendar/loads';
import { cheap, withoutArma } from './support';

const quantiles = [0.5, 0.95];
const start = Date.UTC(2026, 0, 5);
const isLifted =
  (is: (day: Day) => boolean, times = 2.5) =>
  (day: Day) =>
    is(day) ? times : 1;

/** Days 0 to `known` of a load, and of the week after them what came and what was forecast. */
async function weekAfter(
  known: number,
  seed: number,
  times: (day: Day) => number,
  options: { zone?: string; daysOff?: readonly string[] } = {},
) {
  const context = daysOfZone(options.zone, options.daysOff);
  const load = loadOf({ start, days: known + 7, seed, context }, times);
  const history = { ...load, values: load.values.slice(0, known * 24), nonNegative: true };
  const calendar = { timeZone: context.timeZone, occurrences: [], daysOff: context.daysOff };
  const made = await forecastWithEvents(history, { steps: 7 * 24, quantiles, effort: 'fast' }, calendar, withoutArma);
  return { ...made, came: load.values.slice(known * 24) };
}

/** Of the hours of a day: what was forecast by what came, in the mean. */
const ratioOf = (path: Float64Array, came: Float64Array, day: number): number => {
  const sum = (values: Float64Array) => values.slice(day * 24, (day + 1) * 24).reduce((total, value) => total + value, 0);
  return sum(path) / sum(came);
};

describe('days that come again by the calendar are forecast at their own height', () => {
  // Day 0 is a Monday, 5 January 2026; the number of days known puts the next one into the week that follows.
  test.each<[string, (day: Day) => boolean, number, number, { zone?: string; daysOff?: readonly string[] }]>([
    ['the last day of the month', ({ fromEnd }) => fromEnd === 1, 112, 3, {}],
    ['the first day of the month, in a zone', ({ ofMonth }) => ofMonth === 1, 144, 3, { zone: 'America/New_York' }],
    ['the last working day of the month', ({ workingFromEnd }) => workingFromEnd === 1, 142, 2, {}],
    [
      'the first working day of the month, after a holiday',
      ({ working }) => working === 1,
      113,
      6,
      { daysOff: ['2026-05-01', '2026-01-01'] },
    ],
    ['every other Friday', ({ number, weekday }) => weekday === 4 && number % 14 < 7, 63, 4, {}],
    ['every other Monday', ({ number, weekday }) => weekday === 0 && number % 14 >= 7, 77, 0, {}],
    ['the 2nd Tuesday of the month', ({ weekday, ofMonth }) => weekday === 1 && Math.ceil(ofMonth / 7) === 2, 98, 1, {}],
    ['the last Thursday of the month', ({ weekday, fromEnd }) => weekday === 3 && fromEnd <= 7, 112, 3, {}],
  ])('%s', async (_, is, known, day, options) => {
    for (const seed of [1, 2]) {
      const { forecast, came, applied } = await weekAfter(known, seed, isLifted(is), options);
      expect(Math.abs(ratioOf(forecast.quantiles[0], came, day) - 1)).toBeLessThan(0.2);
      expect(applied.map(({ lift }) => formatTime(lift.occurrence.from).slice(0, 10))).toEqual([
        formatTime(start + (known + day) * DAY_MS).slice(0, 10),
      ]);
    }
  });

  test('every other week, whole', async () => {
    const isOn = ({ number }: Day) => (number - 4) % 14 < 7;
    const [on, off] = [await weekAfter(70, 1, isLifted(isOn)), await weekAfter(77, 1, isLifted(isOn))];
    for (const { forecast, came } of [on, off])
      for (const day of [0, 3, 6]) expect(Math.abs(ratioOf(forecast.quantiles[0], came, day) - 1)).toBeLessThan(0.25);
    expect([on.applied.length, off.applied.length].sort()).toEqual([0, 1]);
  });
});

test('an effect that lifts a few hours of its days lifts those hours alone', async () => {
  const load = loadOf({ start, days: 119, seed: 3 }, () => 1);
  const values = load.values.map((value, hour) => {
    const tomorrow = new Date(load.start + hour * HOUR_MS + DAY_MS);
    return tomorrow.getUTCDate() === 1 && [2, 3, 4].includes(tomorrow.getUTCHours()) ? 6 * value : value;
  });
  const history = { ...load, values: values.slice(0, 112 * 24), nonNegative: true };
  const calendar = { timeZone: 'UTC', occurrences: [], daysOff: new Set<string>() };
  const { forecast } = await forecastWithEvents(history, { steps: 7 * 24, quantiles, effort: 'fast' }, calendar, withoutArma);
  const hourOf = (hour: number) => forecast.mean[3 * 24 + hour] / values[115 * 24 + hour];
  for (const hour of [2, 3, 4, 10, 15]) expect(Math.abs(hourOf(hour) - 1)).toBeLessThan(0.3);
});

test('past days of an effect teach no season, and without days off nothing of the kind is looked for', async () => {
  const load = loadOf(
    { start, days: 112, seed: 1 },
    isLifted(({ fromEnd }) => fromEnd === 1),
  );
  const run = (calendar: object) =>
    forecastWithEvents({ ...load, nonNegative: true }, { steps: 24, quantiles }, { timeZone: 'UTC', occurrences: [], ...calendar }, cheap);
  expect(await run({ daysOff: new Set() })).toMatchObject({
    taken: 72,
    effects: [{ name: 'last day of the month', seen: 3 }],
    unknown: [],
  });
  expect(await run({})).toMatchObject({ taken: 0, effects: [], applied: [] });
});

test('an event of the config explains its day alone', async () => {
  const load = loadOf(
    { start, days: 112, seed: 1 },
    isLifted(({ fromEnd }) => fromEnd === 1),
  );
  const dates = [26, 54, 85, 115].map((day) => start + day * DAY_MS);
  const occurrences = dates.map((from) => ({ kind: 'event' as const, name: 'closing', group: 'event closing', from, to: from + DAY_MS }));
  const calendar = { timeZone: 'UTC', occurrences, daysOff: new Set<string>() };
  const { applied, effects } = await forecastWithEvents({ ...load, nonNegative: true }, { steps: 168, quantiles }, calendar, cheap);
  expect([effects, applied.map(({ lift }) => lift.occurrence.name)]).toEqual([[], ['closing']]);
});

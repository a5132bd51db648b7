import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { calendarEffects, effectSpans, effectText } from '../../../lib/history/calendar';
import type { Day } from '../../../lib/history/calendar/days';
import { DAY_MS, formatTime, HOUR_MS } from '../../../lib/units';
import { root } from '../../support/foresize';
import { daysOfZone, loadOf, ordinaryLoad } from './loads';

const start = Date.UTC(2026, 0, 5);
const of = (days: number, times: (day: Day) => number, more: Partial<Parameters<typeof loadOf>[0]> = {}) => {
  const options = { start, days, seed: 1, context: daysOfZone(), ...more };
  return calendarEffects(loadOf(options, times), options.context).map(({ name, seen, times: much }) => [
    name,
    seen,
    Math.round(much * 10) / 10,
  ]);
};
const dateOf = (day: Day) => new Date(day.number * DAY_MS).toISOString().slice(0, 10);
const lifted =
  (is: (day: Day) => boolean, times = 2.5) =>
  (day: Day) =>
    is(day) ? times : 1;

describe('an effect of the calendar is named with how much and how often', () => {
  const whitMonday = { context: daysOfZone('Europe/Berlin', ['2026-05-25', '2026-05-01', '2026-04-03', '2026-04-06', '2026-01-01']) };

  test.each<[string, string, (day: Day) => boolean, number, number, Partial<Parameters<typeof loadOf>[0]>]>([
    ['last day of the month', 'over half a year', ({ fromEnd }) => fromEnd === 1, 180, 6, {}],
    [
      'last day of the month',
      'over three months, the last of which ends on a Sunday',
      ({ fromEnd }) => fromEnd === 1,
      100,
      3,
      { start: Date.UTC(2026, 2, 1) },
    ],
    ['first day of the month', 'over half a year', ({ ofMonth }) => ofMonth === 1, 180, 6, {}],
    ['15th day of the month', 'over half a year', ({ ofMonth }) => ofMonth === 15, 180, 6, {}],
    ['last 2 days and first day of the month', 'by stretches', ({ fromEnd, ofMonth }) => fromEnd <= 2 || ofMonth === 1, 180, 6, {}],
    ['last 3 days of the month', 'by stretches', ({ fromEnd }) => fromEnd <= 3, 180, 6, {}],
    ['last working day of the month', 'over half a year', ({ workingFromEnd }) => workingFromEnd === 1, 180, 6, {}],
    ['last working day of the month', 'with the holidays of a country', ({ workingFromEnd }) => workingFromEnd === 1, 150, 5, whitMonday],
    ['first working day of the month', 'over half a year', ({ working }) => working === 1, 180, 6, {}],
    ['first working day of the month', 'with the holidays of a country', ({ working }) => working === 1, 150, 5, whitMonday],
    ['every other Friday', 'over eight weeks', ({ number, weekday }) => weekday === 4 && number % 14 < 7, 56, 4, {}],
    ['every other Monday', 'over six weeks', ({ number, weekday }) => weekday === 0 && number % 14 < 7, 42, 3, {}],
    ['every other week', 'over eight weeks', ({ number }) => (number - 4) % 14 < 7, 56, 4, {}],
    ['every other week from Wednesday on', 'over ten weeks', ({ number }) => (number - 6) % 14 < 7, 70, 5, {}],
    [
      'every other Thursday and Friday',
      'over ten weeks',
      ({ number, weekday }) => weekday >= 3 && weekday <= 4 && number % 14 < 7,
      70,
      5,
      {},
    ],
    ['every other week', 'but for its weekends, over ten weeks', ({ number, weekday }) => weekday < 5 && (number - 4) % 14 < 7, 70, 5, {}],
    ['2nd Tuesday of the month', 'over four months', ({ weekday, ofMonth }) => weekday === 1 && Math.ceil(ofMonth / 7) === 2, 120, 4, {}],
    ['last Thursday of the month', 'over half a year', ({ weekday, fromEnd }) => weekday === 3 && fromEnd <= 7, 180, 6, {}],
  ])('%s, %s', (name, _, is, days, seen, more) => {
    expect(of(days, lifted(is), more)).toEqual([[name, seen, expect.closeTo(2.5, 0)]]);
  });

  test('days that are lower are named too', () => {
    const [[name, seen, times]] = of(
      180,
      lifted(({ ofMonth }) => ofMonth === 1, 0.4),
    );
    expect([name, seen]).toEqual(['first day of the month', 6]);
    expect(times).toBeCloseTo(0.4, 0);
  });

  test('two effects at once are told apart', () => {
    const both = of(180, (day) => (day.workingFromEnd === 1 ? 3 : day.weekday === 4 && day.number % 14 < 7 ? 2 : 1));
    expect(both.map(([name]) => name).sort()).toEqual(['every other Friday', 'last working day of the month']);
  });

  test('as long as every month seen ends on a working day, both readings are kept', () => {
    const endsOfWeek = ['2026-06-30', '2026-07-31', '2026-08-31', '2026-09-30'];
    const [[name]] = of(
      120,
      lifted((day) => endsOfWeek.includes(dateOf(day))),
      { start: Date.UTC(2026, 5, 10) },
    );
    expect(name).toBe('last working day of the month or last day of the month');
  });
});

describe('nothing is named', () => {
  const monthEnds = lifted(({ fromEnd }) => fromEnd === 1);

  test('that was seen twice', () => {
    expect(of(75, monthEnds)).toEqual([]);
  });
  test('that did not happen once', () => {
    expect(
      of(
        180,
        lifted((day) => day.fromEnd === 1 && dateOf(day) !== '2026-04-30'),
      ),
    ).toEqual([]);
  });
  test('of a wave of nearly two weeks', () => {
    const wave = (length: number) => (day: Day) => 1 + 0.4 * Math.sin((2 * Math.PI * day.number) / length);
    for (const length of [10, 11, 12, 16, 17, 18]) expect(of(56, wave(length))).toEqual([]);
  });
  test('that an event explains', () => {
    const load = loadOf({ start, days: 180, seed: 1 }, monthEnds);
    const hidden = load.values.map((value, hour) => (new Date(load.start + hour * HOUR_MS + DAY_MS).getUTCDate() === 1 ? NaN : value));
    expect(calendarEffects({ ...load, values: hidden }, daysOfZone())).toEqual([]);
  });
  test('of a load that can be negative, or that most days lack', () => {
    const load = loadOf({ start, days: 180, seed: 1 }, monthEnds);
    expect(calendarEffects({ ...load, values: load.values.map((value) => value - 40) }, daysOfZone())).toEqual([]);
    expect(calendarEffects({ ...load, values: load.values.map((value) => Math.max(0, value - 40)) }, daysOfZone())).toEqual([]);
  });

  test.each([56, 91, 182])('of 100 loads of %i days that follow no calendar, in all but at most five', (days) => {
    const named = Array.from({ length: 100 }, (_, seed) => calendarEffects(ordinaryLoad(7000 + seed, days), daysOfZone()));
    expect(named.filter((effects) => effects.length > 0).length).toBeLessThanOrEqual(5);
  });
});

const traces = join(root, '../shared/data/traces');
(existsSync(traces) ? test : test.skip)('no recorded load is said to follow the calendar, cut at ten places', () => {
  const files = readdirSync(traces).filter((file) => file.endsWith('_1h.csv'));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const load = hourlyOf(readFileSync(join(traces, file), 'utf8'));
    for (let cut = 1; cut <= 10; cut += 1) {
      const values = load.values.subarray(0, Math.round((load.values.length * (10 + cut)) / 20));
      expect([file, cut, calendarEffects({ ...load, values }, daysOfZone())]).toEqual([file, cut, []]);
    }
  }
});

function hourlyOf(csv: string) {
  const rows = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([time, value]) => ({ at: Date.parse(time), value: value === '' ? NaN : Number(value) }));
  const values = new Float64Array(Math.round((rows[rows.length - 1].at - rows[0].at) / HOUR_MS) + 1).fill(NaN);
  for (const { at, value } of rows) values[Math.round((at - rows[0].at) / HOUR_MS)] = value;
  return { start: rows[0].at, intervalMs: HOUR_MS, values };
}

describe('the days of an effect', () => {
  test('are whole days by the clock of the zone, also on the day on which it changes', () => {
    const sundays = { patterns: [{ kind: 'weekday of month', place: -1, weekday: 6 } as const] };
    const spans = effectSpans(sundays, daysOfZone('Europe/Berlin'), Date.UTC(2026, 8, 25), Date.UTC(2026, 10, 1));
    expect(spans.map(({ from, to }) => [formatTime(from), (to - from) / HOUR_MS])).toEqual([
      ['2026-09-26T22:00:00Z', 24],
      ['2026-10-24T22:00:00Z', 25],
    ]);
  });
  test('that follow each other are one span, also over the end of a year', () => {
    const turn = { patterns: [-2, -1, 1].map((place) => ({ kind: 'day of month', place }) as const) };
    const [span] = effectSpans(turn, daysOfZone(), Date.UTC(2026, 11, 20), Date.UTC(2027, 0, 10));
    expect([formatTime(span.from), formatTime(span.to)]).toEqual(['2026-12-30T00:00:00Z', '2027-01-02T00:00:00Z']);
  });
  test('are found at the same dates whatever the zone, by a load that follows its clock', () => {
    const context = daysOfZone('America/New_York');
    expect(
      of(
        180,
        lifted(({ ofMonth }) => ofMonth === 1),
        { context },
      ),
    ).toEqual([['first day of the month', 6, expect.closeTo(2.5, 0)]]);
  });
  test('stand in its sentence with the next of them', () => {
    const effect = { name: 'last working day of the month', patterns: [{ kind: 'working day', place: -1 } as const], times: 2.63, seen: 4 };
    expect(effectText(effect, daysOfZone(), Date.UTC(2026, 10, 5))).toBe(
      'last working day of the month: about 2.6 times the usual load, seen 4 times, next on 2026-11-30',
    );
  });
});

import type { Applied } from '../../../lib/forecast/events/events';
import type { EventForecast } from '../../../lib/forecast/events/forecast-events';
import type { Occurrence } from '../../../lib/forecast/events/occurrence';
import { appliedEvent, calendarOf, eventNotes, eventWarnings, eventProblems } from '../../../lib/plan/load/calendar';
import { DAY_MS } from '../../../lib/units';
import { rawConfig, testConfig } from '../../support/config';

const { chat } = rawConfig().workloads;
const christmas = Date.UTC(2026, 11, 25);
const [from, to] = [christmas - 7 * DAY_MS, christmas + 7 * DAY_MS];

const saleAt = (day: number, more: Partial<Occurrence> = {}): Occurrence => ({
  kind: 'event',
  name: 'sale',
  group: 'event sale',
  from: day,
  to: day + DAY_MS,
  ...more,
});
const forecastOf = (more: Partial<EventForecast>): EventForecast => ({
  forecast: {} as EventForecast['forecast'],
  usual: {} as EventForecast['usual'],
  applied: [],
  parts: [],
  unknown: [],
  effects: [],
  taken: 0,
  unfollowed: null,
  ...more,
});
const profile = { past: 3 } as Extract<Applied['lift']['how'], { from: 'past' }>['profile'];
const stepOf = (step: number) => step;
const learned = (occurrence: Occurrence): Applied => ({
  lift: { occurrence, stepOf, how: { from: 'past', profile, level: 2 } },
  times: 2.25,
});

describe('the calendar of a workload', () => {
  const workloads = { chat, other: chat };
  const events = [
    { name: 'for-all', dates: ['2026-12-24'], uplift: 2 },
    { name: 'for-chat', dates: ['2026-12-23'], uplift: 3, workload: 'chat' },
    { name: 'for-other', dates: ['2026-12-22'], uplift: 4, workload: 'other' },
  ];
  const namesOf = (config: ReturnType<typeof testConfig>, workload = 'chat') =>
    calendarOf(config, workload, from, to).occurrences.map(({ name }) => name);

  test('holds the events of its own and those of all workloads, in the order of the config, and no others', () => {
    const config = testConfig({ workloads, events });
    expect(namesOf(config)).toEqual(['for-all', 'for-chat']);
    expect(namesOf(config, 'other')).toEqual(['for-all', 'for-other']);
    expect(calendarOf(config, 'chat', from, to).occurrences[1]).toMatchObject({ kind: 'event', group: 'event for-chat', uplift: 3 });
  });
  test('follows the wall clock of the config', () => {
    expect(calendarOf(testConfig({ timeZone: 'Europe/Berlin' }), 'chat', from, to).timeZone).toBe('Europe/Berlin');
  });
  test('holds the holidays between the two moments after the events, those of the workload in place of those of the config', () => {
    const own = { ...chat, holidays: [{ country: 'US' }] } as typeof chat;
    const config = testConfig({ workloads: { chat, other: own }, events, holidays: [{ country: 'DE' }] });
    const german = namesOf(config);
    expect(german[0]).toBe('for-all');
    expect(german.slice(2).every((name) => name.startsWith('DE '))).toBe(true);
    expect(german.filter((name) => name.startsWith('DE '))).not.toEqual([]);
    const american = namesOf(config, 'other').slice(2);
    expect(american.filter((name) => name.startsWith('US '))).not.toEqual([]);
    expect(american.every((name) => name.startsWith('US '))).toBe(true);
  });
  test('is refused at the place where the unknown country stands, that of the workload or that of the config', () => {
    const nowhere = [{ country: 'XX' }];
    expect(() => namesOf(testConfig({ holidays: nowhere }))).toThrow(/^holidays\[0\]/);
    const config = testConfig({ workloads: { chat: { ...chat, holidays: nowhere } as typeof chat } });
    expect(() => namesOf(config)).toThrow(/^workloads\.chat\.holidays\[0\]/);
  });
});

describe('an event that nothing is known of', () => {
  const start = christmas - DAY_MS;
  const problems = (config: ReturnType<typeof testConfig>, unknown: readonly Occurrence[]) =>
    eventProblems(config, 'chat.load', forecastOf({ unknown }), start, from);

  test('is refused while it is not over, with an uplift or past dates for a way out', () => {
    const [problem, ...rest] = problems(testConfig(), [saleAt(christmas)]);
    expect(rest).toEqual([]);
    expect(problem).toMatchObject({ code: 'event/no-uplift', path: 'events.sale' });
    expect(problem.message).toBe(
      'takes place at 2026-12-25T00:00:00Z and has neither an uplift nor a past that could teach one to chat.load',
    );
    expect(problem.hint).toMatch(/list past dates of the same name/);
  });
  test('is refused with the dates of its past and the start of the history where it has a past that the history does not reach', () => {
    const config = testConfig({
      events: [
        { name: 'sale', dates: ['2026-10-02', '2026-12-25', '2026-12-26'] },
        { name: 'fair', dates: ['2026-10-03'] },
      ],
    });
    const [{ message, hint }] = problems(config, [saleAt(christmas)]);
    expect(message).toBe(
      'takes place at 2026-12-25T00:00:00Z and has no uplift, and chat.load has no history of its past (2026-10-02T00:00:00Z): it begins at 2026-12-18T00:00:00Z',
    );
    expect(hint).toMatch(/history that reaches back/);
  });
  test('is no problem once it is over, and a holiday never is', () => {
    expect(problems(testConfig(), [saleAt(start - DAY_MS), saleAt(christmas, { kind: 'holiday' })])).toEqual([]);
  });
});

describe('the notes on a forecast', () => {
  const notes = (more: Partial<EventForecast>) => [
    ...eventNotes(forecastOf(more), { timeZone: 'UTC', occurrences: [] }),
    ...eventWarnings(forecastOf(more), from, to),
  ];

  test('are none where nothing is out of the ordinary', () => {
    expect(notes({ applied: [learned(saleAt(christmas))], unknown: [saleAt(christmas)] })).toEqual([]);
  });
  test('say which days follow the calendar, where the next lies after the forecast', () => {
    const effect = { name: 'last day of the month', patterns: [{ kind: 'day of month', place: -1 } as const], times: 2.6, seen: 4 };
    const made = forecastOf({ forecast: { start: christmas } as EventForecast['forecast'], effects: [effect], taken: 96 });
    const calendar = { timeZone: 'UTC', occurrences: [], daysOff: new Set<string>() };
    expect(eventNotes(made, calendar)).toEqual([
      'last day of the month: about 2.6 times the usual load, seen 4 times, next on 2026-12-31, after the end of this forecast.',
      '96 periods of past events, effects of the calendar and holidays are taken for missing: they teach their own lifts and no season.',
    ]);
    const applied = [learned(saleAt(christmas + 6 * DAY_MS, { kind: 'calendar', name: 'last day of the month' }))];
    expect(eventNotes({ ...made, applied, taken: 0 }, calendar)).toEqual([]);
    expect(applied.map(appliedEvent)).toEqual([expect.objectContaining({ name: 'last day of the month', uplift: 2.25, seen: 3 })]);
  });
  test('say when the load does not follow the clock, and how many periods teach no season', () => {
    expect(notes({ unfollowed: christmas, taken: 48 })).toEqual([
      'The load took no notice of the change of the clock at 2026-12-25T00:00:00Z: its days stay those of UTC.',
      '48 periods of past events and holidays are taken for missing: they teach their own lifts and no season.',
    ]);
  });
  test('name a holiday of the horizon without a past of its kind, and none before or after', () => {
    const holiday = (day: number) => saleAt(day, { kind: 'holiday', name: 'DE Christmas' });
    expect(notes({ unknown: [holiday(from - DAY_MS), holiday(christmas), holiday(to)] })).toEqual([
      'No past holiday of its kind is in the history: DE Christmas at 2026-12-25T00:00:00Z lifts nothing.',
    ]);
  });
  test('say that a stated uplift is not used where the past taught another', () => {
    const stated: Applied = {
      lift: { stepOf, occurrence: saleAt(christmas, { uplift: 4 }), how: { from: 'config', uplift: 4 } },
      times: 4,
    };
    expect(notes({ applied: [stated, learned(saleAt(christmas, { uplift: 4 }))] })).toEqual([
      "Event 'sale' is lifted by what its past did; the stated uplift of 4 is not used.",
    ]);
  });
});

test('the plan tells a learned uplift from a stated one, and shows the stated one beside what was learned', () => {
  expect(appliedEvent(learned(saleAt(christmas, { uplift: 4 })))).toEqual({
    name: 'sale',
    from: '2026-12-25T00:00:00Z',
    to: '2026-12-26T00:00:00Z',
    uplift: 2.25,
    source: 'learned from 3 past',
    stated: 4,
  });
  expect(appliedEvent(learned(saleAt(christmas))).stated).toBeNull();
  const lift: Applied['lift'] = { stepOf, occurrence: saleAt(christmas, { uplift: 4 }), how: { from: 'config', uplift: 4 } };
  expect(appliedEvent({ lift, times: 3.9 })).toMatchObject({ uplift: 4, source: 'config', stated: null });
});

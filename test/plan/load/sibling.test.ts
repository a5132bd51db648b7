import {
  leastHistoryMs,
  leastHistoryOf,
  youngHistoryProblems,
  prepareHistory,
  youngHint,
  youngWarning,
} from '../../../lib/plan/load/borrowed-history';
import { HOUR_MS } from '../../../lib/units';
import { monday } from '../../history/support';
import { rawConfig, testConfig } from '../../support/config';
import { observedOf } from './observed';

const { chat } = rawConfig().workloads;
const config = testConfig({ workloads: { chat: { ...chat, like: 'old' } as typeof chat, old: chat, alone: chat } });
const hours = (count: number, value: (hour: number) => number) => Array.from({ length: count }, (_, hour) => value(hour));
const wave = (hour: number) => 10 + 5 * Math.sin((2 * Math.PI * hour) / 24);
const weeks = 4 * 7 * 24;
const old = observedOf('old.load', hours(weeks, wave));
const threeDays = 72;

/** The last hours of `old`, three times as high; of hours before `from`, none. */
const youngOf = (count: number, from = 0, workload = 'chat') =>
  observedOf(
    `${workload}.load`,
    hours(count, (hour) => (hour < from ? NaN : 3 * wave(weeks - count + hour))),
    {
      start: monday + (weeks - count) * HOUR_MS,
    },
  );
const signals = { 'old.load': old };

describe('a young history', () => {
  test('gets the past of its sibling, at its own level, before its own values', () => {
    const young = youngOf(24);
    const { series, borrowed, impossible } = prepareHistory(config, young, signals);
    expect(impossible).toBeUndefined();
    expect(borrowed).toMatchObject({ from: 'old', common: 24 });
    expect(borrowed?.ratio).toBeCloseTo(3, 9);
    expect([series.start, series.values.length]).toEqual([old.series.start, weeks]);
    expect(series.values[100]).toBeCloseTo(3 * old.series.values[100], 9);
    expect([...series.values.slice(-24)]).toEqual([...young.series.values]);
    expect(series.nonNegative).toBe(true);
  });
  test('stays alone where it names no sibling, or is itself two weeks long', () => {
    for (const observed of [youngOf(24, 0, 'alone'), youngOf(14 * 24)]) {
      const { series, borrowed, impossible } = prepareHistory(config, observed, signals);
      expect([borrowed, impossible, series.values]).toEqual([null, undefined, observed.series.values]);
    }
  });
  test('borrows up to the last hour before it is two weeks long, and beyond where most of it is missing', () => {
    expect(prepareHistory(config, youngOf(14 * 24 - 1), signals).borrowed).not.toBeNull();
    expect(prepareHistory(config, youngOf(14 * 24, 14 * 24 - 71), signals).borrowed).not.toBeNull();
    expect(prepareHistory(config, youngOf(14 * 24, 14 * 24 - threeDays), signals).borrowed).toBeNull();
  });
  test('borrows nothing of a sibling that was not observed, is young itself, or shares too little time, and says why', () => {
    const why = (others: Parameters<typeof prepareHistory>[2], young = youngOf(24)) => prepareHistory(config, young, others).impossible;
    expect(why({})).toBe('it has no history that can be used');
    expect(why({ 'old.load': observedOf('old.load', hours(threeDays - 1, wave)) })).toBe('its own history is no longer than 71h');
    expect(
      why({
        'old.load': observedOf(
          'old.load',
          hours(weeks, (hour) => (hour < weeks - 71 ? NaN : 1)),
        ),
      }),
    ).toBe('its own history is no longer than 71h');
    expect(why(signals, youngOf(5))).toBe('less than 6 hours are known of both');
  });
});

test('a workload with a sibling needs six hours of history, one without three days', () => {
  expect(leastHistoryOf(config, 'chat')).toBe(6 * HOUR_MS);
  expect(leastHistoryOf(config, 'alone')).toBe(72 * HOUR_MS);
  expect(leastHistoryMs).toBe(72 * HOUR_MS);
});

test('only a history that is too short, of a workload without a sibling, is hinted to name one', () => {
  const problem = (code: 'history/too-short' | 'history/stale') => ({ code, path: 'workloads', message: 'is bad' }) as const;
  expect(youngHint(config, 'alone', problem('history/too-short')).hint).toMatch(/`like`, which is enough from 6h on/);
  expect(youngHint(config, 'chat', problem('history/too-short'))).toEqual({});
  expect(youngHint(config, 'alone', problem('history/stale'))).toEqual({});
});

describe('too young to be planned', () => {
  const young = youngOf(threeDays - 1);

  test('is a workload of less than three days whose sibling can lend nothing, with both lengths in the message', () => {
    const problems = youngHistoryProblems(config, { 'chat.load': young });
    expect(Object.keys(problems)).toEqual(['chat']);
    expect(problems.chat).toMatchObject([
      {
        code: 'history/too-short',
        path: 'workloads.chat.load (csv load.csv)',
        message: "holds 71h of history that can be used, and no shape can be borrowed from 'old': it has no history that can be used",
        expected: 'at least 3d of its own, or 6h in common with a longer one',
      },
    ]);
  });
  test('is none that its sibling helps, has three days of its own, or names no sibling', () => {
    expect(youngHistoryProblems(config, { 'chat.load': young, ...signals })).toEqual({});
    expect(youngHistoryProblems(config, { 'chat.load': youngOf(threeDays) })).toEqual({});
    expect(youngHistoryProblems(config, { 'alone.load': youngOf(24, 0, 'alone') })).toEqual({});
  });
});

test('the plan warns that a shape is borrowed while the own history is under three days, and no longer', () => {
  const warningOf = (count: number) => youngWarning(youngOf(count), prepareHistory(config, youngOf(count), signals));
  expect(warningOf(24)).toEqual([expect.stringMatching(/^A history of 1d says nothing .* that of 'old', times 3,/)]);
  expect(warningOf(threeDays)).toEqual([]);
  expect(youngWarning(youngOf(24), prepareHistory(config, youngOf(24), {}))).toEqual([]);
});

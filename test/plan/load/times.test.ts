import { checkAge, checkHorizon, planTimes, staleHistories } from '../../../lib/plan/load/times';
import { ageText, DAY_MS, HOUR_MS } from '../../../lib/units';
import { monday, seriesOf } from '../../history/support';
import { rawConfig, testConfig } from '../../support/config';
import { observationsOf, observedOf } from './observed';

const { origin } = seriesOf([]);
const endingAt = (to: number, askedTo?: number) => ({ origin: { ...origin, to, ...(askedTo !== undefined && { askedTo }) } });
const loadsThatEndAt = (...ends: readonly { readonly to: number; readonly askedTo?: number }[]) =>
  observationsOf(
    Object.fromEntries(ends.map(({ to, askedTo }, index) => [`w${index}.load`, observedOf(`w${index}.load`, [1], endingAt(to, askedTo))])),
  );
const noHistory = observationsOf({});

const givenFrom = (from: string) =>
  testConfig({
    workloads: {
      web: { kind: 'service', servers: 10, machine: 'm7i.xlarge', pool: 'general', forecast: { from, cpu: [70] } } as never,
    },
    pools: { general: { kind: 'pool', instances: ['m7i.xlarge'] } },
  });

describe('the time of a plan', () => {
  test('is the end of the last observation of any history, where none is given', () => {
    const observations = loadsThatEndAt({ to: monday + HOUR_MS }, { to: monday + 3 * HOUR_MS }, { to: monday });
    expect(planTimes(testConfig(), observations, null)).toEqual({ asOf: monday + 3 * HOUR_MS, dataThrough: monday + 3 * HOUR_MS });
  });
  test('is the end of what a live source was asked for, so that one that fell silent is seen to be stale', () => {
    const observations = loadsThatEndAt({ to: monday, askedTo: monday + 5 * HOUR_MS });
    expect(planTimes(testConfig(), observations, null)).toEqual({ asOf: monday + 5 * HOUR_MS, dataThrough: monday });
  });
  test('is the start of given numbers where there is no history, and data are then taken to reach to it', () => {
    const start = Date.UTC(2026, 10, 23);
    expect(planTimes(givenFrom('2026-11-23T00:00:00Z'), noHistory, null)).toEqual({ asOf: start, dataThrough: start });
  });
  test('is the given one where one is given', () => {
    expect(planTimes(testConfig(), loadsThatEndAt({ to: monday }), monday + HOUR_MS)).toEqual({
      asOf: monday + HOUR_MS,
      dataThrough: monday,
    });
    expect(planTimes(testConfig(), noHistory, monday)).toEqual({ asOf: monday, dataThrough: monday });
  });
  test('is refused where nothing tells it', () => {
    expect(() => planTimes(testConfig(), noHistory, null)).toThrow(/no history to take the time from.*--as-of/);
  });
  test('is refused where a history goes on for more than a period after it, by the name of each such history', () => {
    const config = testConfig({ period: '1h' });
    const late = { to: monday + HOUR_MS + 1 };
    expect(() => planTimes(config, loadsThatEndAt({ to: monday + HOUR_MS }), monday)).not.toThrow();
    expect(() => planTimes(config, loadsThatEndAt(late, { to: monday }, late), monday)).toThrow(
      /^workloads\.w0\.load \(csv load\.csv\): holds observations up to 2026-01-05T01:00:00.*, after --as-of 2026-01-05T00:00:00Z[^]*workloads\.w2\.load/,
    );
  });
});

test('a history is stale when it is older than the guardrail allows, and not when it is just as old', () => {
  const config = testConfig({ guardrails: { maxDataAge: '6h' } });
  const observations = loadsThatEndAt({ to: monday }, { to: monday - 1 });
  const stale = staleHistories(config, observations, monday + 6 * HOUR_MS);
  expect(Object.keys(stale)).toEqual(['w1']);
  expect(stale.w1).toMatchObject([
    { code: 'history/stale', path: 'workloads.w1.load (csv load.csv)', expected: 'at most 6h (guardrails.maxDataAge)' },
  ]);
});

test('a workload is told of each of its stale histories', () => {
  const { workloads } = rawConfig();
  const config = testConfig({ workloads, guardrails: { maxDataAge: '6h' } });
  const old = endingAt(monday - 7 * HOUR_MS);
  const observations = observationsOf({ 'chat.cpu': observedOf('chat.cpu', [1], old), 'chat.memory': observedOf('chat.memory', [1], old) });
  expect(staleHistories(config, observations, monday).chat.map(({ path }) => path)).toEqual([
    'workloads.chat.cpu (csv load.csv)',
    'workloads.chat.memory (csv load.csv)',
  ]);
});

describe('the horizon', () => {
  const ofDays = (days: number) => {
    const { origin } = seriesOf([]);
    return observationsOf({
      'chat.load': observedOf('chat.load', [1], { origin: { ...origin, from: monday - days * DAY_MS, to: monday } }),
    });
  };
  const check = (horizonDays: number, historyDays: number) => checkHorizon({ horizon: horizonDays * DAY_MS }, ofDays(historyDays));

  test('may be half of the history, and a week with any', () => {
    expect(() => check(42, 84)).not.toThrow();
    expect(() => check(7, 3)).not.toThrow();
  });
  test('is refused beyond, with the longest that is taken', () => {
    expect(() => check(400, 84)).toThrow(
      /^horizon: is longer than half of the 84d of history that chat\.load has .*\(expected at most 42d, got 400d\)/,
    );
    expect(() => check(8, 3)).toThrow(/expected at most 7d, got 8d/);
  });
  test('of numbers that are given is as long as is asked for', () => {
    expect(() => checkHorizon({ horizon: 400 * DAY_MS }, observationsOf({}))).not.toThrow();
  });
});

describe('data that are old by the clock', () => {
  const stated = testConfig({ guardrails: { maxDataAge: '36h' } });
  const old = loadsThatEndAt({ to: monday });

  test('are refused beyond a stated age, with how long ago they end', () => {
    expect(() => checkAge(stated, old, monday + 5 * DAY_MS)).toThrow(
      /^workloads\.w0\.load .*: ends at .*, 5 days ago by the clock \(expected at most 36h/,
    );
    expect(() => checkAge(stated, old, monday + 36 * HOUR_MS)).not.toThrow();
  });
  test('are taken where the config states no age, with other guardrails or none', () => {
    for (const config of [testConfig(), testConfig({ guardrails: { stepUp: '50%' } })])
      expect(() => checkAge(config, old, monday + 500 * DAY_MS)).not.toThrow();
  });
  test('are so many hours old, and from two days on so many days', () => {
    expect([1, 31, 48, 130].map((hours) => ageText(hours * HOUR_MS))).toEqual(['1 hour', '31 hours', '2 days', '5 days']);
  });
});

import { historyReader } from '../../../lib/adapters/history';
import type { CapacityInput } from '../../../lib/config/schema';
import { observe } from '../../../lib/plan/load/observe';
import { predict } from '../../../lib/plan/load/predictions';
import { signalReasons } from '../../../lib/plan/replicas/workload-load';
import { isProblemError } from '../../../lib/problems';
import { DAY_MS, HOUR_MS } from '../../../lib/units';
import { here } from '../../forecast/support';
import { rawConfig, testConfig } from '../../support/config';
import { hourlyCsv, project, wave } from '../../support/foresize';

const end = Date.UTC(2026, 10, 23);
const chat = rawConfig().workloads.chat;
/** Ten weeks of hours; on two days in the past a sale lifts the load 2.5 times. */
const sales = ['2026-10-02', '2026-10-30'];
const load = hourlyCsv(70 * 24, (hour) => {
  const day = new Date(end - (70 * 24 - hour) * HOUR_MS).toISOString().slice(0, 10);
  return wave(hour) * (sales.includes(day) ? 2.5 : 1);
});

async function planned(overrides: Partial<CapacityInput>, files: Record<string, string> = { 'chat.csv': load }) {
  const config = testConfig({ horizon: '7d', effort: 'fast', ...overrides });
  const observations = await observe(
    config,
    historyReader({ ...config, baseDirectory: project(files), now: null, offline: true, environment: {} }),
  );
  const predictions = await predict(config, observations, { start: end, steps: 168, periodMs: HOUR_MS }, here);
  return { ...predictions, reasons: signalReasons(predictions.signals['chat.load'], 'load', 0.95).map(({ text }) => text) };
}
const sale = (more: object = {}) => ({ name: 'sale', dates: [...sales, '2026-11-27'], ...more });

test('a coming event is lifted by what past ones of its name did, and the plan says from how many', async () => {
  const { signals, reasons } = await planned({ events: [sale()] });
  const { summary, p50, protected: high } = signals['chat.load'];
  expect(summary?.events).toMatchObject([{ name: 'sale', source: 'learned from 2 past', stated: null }]);
  expect(summary?.events[0].uplift).toBeCloseTo(2.5, 1);
  expect(p50[4 * 24 + 6] / p50[3 * 24 + 6]).toBeCloseTo(2.5, 0);
  expect(high[4 * 24 + 6] / p50[4 * 24 + 6]).toBeGreaterThan(high[3 * 24 + 6] / p50[3 * 24 + 6]);
  expect(reasons.at(-1)).toMatch(
    /^load: event 'sale' lifts it 2\.\d+ times from 2026-11-27T00:00:00Z to 2026-11-28T00:00:00Z, learned from 2 past$/,
  );
});

test('where an uplift is stated too, what was learned wins and the stated one is shown beside it', async () => {
  const { signals, reasons, warnings } = await planned({ events: [sale({ uplift: 6 })] });
  expect(signals['chat.load'].summary?.events).toMatchObject([{ source: 'learned from 2 past', stated: 6 }]);
  expect(reasons.at(-1)).toContain('learned from 2 past (the config states 6)');
  expect(warnings.map(({ message }) => message)).toContainEqual(
    "Event 'sale' is lifted by what its past did; the stated uplift of 6 is not used.",
  );
});

test('an event without a past takes the stated uplift, marked as the word of the config', async () => {
  const { signals, reasons } = await planned({ events: [{ name: 'launch', date: '2026-11-25', uplift: 3 }] });
  expect(signals['chat.load'].summary?.events).toMatchObject([{ uplift: 3, source: 'config', stated: null }]);
  expect(reasons.at(-1)).toContain('lifts it 3 times from 2026-11-25T00:00:00Z to 2026-11-26T00:00:00Z, on the word of the config');
});

test('events with neither an uplift nor a past in the history are refused together, each with what to do', async () => {
  const events = [
    { name: 'launch', date: '2026-11-25' },
    { name: 'fair', dates: ['2025-11-25', '2026-11-26'] },
  ];
  const error: unknown = await planned({ events }).catch((reason: unknown) => reason);
  if (!isProblemError(error)) throw error;
  expect(error.problems.map(({ code, path }) => [code, path])).toEqual([
    ['event/no-uplift', 'events.launch'],
    ['event/no-uplift', 'events.fair'],
  ]);
  expect(error.message).toContain('has neither an uplift nor a past that could teach one to chat.load');
  expect(error.message).toContain('chat.load has no history of its past (2025-11-25T00:00:00Z): it begins at 2026-09-14T00:00:00Z');
});

test('an event that is over needs no uplift: it is only kept out of the seasons', async () => {
  const { signals } = await planned({ events: [{ name: 'sale', dates: sales }] });
  expect(signals['chat.load'].summary?.events).toEqual([]);
  expect(signals['chat.load'].notes).toContainEqual(expect.stringMatching(/^48 periods of past events and holidays are taken for missing/));
});

test('a holiday whose kind the history has not seen lifts nothing, and it is said', async () => {
  const { warnings, signals } = await planned(
    { holidays: [{ country: 'US' }], timeZone: 'America/New_York' },
    { 'chat.csv': hourlyCsv(14 * 24, (hour) => wave(hour), end) },
  );
  expect(signals['chat.load'].summary?.events).toMatchObject([{ name: 'US Thanksgiving Day' }]);
  const without = await planned({ holidays: [{ country: 'US' }] }, { 'chat.csv': hourlyCsv(10 * 24, (hour) => wave(hour), end) });
  expect(without.signals['chat.load'].summary?.events).toEqual([]);
  expect(without.warnings.map(({ message }) => message)).toContainEqual(
    'No past holiday of its kind is in the history: US Thanksgiving Day at 2026-11-26T05:00:00Z lifts nothing.',
  );
  expect(warnings.map(({ message }) => message)).not.toContainEqual(expect.stringContaining('lifts nothing'));
});

test('a young workload is forecast by the shape of its sibling, wider, and the plan says so', async () => {
  const weekly = (hour: number) => wave(hour) * (Math.floor(hour / 24) % 7 === 4 ? 0.2 : 1);
  const files = { 'chat.csv': hourlyCsv(4 * 24, (hour) => 0.5 * weekly(hour + 66 * 24)), 'old.csv': hourlyCsv(70 * 24, weekly) };
  const old = { ...chat, load: { kind: 'csv', path: 'old.csv', unit: 'req/s' } } as never;
  const borrowed = await planned({ workloads: { chat: { ...chat, like: 'old' } as never, old } }, files);
  const { p50, protected: high, summary } = borrowed.signals['chat.load'];
  expect(summary?.like).toMatchObject({ workload: 'old', common: 96 });
  expect(summary?.like?.times).toBeCloseTo(0.5, 2);
  const day = (index: number) => p50.slice(24 * index, 24 * index + 24).reduce((a, b) => a + b, 0);
  const low = [0, 1, 2, 3, 4, 5, 6].map(day).sort((a, b) => a - b);
  expect(low[0] / low[3]).toBeLessThan(0.4);
  expect(high.every((value, step) => value > p50[step])).toBe(true);
  expect(borrowed.reasons).toContainEqual(
    expect.stringMatching(/^load: too young for a shape of its own; before it stands the past of 'old' times 0\.5/),
  );
});

test('a sibling without enough in common lends nothing, and it is said', async () => {
  const files = {
    'chat.csv': hourlyCsv(4 * 24, (hour) => wave(hour)),
    'old.csv': hourlyCsv(40 * 24, (hour) => wave(hour), end - 5 * DAY_MS),
  };
  const old = { ...chat, load: { kind: 'csv', path: 'old.csv', unit: 'req/s' } } as never;
  const { signals, warnings } = await planned({ workloads: { chat: { ...chat, like: 'old' } as never, old } }, files);
  expect(signals['chat.load'].summary?.like).toBeUndefined();
  expect(warnings.map(({ message }) => message)).toContainEqual("no shape is borrowed from 'old': less than 6 hours are known of both");
});

test('a cycle found beside the day and the week stands in the plan and among its reasons, and nowhere where there is none', async () => {
  const jobs = hourlyCsv(42 * 24, (hour) => wave(hour) + (hour % 30 < 3 ? 80 : 0) + ((hour * 7_919) % 31) / 4);
  const { signals, reasons } = await planned({}, { 'chat.csv': jobs });
  expect(signals['chat.load'].summary?.seasons).toMatchObject([{ period: '30h' }]);
  expect(reasons).toContainEqual(expect.stringMatching(/^load: a cycle of 30h was found, \d.* % of what other seasons leave$/));
  expect(Object.keys((await planned({})).signals['chat.load'].summary ?? {})).not.toContain('seasons');
});

test('an event of 20 minutes has its own height in the plan, and the rest of its hour that of other hours', async () => {
  const short = { name: 'push', from: '2026-11-25T12:20:00Z', to: '2026-11-25T12:40:00Z', uplift: 3 };
  const { signals } = await planned({ events: [short] });
  const { p50, parts = [] } = signals['chat.load'];
  const usual = (await planned({})).signals['chat.load'].p50[60];
  expect(p50[60] / usual).toBeCloseTo(1 + 2 / 3, 6);
  expect(
    parts.map(({ from, to, p50: height }) => [new Date(from).toISOString().slice(11, 16), (to - from) / 60_000, height / usual]),
  ).toEqual([
    ['12:00', 20, expect.closeTo(1, 6)],
    ['12:20', 20, expect.closeTo(3, 6)],
    ['12:40', 20, expect.closeTo(1, 6)],
  ]);
});

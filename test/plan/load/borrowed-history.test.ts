import { explain } from '../../../lib/plan/explain/explain';
import { DAY_MS } from '../../../lib/units';
import { rawConfig } from '../../support/config';
import { hourlyCsv, wave } from '../../support/foresize';
import { planOf, type PlannerOptions, refusalOf, textOf } from '../../support/planner';

const { chat } = rawConfig().workloads;
const end = Date.UTC(2026, 10, 23, 6);
const load = (path: string) => ({ kind: 'csv', path, unit: 'req/s' });
const hours = 6 * 7 * 24;
const sibling = hourlyCsv(hours, (hour) => wave(hour), end);

/** The last hours of the sibling's load, tenfold. */
const young = (count: number, times = 10) => hourlyCsv(count, (hour) => times * wave(hours - count + hour), end);

const configOf = (fields: object, history: object = {}) => {
  const workloads = {
    chat: { ...chat, load: load('chat.csv'), image: 'x/chat:1', ...fields } as typeof chat,
    old: { ...chat, load: load('old.csv'), image: 'x/old:1', floor: 2 } as typeof chat,
  };
  return rawConfig({ workloads, history });
};
const keepFloor = { unusable: 'keep-floor' };
type Files = Readonly<Record<string, string>>;
const planned = (files: Files, fields: object = { like: 'old' }, history: object = {}, options: PlannerOptions = {}) =>
  planOf(configOf(fields, history), { 'old.csv': sibling, ...files }, options);

test('a workload of twelve hours is planned by the shape of its sibling, at its own level and with room, and everything says so', async () => {
  const plan = await planned({ 'chat.csv': young(12) });
  const { chat: borrowed, old } = plan.workloads;
  expect(borrowed.load).toHaveLength(24);
  borrowed.load.forEach(({ p50 }, step) => {
    const came = 10 * wave(hours + step);
    expect(Math.abs(p50 - came)).toBeLessThan(0.2 * came);
  });
  const room = (workload: typeof old) => workload.load.map(({ p50, protected: high }) => high / p50);
  room(borrowed).forEach((times, step) => expect(times).toBeGreaterThan(room(old)[step] + 0.2));
  expect(borrowed.forecast.load.like).toMatchObject({ workload: 'old', common: 12 });
  expect(plan.warnings.map(({ path, message }) => `${path}: ${message}`)).toContainEqual(
    expect.stringMatching(
      /^workloads\.chat\.load: A history of 12h says nothing of the hours and days that it has not seen: their shape is that of 'old', times 10, and the quantiles are wider/,
    ),
  );
  expect(textOf(explain(plan, 'chat').chain)).toMatch(
    /before it stands the past of 'old' times 10, by 12 periods that both know, and quantiles are wider/,
  );
});

test('the less is known of both, the wider the quantiles', async () => {
  const spread = async (count: number) => (await planned({ 'chat.csv': young(count) })).workloads.chat.forecast.load.like?.spread ?? NaN;
  const [six, twelve, days] = [await spread(6), await spread(12), await spread(120)];
  expect(six).toBeGreaterThan(1.1 * twelve);
  expect(twelve).toBeGreaterThan(1.1 * days);
});

test.each([
  ['five hours are less than any sibling can help', { 'chat.csv': young(5) }, /holds 0\.2 days of history that can be used/],
  [
    'the sibling ended before it began',
    { 'chat.csv': young(12), 'old.csv': hourlyCsv(hours, (hour) => wave(hour), end - DAY_MS) },
    /holds 12h of history that can be used, and no shape can be borrowed from 'old': less than 6 hours are known of both/,
  ],
  [
    'the sibling is young itself',
    { 'chat.csv': young(12), 'old.csv': hourlyCsv(2 * 24, (hour) => wave(hour), end) },
    /no shape can be borrowed from 'old': it has no history that can be used/,
  ],
])('where a sibling cannot help the history is refused and says why, or its floor is kept: %s', async (_, files: Files, why) => {
  expect(await refusalOf(configOf({ like: 'old' }), { 'old.csv': sibling, ...files })).toMatch(why);
  const { chat: kept } = (await planned(files, { like: 'old', floor: 3 }, keepFloor, { asOf: end })).workloads;
  expect(kept).toMatchObject({ floor: 3, peak: 3, forecast: {}, load: [] });
  expect(kept.reasons[0].text).toMatch(why);
});

test('without a sibling a history of twelve hours is refused, with `like` for a way out', async () => {
  expect(await refusalOf(configOf({}), { 'old.csv': sibling, 'chat.csv': young(12) })).toMatch(
    /workloads\.chat\.load .*: holds 0\.5 days of history that can be used.*`like`, which is enough from 6h on/,
  );
});

test('without a sibling its present floor is kept where the config says so, and the reason is told', async () => {
  const { chat: kept } = (await planned({ 'chat.csv': young(12) }, { floor: 3 }, keepFloor)).workloads;
  expect([kept.floor, kept.load]).toEqual([3, []]);
  expect(kept.reasons[0]).toEqual({ code: 'history/withheld', text: expect.stringMatching(/holds 0\.5 days of history/) as string });
});

test('a sibling whose own history is stale lends nothing', async () => {
  const files = { 'chat.csv': young(60), 'old.csv': hourlyCsv(hours, (hour) => wave(hour), end - 1.75 * DAY_MS) };
  const { chat: kept, old } = (await planned(files, { like: 'old', floor: 3 }, keepFloor)).workloads;
  expect(old.reasons[0].text).toMatch(/ends at 2026-11-21T12:00:00Z/);
  expect([kept.floor, kept.load]).toEqual([3, []]);
  expect(kept.reasons[0].text).toMatch(/no shape can be borrowed from 'old': it has no history that can be used/);
});

import { explain } from '../../../lib/plan/explain/explain';
import { rawConfig } from '../../support/config';
import { filesOf, foresize, hourlyCsv, project, wave } from '../../support/foresize';
import { planOf, type PlannerOptions, refusalOf, textOf, warningsOf } from '../../support/planner';

const { chat } = rawConfig().workloads;
const load = (path: string) => ({ kind: 'csv', path, unit: 'req/s' });
const workloads = (fields: object = {}) => ({
  chat: { ...chat, load: load('chat.csv'), image: 'x/chat:1', ...fields } as typeof chat,
  search: { ...chat, load: load('search.csv'), image: 'x/search:1' } as typeof chat,
});
const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus:9090' };
const good = hourlyCsv(21 * 24, (hour) => wave(hour));
const broken = 'timestamp,value\n2026-11-01T00:00:00Z,broken\n';

const keepFloor = { unusable: 'keep-floor' };
const configOf = (fields: object, history: object = keepFloor) => rawConfig({ effort: 'fast', workloads: workloads(fields), history });
const planned = (fields: object, chatCsv: string, options: PlannerOptions = {}) =>
  planOf(configOf(fields), { 'search.csv': good, 'chat.csv': chatCsv }, options);

test('a history that cannot be used is refused by default, and no plan is written', () => {
  const folder = project({ 'foresize.config.json': configOf({}, {}), 'search.csv': good, 'chat.csv': broken });
  const { status, stderr } = foresize(folder, ['plan']);
  expect([status, stderr]).toEqual([1, expect.stringContaining("chat.csv:2: holds a value that is not a number (got 'broken')")]);
  expect(Object.keys(filesOf(folder))).not.toContain('capacity-plan.json');
});

test("under 'keep-floor' its workload keeps the floor of the config, the others are planned, and everything says so", async () => {
  const plan = await planned({ floor: 3 }, broken);
  expect(warningsOf(plan)).toContain(
    "workloads.chat: its forecast is withheld and its present floor kept: chat.csv:2: holds a value that is not a number (got 'broken')",
  );
  const { chat: kept, search } = plan.workloads;
  expect(kept).toMatchObject({ floor: 3, peak: 3, ceiling: 6, load: [], forecast: {}, schedule: [{ replicas: 3 }] });
  expect(kept.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining(['history/withheld', 'floor/present']));
  expect(search.load).toHaveLength(24);
  expect(plan.warnings.map(({ code, path }) => `${code} ${path}`)).toContain('history/withheld workloads.chat');
  expect(textOf(explain(plan, 'chat').chain)).toMatch(
    /its forecast is withheld: chat\.csv:2(.|\n)*its present floor is kept, 3 for the whole horizon, as the config has it/,
  );
});

test.each([
  ['with a live metric the lowest step is kept, since the autoscaler follows the load', { metric }, 'floor'],
  ['without one the highest step is kept, since nothing would follow the load', {}, 'peak'],
] as const)('the previous plan says what the present floor is: %s', async (_, fields, size) => {
  const previous = await planned(fields, good);
  const before = previous.workloads.chat;
  expect(before.floor).toBeLessThan(before.peak);
  const search = hourlyCsv(21 * 24 + 48, (hour) => 3 * wave(hour), Date.UTC(2026, 10, 25));
  const { chat: after } = (await planOf(configOf(fields), { 'search.csv': search, 'chat.csv': broken }, { previous })).workloads;
  expect([after.floor, after.peak, after.ceiling]).toEqual([before[size], before[size], before.ceiling]);
});

test('what an override added is not kept as the present floor', async () => {
  const override = { workload: 'chat', floor: 30, until: '2026-11-23T12:00:00Z', because: 'a launch', by: 'ann' };
  const previous = await planOf({ ...configOf({}), overrides: [override] }, { 'search.csv': good, 'chat.csv': good });
  const { floor, peak } = previous.workloads.chat.withoutOverrides ?? { floor: NaN, peak: NaN };
  expect([previous.workloads.chat.peak, peak < 30]).toEqual([30, true]);
  const { chat: after } = (await planned({}, broken, { previous })).workloads;
  expect([after.floor, after.peak]).toEqual([peak, peak]);
  expect(floor).toBeLessThan(peak);
});

test('a plan with a withheld forecast is emitted like any other', () => {
  const both = workloads({ floor: 3, metric });
  const config = rawConfig({
    effort: 'fast',
    workloads: { ...both, search: { ...both.search, metric } as typeof chat },
    history: keepFloor as never,
  });
  const folder = project({ 'foresize.config.json': config, 'search.csv': good, 'chat.csv': broken });
  expect(foresize(folder, ['synth']).status).toBe(0);
});

test('a present floor that nobody knows is asked for, beside what is wrong with the history', async () => {
  expect(await refusalOf(configOf({}), { 'search.csv': good, 'chat.csv': broken })).toMatch(
    /chat\.csv:2: holds a value(.|\n)*workloads\.chat\.floor: is missing: .* Hint: state a floor, or mend the history/,
  );
});

test('a stale history withholds its workload alone, and too short a one too', async () => {
  const stale = await planned(
    { floor: 2 },
    hourlyCsv(21 * 24, (hour) => wave(hour), Date.UTC(2026, 10, 1)),
  );
  expect(stale.workloads.chat.reasons[0].text).toMatch(/ends at 2026-11-01T00:00:00Z, 22d before the plan begins/);
  expect(stale.workloads.search.load).toHaveLength(24);
  const short = await planned(
    { floor: 2 },
    hourlyCsv(30, (hour) => wave(hour)),
  );
  expect(short.workloads.chat.reasons[0].text).toMatch(/holds 1.3 days of history that can be used/);
});

test('a mistake in the config is refused all the same', async () => {
  expect(await refusalOf(configOf({ floor: 3, pool: 'none' }), { 'search.csv': good, 'chat.csv': broken })).toContain(
    "names pool 'none', which does not exist",
  );
});

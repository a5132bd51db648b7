import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityPlan } from '../../lib/plan/types';
import { rawConfig } from '../support/config';
import { filesOf, foresize, hourlyCsv, project, wave } from '../support/foresize';

const { chat } = rawConfig().workloads;
const load = (path: string) => ({ kind: 'csv', path, unit: 'req/s' });
const workloads = (fields: object = {}) => ({
  chat: { ...chat, load: load('chat.csv'), image: 'x/chat:1', ...fields } as typeof chat,
  search: { ...chat, load: load('search.csv'), image: 'x/search:1' } as typeof chat,
});
const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus:9090' };
const good = hourlyCsv(21 * 24, (hour) => wave(hour));
const broken = 'timestamp,value\n2026-11-01T00:00:00Z,broken\n';

function planned(fields: object, files: Record<string, unknown>, history: object = { unusable: 'keep-floor' }) {
  const folder = project({
    'foresize.config.json': rawConfig({ workloads: workloads(fields), history }),
    'search.csv': good,
    ...files,
  });
  const run = (...args: string[]) => foresize(folder, ['plan', ...args]);
  const plan = () => JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as CapacityPlan;
  return { folder, run, plan };
}

test('a history that cannot be used is refused by default, and no plan is written', () => {
  const { folder, run } = planned({}, { 'chat.csv': broken }, {});
  const { status, stderr } = run();
  expect([status, stderr]).toEqual([1, expect.stringContaining("chat.csv:2: holds a value that is not a number (got 'broken')")]);
  expect(Object.keys(filesOf(folder))).not.toContain('capacity-plan.json');
});

test("under 'keep-floor' its workload keeps the floor of the config, the others are planned, and everything says so", () => {
  const { folder, run, plan } = planned({ floor: 3 }, { 'chat.csv': broken });
  const { status, stderr } = run();
  expect(status).toBe(0);
  expect(stderr).toContain(
    "warning: workloads.chat: its forecast is withheld and its present floor kept: chat.csv:2: holds a value that is not a number (got 'broken')",
  );
  const { chat: kept, search } = plan().workloads;
  expect(kept).toMatchObject({ floor: 3, peak: 3, ceiling: 6, load: [], forecast: {}, schedule: [{ replicas: 3 }] });
  expect(kept.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining(['history/withheld', 'floor/present']));
  expect(search.load).toHaveLength(24);
  expect(plan().warnings.map(({ code, path }) => `${code} ${path}`)).toContain('history/withheld workloads.chat');
  const { stdout } = foresize(folder, ['explain', 'chat']);
  expect(stdout).toMatch(
    /its forecast is withheld: chat\.csv:2(.|\n)*its present floor is kept, 3 for the whole horizon, as the config has it/,
  );
});

test.each([
  ['with a live metric the lowest step is kept, since the autoscaler follows the load', { metric }, 'floor'],
  ['without one the highest step is kept, since nothing would follow the load', {}, 'peak'],
] as const)('the previous plan says what the present floor is: %s', (_, fields, size) => {
  const { folder, run, plan } = planned(fields, { 'chat.csv': good });
  expect(run().status).toBe(0);
  const before = plan().workloads.chat;
  expect(before.floor).toBeLessThan(before.peak);
  writeFileSync(join(folder, 'chat.csv'), broken);
  writeFileSync(
    join(folder, 'search.csv'),
    hourlyCsv(21 * 24 + 48, (hour) => 3 * wave(hour), Date.UTC(2026, 10, 25)),
  );
  expect(run().status).toBe(0);
  const after = plan().workloads.chat;
  expect([after.floor, after.peak, after.ceiling]).toEqual([before[size], before[size], before.ceiling]);
  expect(foresize(folder, ['synth', '--frozen']).status).toBe(0);
});

test('a present floor that nobody knows is asked for, beside what is wrong with the history', () => {
  const { run } = planned({}, { 'chat.csv': broken });
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /chat\.csv:2: holds a value(.|\n)*workloads\.chat\.floor: is missing: .* Hint: state a floor, or mend the history/,
  );
});

test('a stale history withholds its workload alone, and too short a one too', () => {
  const stale = planned({ floor: 2 }, { 'chat.csv': hourlyCsv(21 * 24, (hour) => wave(hour), Date.UTC(2026, 10, 1)) });
  expect(stale.run().status).toBe(0);
  expect(stale.plan().workloads.chat.reasons[0].text).toMatch(/ends at 2026-11-01T00:00:00Z, 22d before the plan begins/);
  expect(stale.plan().workloads.search.load).toHaveLength(24);
  const short = planned({ floor: 2 }, { 'chat.csv': hourlyCsv(30, (hour) => wave(hour)) });
  expect(short.run().status).toBe(0);
  expect(short.plan().workloads.chat.reasons[0].text).toMatch(/holds 1.3 days of history that can be used/);
});

test('a mistake in the config is refused all the same', () => {
  const { run } = planned({ floor: 3, pool: 'none' }, { 'chat.csv': broken });
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining("names pool 'none', which does not exist") as string });
});

import { join } from 'node:path';
import { plan } from '../../lib/project';
import { rawConfig } from '../support/config';
import { foresize, hourlyCsv, project, wave } from '../support/foresize';

const end = Date.UTC(2020, 10, 23);
/** A project whose load ends in 2020, without the line of `rawConfig` that keeps the clock out. */
function projectOf(change: object): string {
  const { asOf, workloads, ...config } = rawConfig({ effort: 'fast', horizon: '7d' });
  void asOf;
  const chat = { ...workloads.chat, replay: 'off' };
  return project({
    'chat.csv': hourlyCsv(28 * 24, (hour) => wave(hour), end),
    'foresize.config.json': { ...config, workloads: { chat }, ...change },
  });
}
const made = async (change: object, options: object) =>
  plan({ config: join(projectOf(change), 'foresize.config.json'), workers: 1, ...options });
const day = 86_400_000;

test('a plan from files is as of the end of the data, and says how long ago that is by the clock that is told', async () => {
  const { age, plan: written } = await made({}, { now: end + 5 * day });
  expect(age).toEqual({ text: 'as of 2020-11-23T00:00:00Z, 5 days ago', isExpired: false });
  expect(written.asOf).toBe('2020-11-23T00:00:00Z');
});

test('the clock decides no byte of the plan', async () => {
  const texts = [await made({}, {}), await made({}, { now: end + day }), await made({}, { now: end + 500 * day })].map(({ text }) => text);
  expect(new Set(texts).size).toBe(1);
});

test('a plan that is over by the clock is expired', async () => {
  expect((await made({}, { now: end + 7 * day })).age).toMatchObject({ isExpired: true });
});

test.each([
  ["with asOf: 'data' in the config", { asOf: 'data' }, {}],
  ['for a moment that is stated', {}, { asOf: '2020-11-23T00:00:00Z' }],
])('%s the clock is not asked', async (_, change, options) => {
  const stated = { guardrails: { maxDataAge: '36h' }, ...change };
  expect((await made(stated, { now: end + 500 * day, ...options })).age).toBeNull();
});

test('data that are older by the clock than a stated maxDataAge are refused', async () => {
  await expect(made({ guardrails: { maxDataAge: '36h' } }, { now: end + 2 * day })).rejects.toThrow(
    /ends at 2020-11-23T00:00:00Z, 2 days ago by the clock/,
  );
});

test('the command writes an expired plan, says so, and exits with 2', () => {
  const { status, stdout, stderr } = foresize(projectOf({}), ['plan', '--workers', '1']);
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /warning: the plan is as of 2020-11-23T00:00:00Z, \d+ days ago: it was valid until 2020-11-30T00:00:00Z and cannot be deployed/,
  );
  expect(stdout).toMatch(/wrote capacity-plan\.json; as of 2020-11-23T00:00:00Z, \d+ days ago/);
});

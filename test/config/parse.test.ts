import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { parseConfig } from '../../lib/config/parse';
import { isProblemError, type Problem } from '../../lib/problems';
import { configJsonSchema } from '../../scripts/config-schema';
import { rawConfig, testConfig } from '../support/config';

function problemsOf(raw: unknown): readonly Problem[] {
  try {
    parseConfig(raw, 'foresize.config.ts');
  } catch (error) {
    if (isProblemError(error)) return error.problems;
    throw error;
  }
  return [];
}

describe('a config that is right', () => {
  test('becomes plain numbers, with defaults filled in', () => {
    const config = testConfig();
    expect(config).toMatchObject({ horizon: 86_400_000, period: 3_600_000, timeZone: 'UTC', namespace: { name: 'test', create: false } });
    expect(config.workloads.chat).toMatchObject({ protect: 0.95, target: 0.8, owner: 'keda', coldStart: 360_000 });
    expect(config.pools.l40s).toMatchObject({ bootTime: 240_000, owner: 'autoscaler', capacity: ['on-demand'] });
  });
  test('tells what was assumed from what was stated', () => {
    const { assumed } = testConfig();
    expect(assumed).toContain('workloads.chat.target');
    expect(assumed).toContain('pools.l40s.bootTime');
    expect(assumed).not.toContain('workloads.chat.coldStart');
  });
  test('takes a day of an event as a day of its own time zone', () => {
    const events = [{ name: 'black-friday', date: '2026-11-27', workload: 'chat', uplift: 2 }];
    const [event] = testConfig({ timeZone: 'Europe/Berlin', events }).events;
    expect(new Date(event.from).toISOString()).toBe('2026-11-26T23:00:00.000Z');
    expect(event.to - event.from).toBe(86_400_000);
  });
  test('takes 25 hours for the day on which the clock goes back', () => {
    const [event] = testConfig({ timeZone: 'Europe/Berlin', events: [{ name: 'autumn', date: '2026-10-25', uplift: 2 }] }).events;
    expect(event.to - event.from).toBe(25 * 3_600_000);
  });
});

describe('a config that is wrong', () => {
  test('shows every problem together, each with its place', () => {
    const problems = problemsOf({
      name: 'Prod',
      region: 'us-east-1',
      horizon: '7 moons',
      workloads: {
        chat: {
          kind: 'inference',
          load: { kind: 'csv', path: 'a.csv', unit: 'req/fortnight' },
          replica: { throughput: '12 req/s' },
          pool: 'nope',
          targett: 1,
        },
      },
      pools: { l40s: { kind: 'gpuPool', instances: [], ceiling: '40 apples' } },
      events: [{ name: 'x', date: '2026-11-27', workload: 'chatt', uplift: 2 }],
    });
    expect(problems.map(({ path, code }) => `${code} ${path.replace('foresize.config.ts: ', '')}`).sort()).toEqual([
      'config/invalid horizon',
      'config/invalid name',
      'config/invalid pools.l40s.ceiling',
      'config/invalid pools.l40s.instances',
      'config/invalid workloads.chat.load.unit',
      'config/unknown-key workloads.chat.targett',
      'config/unknown-pool workloads.chat.pool',
      'config/unknown-workload events[0].workload',
    ]);
  });
  test('names the pools that exist when one does not', () => {
    const chat = { ...rawConfig().workloads.chat, pool: 'h100' };
    expect(problemsOf(rawConfig({ workloads: { chat } }))).toEqual([
      {
        code: 'config/unknown-pool',
        path: 'foresize.config.ts: workloads.chat.pool',
        message: "names pool 'h100', which does not exist",
        hint: 'pools are: l40s',
      },
    ]);
  });
  test.each([
    ['a rate that is not per time', { load: { kind: 'csv', path: 'a', unit: 'req' } }, 'workloads.chat.load.unit'],
    [
      'a throughput in another unit than the load',
      { load: { kind: 'csv', path: 'a', unit: 'tokens/s' } },
      'workloads.chat.replica.throughput',
    ],
    ['a load without a unit', { load: { kind: 'csv', path: 'a' } }, 'workloads.chat.load.unit'],
    ['a floor above the ceiling', { floor: 5, ceiling: 4 }, 'workloads.chat.floor'],
    [
      'PromQL for an HPA',
      { owner: 'manifests', metric: { kind: 'prometheus', query: 'up', url: 'http://p:9090' } },
      'workloads.chat.metric',
    ],
  ])('%s is refused', (_, fields, path) => {
    const chat = { ...rawConfig().workloads.chat, ...fields };
    expect(problemsOf({ ...rawConfig(), workloads: { chat } }).map((problem) => problem.path)).toEqual([`foresize.config.ts: ${path}`]);
  });
  test.each([
    ['a day that is not in the calendar', { events: [{ name: 'x', date: '2026-02-30', uplift: 2 }] }, 'events[0].date'],
    ["Kubernetes' own namespace, to be made and closed here", { namespace: { name: 'kube-system', create: true } }, 'namespace'],
    ['the namespace of all that names none', { name: 'default', namespace: { name: 'default', create: true } }, 'namespace'],
    [
      'a name that is a word of the language',
      { workloads: JSON.parse(`{"constructor":${JSON.stringify(rawConfig().workloads.chat)}}`) as never },
      'workloads.constructor',
    ],
  ])('%s is refused at its place', (_, fields, path) => {
    expect(problemsOf(rawConfig(fields)).map((problem) => problem.path)).toEqual([`foresize.config.ts: ${path}`]);
  });
  test.each([[null], [[]], ['text'], [{}]])('%j is refused without a crash', (raw) => expect(problemsOf(raw).length).toBeGreaterThan(0));
});

describe('the published JSON Schema', () => {
  const committed = JSON.parse(readFileSync(join(__dirname, '../../docs/config.schema.json'), 'utf8')) as object;
  test('is the one that the code gives', () => expect(committed).toEqual(JSON.parse(JSON.stringify(configJsonSchema()))));
  test('takes a valid config and refuses an unknown key', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(committed);
    expect(validate(rawConfig())).toBe(true);
    expect(validate({ ...rawConfig(), colour: 'blue' })).toBe(false);
  });
});

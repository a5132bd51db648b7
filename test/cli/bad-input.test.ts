import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';
import { runIn } from '../support/in-process';

const config = (change: object = {}) => rawConfig({ effort: 'fast', ...change });
const good = { 'foresize.config.json': config(), 'chat.csv': hourlyCsv(21 * 24, (hour) => wave(hour)) };
const withConfig = (change: object) => ({ ...good, 'foresize.config.json': config(change) });
const withImage = () =>
  config({ workloads: { chat: { ...rawConfig().workloads.chat, image: 'x/chat:1', metric: { kind: 'cpu' } } as never } });
const withChat = (change: object) => withConfig({ workloads: { chat: { ...rawConfig().workloads.chat, ...change } } });

type Case = readonly [title: string, files: Readonly<Record<string, unknown>>, message: RegExp];

const cases: readonly Case[] = [
  [
    'a missing file',
    withChat({ load: { kind: 'csv', path: 'none.csv', unit: 'req/s' } }),
    /none\.csv.*(does not exist|no such file).*Hint:/,
  ],
  ['an empty file', { ...good, 'chat.csv': '' }, /chat\.csv.*empty/],
  ['a wrong header', { ...good, 'chat.csv': good['chat.csv'].replace('timestamp,value', 'when,what') }, /chat\.csv.*'?timestamp'?.*Hint:/],
  ['an unknown unit', withChat({ load: { kind: 'csv', path: 'chat.csv', unit: 'req/fortnight' } }), /workloads\.chat\.load\.unit.*Hint:/],
  ['timestamps without a zone', { ...good, 'chat.csv': good['chat.csv'].replace(/Z,/g, ',') }, /chat\.csv:2.*zone.*Hint:/],
  [
    'one day of history',
    { ...good, 'chat.csv': hourlyCsv(24, (hour) => wave(hour)) },
    /workloads\.chat\.load.*1 day of history.*at least 3 days.*Hint:/,
  ],
  ['an unknown pool', withChat({ pool: 'h100' }), /workloads\.chat\.pool: names pool 'h100', which does not exist\. Hint: pools are: l40s/],
  [
    'a replica that fits no node',
    withChat({ replica: { gpus: 2, throughput: '12 req/s' } }),
    /workloads\.chat\.replica: fits no node of pool 'l40s'.*Hint:/,
  ],
  ['a quota that is too small', withConfig({ limits: { quotas: { 'L-DB2E81BA': '16 vCPU' } } }), /quota.*L-DB2E81BA.*16 vCPU.*short/],
  ['a budget that is too small', withConfig({ limits: { budget: '1000 USD/month' } }), /budget.*1,?000.*short/],
  [
    'a pool ceiling that is too small',
    withConfig({ pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], ceiling: '3 GPU' } } }),
    /pools?.*l40s.*3 GPU.*short/,
  ],
  [
    'an instance type that does not exist',
    withConfig({ pools: { l40s: { kind: 'gpuPool', instances: ['g6e.tiny'] } } }),
    /pools\.l40s\.instances.*g6e\.tiny.*Hint:/,
  ],
  ['a region without a price', withConfig({ region: 'eu-west-1' }), /pools\.l40s\.instances.*g6e\.xlarge.*eu-west-1.*Hint:/],
  [
    'history that is stale',
    withConfig({
      workloads: {
        ...rawConfig().workloads,
        old: { ...rawConfig().workloads.chat, load: { kind: 'csv', path: 'old.csv', unit: 'req/s' } },
      },
    }),
    /workloads\.old\.load.*ends at.*Hint:/,
  ],
  ['infinity', { ...good, 'chat.csv': good['chat.csv'].replace(/,[\d.]+\n$/, ',inf\n') }, /chat\.csv:505/],
  ['a negative rate', { ...good, 'chat.csv': good['chat.csv'].replace(/,[\d.]+\n$/, ',-3\n') }, /chat\.csv:505.*negative/],
  ['text in place of a number', { ...good, 'chat.csv': good['chat.csv'].replace(/,[\d.]+\n$/, ',many\n') }, /chat\.csv:505.*many/],
  ['JSON that is broken', { ...good, 'foresize.config.json': '{ "name": ' }, /foresize\.config\.json: cannot be read/],
];

const old = { 'old.csv': hourlyCsv(21 * 24, (hour) => wave(hour), Date.UTC(2026, 9, 1)) };

test('the project that the cases spoil is good', async () => {
  const { status, stderr } = await runIn(project(good), ['plan']);
  expect([status, stderr.includes('error')]).toEqual([0, false]);
});

test.each(cases)('%s is refused: exit 1, cause, place and hint, and no output is touched', async (_, files, message) => {
  const folder = project({ ...files, ...old, 'cdk8s.out/keep': 'as it was' });
  const { status, stdout, stderr } = await runIn(folder, ['synth', '--refresh']);
  expect(stderr).toMatch(message);
  expect(
    stderr
      .trim()
      .split('\n')
      .every((line) => /^(error|warning): |^\w+ \.\.\.$/.test(line)),
  ).toBe(true);
  expect([status, stdout]).toEqual([1, '']);
  expect(existsSync(join(folder, 'capacity-plan.json'))).toBe(false);
  expect(existsSync(join(folder, 'cdktf.out'))).toBe(false);
  expect(readFileSync(join(folder, 'cdk8s.out/keep'), 'utf8')).toBe('as it was');
});

describe('a plan that is not what it should be', () => {
  const folder = project(good);
  const file = join(folder, 'capacity-plan.json');
  beforeAll(async () => expect((await runIn(folder, ['plan'])).status).toBe(0));

  test('edited by hand: synth and explain refuse it and leave it alone, plan makes it anew and says what it drops', async () => {
    const original = readFileSync(file, 'utf8');
    const edited = original.replace(/"ceiling": \d+/, '"ceiling": 999');
    writeFileSync(file, edited);
    for (const args of [['synth', '--frozen'], ['synth'], ['explain', 'chat']]) {
      const { status, stderr } = await runIn(folder, args);
      expect([args, status]).toEqual([args, 1]);
      expect(stderr).toMatch(/capacity-plan\.json: was edited by hand/);
    }
    expect(readFileSync(file, 'utf8')).toBe(edited);
    const { status, stderr } = await runIn(folder, ['plan']);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/was edited by hand: .*; dropped with it: .*ceiling 999/)]);
    expect(readFileSync(file, 'utf8')).toBe(original);
  });
  test('of another config: synth refuses it', async () => {
    writeFileSync(join(folder, 'foresize.config.json'), JSON.stringify(config({ horizon: '48h' })));
    const { status, stderr } = await runIn(folder, ['synth']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/was made from another config.*Hint: run `foresize plan`/);
  });
});

test('a refused synth leaves no new plan and no half of the output behind', async () => {
  const folder = project({ ...good, blocked: 'a file', 'foresize.config.json': withImage() });
  expect((await runIn(folder, ['synth', '--out', 'blocked'])).status).toBe(1);
  expect(existsSync(join(folder, 'capacity-plan.json'))).toBe(false);
  const withoutImage = project({ ...good, 'foresize.config.json': config() });
  const { status, stderr } = await runIn(withoutImage, ['synth']);
  expect([status, stderr]).toEqual([1, expect.stringMatching(/workloads\.chat\.image: is missing.*Hint:/)]);
  for (const output of ['capacity-plan.json', 'cdktf.out', 'cdk8s.out']) expect(existsSync(join(withoutImage, output))).toBe(false);
});

test('an output folder that cannot be written is refused with its cause', async () => {
  const folder = project({ ...good, blocked: 'a file' });
  expect((await runIn(folder, ['plan'])).status).toBe(0);
  const { status, stderr } = await runIn(folder, ['synth', '--frozen', '--out', 'blocked']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/error: .*cdk(tf|8s)\.out: cannot be written.*Hint:/);
});

describe('input that is mended', () => {
  test('rows out of order are sorted, with a warning, and give the same plan', async () => {
    const [header, ...rows] = good['chat.csv'].trim().split('\n');
    const folder = project({ ...good, 'chat.csv': [header, ...rows.reverse()].join('\n') });
    const straight = project(good);
    const { status, stderr } = await runIn(folder, ['plan']);
    expect(status).toBe(0);
    expect(stderr).toMatch(/warning: .*out of order/);
    await runIn(straight, ['plan']);
    const load = (at: string) =>
      (JSON.parse(readFileSync(join(at, 'capacity-plan.json'), 'utf8')) as { workloads: { chat: { load: unknown } } }).workloads.chat.load;
    expect(load(folder)).toEqual(load(straight));
  });
  test('NaN is missing, never zero: the forecast does not dip', async () => {
    const gappy = hourlyCsv(21 * 24, (hour) => (hour % 50 === 7 ? 'NaN' : wave(hour)));
    const folder = project({ ...good, 'chat.csv': gappy });
    expect((await runIn(folder, ['plan'])).status).toBe(0);
    const plan = JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as {
      sources: { history: Record<string, { coverage: number; missingPeriods: number; repairs: string[] }> };
      workloads: { chat: { load: { p50: number }[] } };
    };
    const { coverage, missingPeriods, repairs } = plan.sources.history['chat.load'];
    expect([coverage, missingPeriods]).toEqual([0.980159, 0]);
    expect(repairs).toEqual(['interpolate-up-to 3 intervals: filled 10 in 10 gaps, the first 2026-11-02T07:00:00Z']);
    expect(Math.min(...plan.workloads.chat.load.map(({ p50 }) => p50))).toBeGreaterThan(10);
  });
  test('forecast takes one day of history, with a warning', async () => {
    const folder = project({ 'day.csv': hourlyCsv(24, (hour) => wave(hour)) });
    const { status, stdout, stderr } = await runIn(folder, ['forecast', 'day.csv', '--json']);
    expect(status).toBe(0);
    expect(stderr).toContain('warning:');
    const document = JSON.parse(stdout) as { points: { time: string; mean: number; quantiles: Record<string, number> }[] };
    expect(document.points).toHaveLength(24);
    expect(document.points[0].time).toBe('2026-11-23T00:00:00Z');
  });
});

import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';
import { runIn } from '../support/in-process';

const end = Date.UTC(2026, 10, 27);
const jobs = [
  'arrival,gpus,hours,deadline,name,priority',
  '2026-11-24T06:00:00Z,8,2,12,small,0',
  '2026-11-24T07:00:00Z,32,4,24h,large,0',
  '2026-11-24T08:00:00Z,1,1,2026-11-25T08:00:00Z,urgent,1',
  '2026-11-24T08:00:00Z,4,6,,whenever,',
].join('\n');

type Plan = { name: string; nodes: number; gpuHours: number; usd: number | null; utilisation: number; deadlines: number; missed: number };
type Jobs = { kind: string; count: number; workGpuHours: number; runs: number; plans: Plan[]; assumed: string[] };

test('a list of jobs is replayed on fixed and elastic pools, on demand and on spot, and the same way each time', async () => {
  const at = project({ 'jobs.csv': jobs });
  const args = ['simulate', '--jobs', 'jobs.csv', '--price', '4', '--spot-price', '1.5', '--json'];
  const { status, stdout } = await runIn(at, args);
  expect(status).toBe(0);
  const answer = JSON.parse(stdout) as Jobs;
  expect(answer).toMatchObject({ kind: 'jobs', jobs: 'jobs.csv', count: 4, workGpuHours: 2 * 8 + 4 * 32 + 1 + 24 });
  expect(answer.plans.map(({ name }) => name)).toEqual([
    'fixed, on demand',
    'fixed, on demand, backfill',
    'elastic, on demand',
    'fixed, spot',
    'fixed, spot, backfill',
    'elastic, spot',
  ]);
  for (const { usd, deadlines, utilisation, name, missed } of answer.plans) {
    expect(usd).toBeGreaterThan(0);
    expect(deadlines).toBe(3);
    expect(utilisation).toBeGreaterThan(0);
    expect(utilisation).toBeLessThan(1);
    if (name.includes('on demand')) expect(missed).toBe(0);
  }
  expect((await runIn(at, args)).stdout).toBe(stdout);
});

test('rows that cannot be read are named by their lines, all at once', async () => {
  const at = project({ 'jobs.csv': 'arrival,gpus,hours,deadline\n0,0,1,\n1,2,soon,\nnoon,1,1,2\n3,1,1,-2\n' });
  const { status, stdout, stderr } = await runIn(at, ['simulate', '--jobs', 'jobs.csv']);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr.trim().split('\n')).toEqual([
    "error: jobs.csv:2: has no usable gpus (expected a whole number, at least 1, got '0')",
    "error: jobs.csv:3: has no usable hours (expected a number above 0, got 'soon')",
    "error: jobs.csv:4: has no usable arrival (expected a time with its zone such as '2026-11-24T06:00:00Z', or hours such as '1.5', got 'noon')",
    "error: jobs.csv:5: has no usable deadline (expected a time after the arrival, or hours or a duration after it such as '24h'; empty for none, got '-2')",
  ]);
});

test.each([
  ['a file that is not there', ['--jobs', 'none.csv'], /none\.csv: does not exist/],
  ['a file without the columns', ['--jobs', 'bare.csv'], /bare\.csv: has no column gpus, hours \(expected arrival, gpus, hours/],
  ['a job that no pool holds', ['--jobs', 'jobs.csv', '--nodes', '2'], /jobs\.csv:3: would wait for ever: .*expected at most 16 GPUs/],
  ['a list beside a load', ['--jobs', 'jobs.csv', '--load', 'jobs.csv'], /--jobs: replays a list of jobs, and nothing beside it/],
  [
    'a moment after hours',
    ['--jobs', 'moment.csv'],
    /moment\.csv:2: has a time as deadline, and its arrival is in hours \(got '2026-11-25T00:00:00Z'\)\. Hint: write both as times/,
  ],
  ...[
    '--shortage 5%',
    '--drain 1m',
    '--auto',
    '--policy hpa',
    '--longest-wait 1m',
    '--slo p95%500ms',
    '--gpus 2',
    '--effort balanced',
    '--as-of 2026-11-24T00:00:00Z',
  ].map((text): [string, string[], RegExp] => {
    const [flag, ...values] = text.split(' ').map((each) => each.replace('p95%', 'p95 '));
    return [`${flag} beside a list`, ['--jobs', 'jobs.csv', flag, ...values], new RegExp(`${flag}: says nothing of a list of jobs`)];
  }),
  ...['--nodes 3', '--spot-price 1', '--runs 2', '--gpus-per-node 8', '--checkpoint-write 1m', '--config x', '--offline'].map(
    (text): [string, string[], RegExp] => [
      `${text} beside a load`,
      ['--load', 'x.csv', ...text.split(' ')],
      new RegExp(`${text.split(' ')[0]}: says nothing of the load of a file`),
    ],
  ),
  ['places without an SLO', ['--load', 'x.csv', '--places', '1'], /--places: is of use with --slo alone/],
  ['an SLO without a service time', ['--load', 'x.csv', '--slo', 'p95 500ms'], /--slo: cannot be judged without knowing how long/],
  [
    'an SLO that is none',
    ['--load', 'x.csv', '--slo', 'fast'],
    /must be a share of the requests and the longest wait, such as 'p95 500ms'/,
  ],
  [
    "Karpenter's setting beside the other",
    ['--load', 'x.csv', '--consolidate-after', '0s'],
    /--consolidate-after: is a setting of Karpenter/,
  ],
  [
    'a quantile beside one that is chosen',
    ['--load', 'x.csv', '--auto', '--protect', '0.9'],
    /--auto: chooses the quantile that --protect states/,
  ],
])('%s is refused in one sentence', async (_, args, expected) => {
  const moment = 'arrival,gpus,hours,deadline\n1,1,1,2026-11-25T00:00:00Z\n';
  const at = project({ 'jobs.csv': jobs, 'bare.csv': 'arrival\n1\n', 'moment.csv': moment });
  const { status, stdout, stderr } = await runIn(at, ['simulate', ...args]);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(expected);
});

describe('training of a config', () => {
  const raw = (job: object) =>
    rawConfig({
      workloads: {
        resnet: { kind: 'training', model: 'resnet50', samples: 1_281_167, epochs: 90, deadline: '24h', pool: 'a10g', ...job },
        distill: {
          kind: 'training',
          form: 'deployment',
          load: { kind: 'csv', path: 'chat.csv', unit: 'req/s' },
          replica: { gpus: 1, throughput: '12 req/s' },
          deadline: '2h',
          pool: 'a10g',
        },
      },
      pools: { a10g: { kind: 'gpuPool', instances: ['g5.xlarge', 'g5.12xlarge'], capacity: ['on-demand', 'spot'] } },
    });
  const files = (job: object) => ({ 'chat.csv': hourlyCsv(12 * 24, wave, end), 'foresize.config.json': raw(job) });

  test('is replayed as a job and as a queue, on demand and on spot, in one document', async () => {
    const { status, stdout, stderr } = await runIn(project(files({})), ['simulate', '--runs', '20', '--json']);
    expect([status, stderr.includes('error:')]).toEqual([0, false]);
    const { workloads } = JSON.parse(stdout) as {
      workloads: { resnet: Jobs; distill: { kind: string; plans: { name: string; latePercent: number }[] } };
    };
    expect(Object.keys(workloads)).toEqual(['distill', 'resnet']);
    const { resnet, distill } = workloads;
    expect(resnet.plans.map(({ name }) => name.replace(/g5\.\d*xlarge/, 'node'))).toEqual([
      'fixed, node/on-demand',
      'elastic, node/on-demand',
      'fixed, node/spot',
      'elastic, node/spot',
    ]);
    const [onDemand, , spot] = resnet.plans;
    expect(spot.usd ?? NaN).toBeLessThan(onDemand.usd ?? NaN);
    expect(distill).toMatchObject({ kind: 'queue', deadlineSeconds: 7_200 });
    expect(distill.plans).toHaveLength(6);
  });

  test('refuses options that are about other things, all at once, and takes those that say something of any of it', async () => {
    const at = project(files({}));
    const stated = [
      '--policy',
      'hpa',
      '--slo',
      'p95 1s',
      '--service-time',
      '2s',
      '--shortage',
      '5%',
      '--kubernetes',
      '1.32',
      '--nodes',
      '4',
    ];
    const names = async (of: string) =>
      [...(await runIn(at, ['simulate', of, ...stated])).stderr.matchAll(/^error: (--[\w-]+): says nothing of/gm)]
        .map(([, name]) => name)
        .sort();
    expect(await names('resnet')).toEqual(['--kubernetes', '--nodes', '--policy', '--service-time', '--shortage', '--slo']);
    expect(await names('distill')).toEqual(['--nodes', '--policy', '--service-time', '--slo']);
    expect((await runIn(at, ['simulate', 'distill', '--as-of', '2026-11-24T00:00:00Z'])).stderr).toMatch(
      /--as-of: says nothing of trainers of a queue/,
    );
    expect((await runIn(at, ['simulate', '--runs', '2', '--shortage', '5%', '--json'])).status).toBe(0);
  });

  test('whose deadline is a moment asks for the moment it starts', async () => {
    const at = project(files({ deadline: '2026-12-01T00:00:00Z' }));
    expect((await runIn(at, ['simulate', 'resnet'])).stderr).toMatch(/workloads\.resnet\.deadline: is a moment.*--as-of TIME/);
    expect((await runIn(at, ['simulate', 'resnet', '--as-of', '2026-11-29T00:00:00Z', '--runs', '2'])).status).toBe(0);
  });
});

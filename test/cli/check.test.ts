import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { commands } from '../../bin/commands';
import { runProgram } from '../../bin/program';
import { formatPlan, sealPlan } from '../../lib/plan/file/format';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';

const chat = { ...rawConfig().workloads.chat, replay: 'off', image: 'example.com/chat:1', metric: { kind: 'cpu' } };
const config = JSON.stringify({ ...rawConfig({ workloads: { chat: chat as never }, effort: 'fast' }), asOf: undefined });
const folder = project({ 'chat.csv': hourlyCsv(15 * 24, (hour) => wave(hour)), 'foresize.config.json': config });
const configFile = join(folder, 'foresize.config.json');
const planFile = join(folder, 'capacity-plan.json');
const planned = Date.UTC(2026, 10, 23);
let good: string;

async function run(args: string, now = planned) {
  const [out, err]: [string[], string[]] = [[], []];
  const all = [...args.split(' '), '--config', configFile];
  const status = await runProgram(commands, all, { out: (text) => out.push(text), err: (text) => err.push(text), now });
  return { status, stdout: out.join(''), stderr: err.join('') };
}

/** The plan with a change, its digest made anew. */
const sealed = (change: (plan: CapacityPlan) => object): string =>
  formatPlan(sealPlan({ ...(JSON.parse(good) as CapacityPlan), ...change(JSON.parse(good) as CapacityPlan) }));
const withChat = (change: (workload: CapacityPlan['workloads'][string]) => object) =>
  sealed((plan) => ({ workloads: { chat: { ...plan.workloads.chat, ...change(plan.workloads.chat) } } }));

/** The plan that is there with another `chat`, its digest made anew. */
const sealedWith = (chat: object): string => {
  const plan = JSON.parse(readFileSync(planFile, 'utf8')) as CapacityPlan;
  return formatPlan(sealPlan({ ...plan, workloads: { chat: { ...plan.workloads.chat, ...chat } } }));
};

beforeAll(async () => {
  expect((await run('synth')).status).toBe(0);
  good = readFileSync(planFile, 'utf8');
});

beforeEach(() => {
  writeFileSync(planFile, good);
  writeFileSync(configFile, config);
});

test('a plan that may be deployed has no problem, and says until when', async () => {
  expect(await run('check --outputs')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/capacity-plan\.json: no problem; it may be deployed until 2026-11-2\dT/) as string,
  });
});

type Fault = readonly [fault: string, says: RegExp, seed: () => void];
const faults: readonly Fault[] = [
  ['no plan', /plan\/missing .*does not exist/, () => rmSync(planFile)],
  ['a merge conflict', /plan\/not-json .*is not JSON/, () => writeFileSync(planFile, `<<<<<<< HEAD\n${good}`)],
  ['a file that was cut off', /plan\/not-json /, () => writeFileSync(planFile, good.slice(0, 5_000))],
  ['an edit by hand', /plan\/edited /, () => writeFileSync(planFile, good.replace('"floor": ', '"floor": 1'))],
  ['another form', /plan\/schema .*schema version/, () => writeFileSync(planFile, good.replace('"schema": 2', '"schema": 9'))],
  [
    'an unknown field',
    /plan\/unknown-field /,
    () =>
      writeFileSync(
        planFile,
        sealed(() => ({ colour: 'red' })),
      ),
  ],
  [
    'a negative floor',
    /plan\/out-of-range .*floor/,
    () =>
      writeFileSync(
        planFile,
        withChat(() => ({ floor: -1 })),
      ),
  ],
  [
    'a floor above its peak',
    /plan\/contradiction .*floor/,
    () =>
      writeFileSync(
        planFile,
        withChat(({ peak }) => ({ floor: peak + 1 })),
      ),
  ],
  [
    'too few nodes',
    /plan\/contradiction .*ask for/,
    () =>
      writeFileSync(
        planFile,
        withChat(({ resources }) => ({ resources: { ...resources, gpus: 7 } })),
      ),
  ],
  [
    'money that does not add up',
    /plan\/contradiction .*the pools add up to/,
    () =>
      writeFileSync(
        planFile,
        sealed(({ cost }) => ({ cost: { ...cost, usd: { p50: 1, p95: 2 }, bound: 2, gapPercent: 0 } })),
      ),
  ],
  ['another config', /plan\/other-config /, () => writeFileSync(configFile, config.replace('12 req/s', '13 req/s'))],
  [
    'another region than the config',
    /plan\/not-of-config .*region/,
    () =>
      writeFileSync(
        planFile,
        sealed(() => ({ region: 'eu-west-1' })),
      ),
  ],
  [
    'another catalogue',
    /plan\/other-catalog /,
    () =>
      writeFileSync(
        planFile,
        sealed(({ sources }) => ({ sources: { ...sources, catalog: `sha256:${'0'.repeat(64)}` } })),
      ),
  ],
  [
    'a step that was only warned of',
    /guardrail\/step-up .*more than guardrails/,
    () =>
      writeFileSync(
        planFile,
        sealed(({ warnings }) => ({
          warnings: [...warnings, { code: 'guardrail/step-up', path: 'workloads.chat', message: 'rises by more than guardrails.stepUp' }],
        })),
      ),
  ],
];

describe('a fault is one sentence with its code, and exit code 2:', () => {
  test.each(faults)('%s', async (_fault, says, seed) => {
    seed();
    const { status, stdout } = await run('check');
    expect(stdout).toMatch(says);
    expect(status).toBe(2);
    const lines = stdout.split('\n').filter((line) => /^ {2}\w+\//.test(line));
    expect(lines.length).toBe(new Set(lines).size);
  });
  test('a plan that has expired, and data that are too old, by the clock or by --as-of', async () => {
    const later = planned + 9 * 86_400_000;
    const { status, stdout } = await run('check', later);
    expect(status).toBe(2);
    expect(stdout).toMatch(/plan\/expired .*expired \d+ days ago/);
    expect(stdout).toMatch(/history\/stale .*workloads\.chat\.load: what the plan was made from ends at 2026-11-23T00:00:00Z, 9 days ago/);
    expect((await run('check --as-of 2026-12-02T00:00:00Z')).stdout).toBe(stdout);
    expect((await run('check --as-of 2026-11-23T01:00:00Z', later)).status).toBe(0);
  });
});

describe('outputs that are not what the plan gives', () => {
  const manifest = join(folder, 'cdk8s.out', 'chat.k8s.yaml');
  let written: string;
  beforeAll(() => {
    written = readFileSync(manifest, 'utf8');
  });
  afterEach(() => writeFileSync(manifest, written));

  test('are told only where they are asked for', async () => {
    writeFileSync(manifest, `${written}\n# mine\n`);
    expect((await run('check')).status).toBe(0);
    expect(await run('check --outputs')).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('chat.k8s.yaml: is not what the plan and the config give') as string,
    });
  });
  test('are missing where nothing was written, and left over where another config wrote more', async () => {
    rmSync(manifest);
    expect((await run('check --outputs')).stdout).toContain('chat.k8s.yaml: is missing');
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    expect((await run(`check --outputs --out ${elsewhere}`)).stdout).toMatch(/\d\d? problems$/m);
  });
});

describe('an override in the plan', () => {
  const overrides = [{ workload: 'chat', floor: 9, until: '2026-11-23T03:00:00Z', because: 'a launch', by: 'ann' }];
  const hour = 3_600_000;
  beforeEach(async () => {
    writeFileSync(configFile, JSON.stringify({ ...(JSON.parse(config) as object), overrides }));
    expect((await run('plan')).status).toBe(0);
  });

  test('is noted where it ends before the plan expires, and a problem once it has ended by the clock', async () => {
    const told = 'floor 9 until 2026-11-23T03:00:00Z, by ann: a launch';
    expect(await run('check')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`override of chat ends before the plan expires: ${told}`) as string,
    });
    expect(await run('check', planned + 5 * hour)).toMatchObject({
      status: 2,
      stdout: expect.stringMatching(/override\/ended .*ended 2 hours ago \(floor 9 until .*Hint: remove it from the config/) as string,
    });
    writeFileSync(planFile, sealedWith({ overrides: [] }));
    expect((await run('check')).stdout).toMatch(/chat\.overrides: is not what the config says/);
  });
});

test('annotations of GitHub Actions stand at the file of the plan, one a problem', async () => {
  rmSync(planFile);
  const { stdout } = await run('check --github');
  expect(stdout).toMatch(/^::error file=.*capacity-plan\.json,title=plan\/missing::.*does not exist\. Hint: run `foresize plan`/m);
});

test('a config that cannot be used is refused', async () => {
  writeFileSync(configFile, '{');
  expect((await run('check')).status).toBe(1);
});

describe('what is deployed, by AWS', () => {
  const record = join(folder, 'capacity-live.json');
  const before = { ...process.env };
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      const answers: Readonly<Record<string, string>> = {
        '/clusters/test': '{"cluster":{"version":"1.35"}}',
        '/clusters/test/node-groups': '{"nodegroups":[]}',
        '/': '{"Quota":{"Value":1}}',
      };
      const answer = answers[request.url ?? ''];
      response.writeHead(answer === undefined ? 404 : 200).end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(process.env, { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  });
  afterAll(() => {
    process.env = before;
    rmSync(record, { force: true });
    server.close();
  });

  test('is asked only where it is wanted, and a finding there is exit code 2 too', async () => {
    expect((await run('check')).status).toBe(0);
    const { status, stdout } = await run('check --live');
    expect(status).toBe(2);
    expect(stdout).toMatch(
      /live\/quota {2}L-DB2E81BA: allows 1 vCPU in this account, and the node groups of the plan need \d+ at their peaks/,
    );
    expect(stdout).toContain('note: not deployed yet: l40s-g6e-xlarge');
    expect(existsSync(record)).toBe(false);
  });

  test('a group that retires and is empty is recorded, and the next plan drops it for that reason', async () => {
    const old = (plan: CapacityPlan) => {
      const { groups, ...pool } = plan.pools.l40s;
      return {
        kind: pool.kind,
        owner: pool.owner,
        reservation: null,
        groups: [{ ...groups[0], name: 'old-group', floor: 0, peak: 0, schedule: [] }],
      };
    };
    writeFileSync(
      planFile,
      sealed((plan) => ({ retiring: { old: old(plan) } })),
    );
    expect((await run('plan')).stdout).toContain('stays as it is');
    expect((await run('check --live')).stdout).toContain('note: empty, so that the next plan drops them: old-group');
    const recorded = readFileSync(record, 'utf8');
    expect(JSON.parse(recorded)).toEqual({ form: 1, cluster: 'test', empty: ['old-group'] });
    await run('check --live');
    expect(readFileSync(record, 'utf8')).toBe(recorded);
    expect((await run('plan')).stdout).toContain('node groups that are empty go: old-group');
    expect(JSON.parse(readFileSync(planFile, 'utf8'))).not.toHaveProperty('retiring');
    writeFileSync(record, '{}');
    expect((await run('plan')).stderr).toContain('capacity-live.json: is not what foresize check --live writes for cluster test');
  });
});

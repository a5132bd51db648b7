import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../bin/commands';
import { runProgram } from '../../bin/program';
import { formatPlan, sealPlan } from '../../lib/plan/file/format';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { rawConfig } from '../support/config';
import { foresize, hourlyCsv, project, root, wave } from '../support/foresize';

type Change = { readonly throughput?: string; readonly guardrails?: object; readonly asOf?: 'data' | null; readonly load?: string };

const quick = { owner: 'manifests', metric: { kind: 'pods', name: 'requests_per_second' }, replay: 'off', image: 'example.com/chat:1' };
function config({ throughput = '12 req/s', guardrails = {}, asOf = 'data', load = 'chat.csv' }: Change = {}): string {
  const chat = {
    ...rawConfig().workloads.chat,
    ...quick,
    load: { kind: 'csv', path: load, unit: 'req/s' },
    replica: { gpus: 1, throughput },
  };
  const { asOf: always, ...raw } = rawConfig({ workloads: { chat: chat as never }, effort: 'fast', guardrails });
  return JSON.stringify({ ...raw, ...(asOf !== null && { asOf: always }) });
}

const folder = project({
  'chat.csv': hourlyCsv(15 * 24, (hour) => wave(hour)),
  'broken.csv': 'timestamp,value\nyesterday,1\n',
  'dear.csv': hourlyCsv(21 * 24, (hour) => (hour < 17 * 24 ? wave(hour) : 2 * wave(hour))),
});
const planFile = join(folder, 'capacity-plan.json');
const planText = () => readFileSync(planFile, 'utf8');

/** A command line in this process, with a clock of its own. */
async function run(args: string, change: Change = {}, now = Date.UTC(2026, 10, 23)) {
  writeFileSync(join(folder, 'foresize.config.json'), config(change));
  const [out, err]: [string[], string[]] = [[], []];
  const all = [...args.split(' '), '--config', join(folder, 'foresize.config.json')];
  const exitCode = await runProgram(commands, all, { out: (text) => out.push(text), err: (text) => err.push(text), now });
  return { exitCode, stdout: out.join(''), stderr: err.join('') };
}

test('0: a plan that is made, one that stays, and one that is changed within the guardrails, warnings or not', async () => {
  expect((await run('plan')).exitCode).toBe(0);
  const first = planText();
  expect(await run('plan')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('stays as it is') as string });
  expect((await run('plan', { throughput: '9 req/s' })).exitCode).toBe(0);
  expect(planText()).not.toBe(first);
});

test('1: a guardrail that is broken, unless the config says otherwise; the plan that is there stays', async () => {
  await run('plan --fresh');
  const before = planText();
  const { exitCode, stderr } = await run('plan', { throughput: '4 req/s' });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^error: workloads\.chat: highest floor goes from \d+ to \d+ \(\+\d+ %\), more than guardrails\.stepUp 100 %\. Hint: /m,
  );
  expect(planText()).toBe(before);
  expect((await run('plan', { throughput: '40 req/s', guardrails: { onStep: 'refuse' } })).exitCode).toBe(1);
  expect(planText()).toBe(before);
});

test('0: the same plan, taken once with --fresh as the hint says', async () => {
  expect((await run('plan --fresh', { throughput: '4 req/s' })).exitCode).toBe(0);
});

test("2: a guardrail that is broken under onStep: 'warn'; the plan is made, and its next run is done", async () => {
  await run('plan --fresh');
  const warn: Change = { throughput: '4 req/s', guardrails: { onStep: 'warn' } };
  const { exitCode, stderr } = await run('plan', warn);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^warning: workloads\.chat: highest floor goes from/m)]);
  expect((await run('plan', warn)).exitCode).toBe(0);
});

test('2: a plan that is expired by the clock, in synth --frozen as in plan; 0 before, and where the data are of the past', async () => {
  await run('plan --fresh');
  const later = Date.UTC(2026, 10, 25);
  const { exitCode, stderr } = await run('synth --frozen', { asOf: null }, later);
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining('it was valid until 2026-11-24T00:00:00Z and cannot be deployed') as string,
  ]);
  expect((await run('synth --frozen', { asOf: null })).exitCode).toBe(0);
  expect((await run('synth --frozen', {}, later)).exitCode).toBe(0);
  expect((await run('synth --frozen --as-of 2026-11-23T00:00:00Z', { asOf: null }, later)).exitCode).toBe(0);
  expect((await run('plan', { asOf: null }, later)).exitCode).toBe(2);
});

test('0, 2, 1: a history that is sound, one with something to look at, and one that cannot be used', async () => {
  expect((await run('history')).exitCode).toBe(0);
  expect((await run('history', { load: 'dear.csv' })).exitCode).toBe(2);
  expect((await run('history', { load: 'broken.csv' })).exitCode).toBe(1);
});

test('0, 2, 1: assumptions that can be planned, that cannot, and that nobody can take', async () => {
  const { exitCode, stdout } = await run('what-if quota.L-DB2E81BA=400 chat=2x --json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    assumptions: ['quota.L-DB2E81BA=400', 'chat=2x'],
    refused: [],
    breaks: [{ workload: 'chat', limits: [{ limit: 'limits.quotas.L-DB2E81BA' }, { limit: 'limits.nodesPerGroup' }] }],
    breakTolerance: 0.01,
  });
  expect((await run('what-if quota.L-DB2E81BA=4 --no-breaks')).exitCode).toBe(2);
  const refused = await run('what-if chta=3x');
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toMatch(
    /^error: chta=3x: 'chta' is neither a workload nor anything that can be assumed\. Hint: nearest are: chat, /,
  );
});

test('1: what is refused, whatever refuses it: the config, the plan, the command line', async () => {
  expect((await run('plan', { throughput: 'plenty' })).exitCode).toBe(1);
  expect((await run('explain nobody')).exitCode).toBe(1);
  expect((await run('plan --no-such-option')).exitCode).toBe(1);
  expect((await run('synth --frozen', { throughput: '7 req/s' })).exitCode).toBe(1);
});

test('0: a plan over one that was edited by hand, which says what it drops', async () => {
  await run('plan --fresh');
  const sound = planText();
  writeFileSync(planFile, sound.replace(/"ceiling": \d+,\n {6}"coldStart/, '"ceiling": 99,\n      "coldStart'));
  expect((await run('synth --frozen')).exitCode).toBe(1);
  const { exitCode, stderr } = await run('plan');
  expect(stderr).toMatch(
    /^warning: .*capacity-plan\.json: was edited by hand: .* is made anew; dropped with it: workloads\.chat\.ceiling 99 \(now \d+\)$/m,
  );
  expect([exitCode, planText()]).toEqual([0, sound]);
});

test('0: so too over one whose digest was made anew, one that is no JSON, and one that a merge left', async () => {
  await run('plan --fresh');
  const sound = planText();
  const { digest, ...plan } = JSON.parse(sound) as CapacityPlan;
  expect(digest).toMatch(/^sha256/);
  const groups = plan.pools.l40s.groups.map((group) => ({ ...group, node: { ...group.node, gpus: 8 } }));
  const more = formatPlan(sealPlan({ ...plan, pools: { l40s: { ...plan.pools.l40s, groups } } }));
  for (const text of [more, '', `<<<<<<< HEAD\n${sound}=======\n`]) {
    writeFileSync(planFile, text);
    const { exitCode, stderr } = await run('plan');
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/is not taken for the plan before and is made anew; the new plan has the same sizes/),
    ]);
    expect(planText()).toBe(sound);
  }
});

test('1: over one that another version of foresize wrote, which stays', async () => {
  writeFileSync(planFile, '{ "schema": 3 }');
  const { exitCode, stderr } = await run('plan');
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(/has a schema version that this foresize does not read .* Hint: run `foresize plan --fresh`/),
  ]);
  expect(planText()).toBe('{ "schema": 3 }');
});

test('1: a plan that another run is making; what is emitted from the one that is there goes on', async () => {
  await run('plan --fresh');
  const lock = `${planFile}.lock`;
  writeFileSync(lock, JSON.stringify({ pid: 1, started: null, place: 'another-host' }));
  const wait = jest.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
  const { exitCode, stderr } = await run('plan');
  wait.mockRestore();
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/is being written by another run of foresize: process 1 on another-host/)]);
  expect([(await run('synth')).exitCode, (await run('synth --frozen')).exitCode]).toEqual([0, 0]);
  rmSync(lock);
});

test('the process ends with the code', () => {
  expect(foresize(folder, ['explain', 'nobody']).status).toBe(1);
  expect(foresize(folder, ['catalog', 'g6e.xlarge']).status).toBe(0);
});

test('the table of the documentation names every command', () => {
  const table = readFileSync(join(root, 'docs/exit-codes.md'), 'utf8');
  for (const name of Object.keys(commands)) expect(table).toContain(`\`${name}\``);
});

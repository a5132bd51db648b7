import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../bin/commands';
import { runProgram } from '../../bin/program';
import { formatPlan, sealPlan } from '../../lib/plan/file/format';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';

const chat = { ...rawConfig().workloads.chat, replay: 'off', image: 'example.com/chat:1' };
const config = JSON.stringify({ ...rawConfig({ workloads: { chat: chat as never } }), effort: 'fast' });
const folder = project({ 'chat.csv': hourlyCsv(15 * 24, (hour) => wave(hour)), 'foresize.config.json': config });
const planFile = join(folder, 'capacity-plan.json');

async function run(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const all = [...args, '--config', join(folder, 'foresize.config.json')];
  const status = await runProgram(commands, all, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    now: Date.UTC(2026, 10, 23),
  });
  return { status, stdout: out.join(''), stderr: err.join('') };
}

function git(...args: readonly string[]): void {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', '-c', 'init.defaultBranch=main'];
  const { status, stderr } = spawnSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, status === 0 ? stderr : '']);
}

/** The plan with one warning more. */
function withAnotherWarning(): string {
  const plan = JSON.parse(readFileSync(planFile, 'utf8')) as CapacityPlan;
  const warnings = [...plan.warnings, { code: 'forecast/young' as const, path: 'workloads.chat', message: 'is short' }];
  return formatPlan(sealPlan({ ...plan, warnings }));
}

describe('diff', () => {
  beforeAll(async () => {
    expect((await run('plan')).status).toBe(0);
  });

  test('outside a repository it says so, and that a file can be named', async () => {
    const { status, stderr } = await run('diff');
    expect(status).toBe(1);
    expect(stderr).toContain('lies in no git repository, so there is no committed plan to compare it with. Hint: name the file of a plan');
  });

  test('a plan that was never committed is all new', async () => {
    git('init', '--quiet');
    git('add', 'foresize.config.json');
    git('commit', '--quiet', '-m', 'config');
    const { status, stdout } = await run('diff');
    expect(status).toBe(2);
    expect(stdout).toContain('chat in l40s, added');
    expect(stdout).toMatch(/pool added, with chat/);
  });

  test('the committed plan is no change: exit code 0', async () => {
    git('add', '.');
    git('commit', '--quiet', '-m', 'plan');
    expect(await run('diff')).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing that is deployed') as string });
  });

  test('a plan that differs is told against the commit, a revision and a file alike, and ends with 2', async () => {
    const committed = join(folder, 'committed.json');
    const changed = withAnotherWarning();
    renameSync(planFile, committed);
    writeFileSync(planFile, changed);
    const against = await Promise.all([run('diff'), run('diff', 'main'), run('diff', committed)]);
    expect(against.map(({ status }) => status)).toEqual([2, 2, 2]);
    expect(new Set(against.map(({ stdout }) => stdout)).size).toBe(1);
    expect(against[0].stdout).toContain('new warnings:\n  workloads.chat: is short');
    expect((await run('diff', '--format', 'json')).stdout).toBe((await run('diff', '--json')).stdout);
  });

  test('a base that is neither a revision nor a file is refused with what may be named', async () => {
    const { status, stderr } = await run('diff', 'nightly');
    expect(status).toBe(1);
    expect(stderr).toContain('cannot be compared with nightly, which is neither a file nor a revision that git knows');
    expect((await run('diff', '--output=x')).status).toBe(1);
  });

  test('the picture is written where it is wanted', async () => {
    const file = join(folder, 'diff.svg');
    await run('diff', '--svg', file);
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg /);
  });
});

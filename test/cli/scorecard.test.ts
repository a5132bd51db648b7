import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../bin/commands';
import { runProgram } from '../../bin/program';
import type { Scorecard } from '../../lib/simulate';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';

const chat = { ...rawConfig().workloads.chat, replay: 'off', image: 'example.com/chat:1' };
const reindex = {
  kind: 'batch',
  takes: '3h',
  workers: 2,
  replica: { gpus: 1 },
  earliest: '0s',
  deadline: '2d',
  pool: 'l40s',
  image: 'example.com/reindex:1',
};
const config = JSON.stringify({
  ...rawConfig({ workloads: { chat, reindex } as never }),
  horizon: '72h',
  effort: 'fast',
  costCentre: 'research',
});
const load = (days: number) => hourlyCsv(days * 24, (hour) => (hour < 14 * 24 ? 1 : 1.3) * wave(hour), Date.UTC(2026, 10, 2 + days));
const folder = project({ 'chat.csv': load(14), 'foresize.config.json': config });
const card = join(folder, 'capacity-scorecard/2026-W47.json');
const cardOf = () => JSON.parse(readFileSync(card, 'utf8')) as Scorecard;

async function run(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const all = [...args, '--config', join(folder, 'foresize.config.json')];
  const status = await runProgram(commands, all, { out: (text) => out.push(text), err: (text) => err.push(text), now: 0 });
  return { status, stdout: out.join(''), stderr: err.join('') };
}

function git(at: string, ...args: readonly string[]): void {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  const dated = { ...process.env, GIT_COMMITTER_DATE: at, GIT_AUTHOR_DATE: at };
  expect(spawnSync('git', ['-C', folder, ...identity, ...args], { env: dated }).status).toBe(0);
}

test('without a history in git nothing says which plan was the committed one', async () => {
  expect((await run('plan')).status).toBe(0);
  const { status, stderr } = await run('scorecard');
  expect(status).toBe(1);
  expect(stderr).toContain('has no history in git, so nothing says which plan was the committed one when');
});

test('the plan that was committed is held against the week, which has a file that another run leaves byte for byte', async () => {
  const at = '2026-11-15T23:00:00Z';
  git(at, 'init', '--quiet');
  git(at, 'add', '.');
  git(at, 'commit', '--quiet', '-m', 'plan');
  writeFileSync(join(folder, 'chat.csv'), load(21));
  const first = await run('scorecard');
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(first.stdout).toMatch(/^2026-W47\n[^]*\nwrote .*2026-W47\.json\n$/);
  const { workloads, plans, committed } = cardOf();
  expect(plans).toEqual([{ digest: expect.stringMatching(/^sha256:/) as string, from: '2026-11-15T23:00:00Z' }]);
  const { hours, coverage, plan, perfect } = workloads.chat;
  expect(hours).toEqual({ scored: 72, withoutLoad: 0, withoutPlan: 96 });
  expect(coverage?.periods).toBe(72);
  expect(plan.violationMinutes > 0 || perfect.usd <= plan.usd).toBe(true);
  // Three hours of two workers, and the boot of their nodes.
  expect(committed?.reindex).toEqual({ hours: 72, replicaHours: 8, usd: expect.closeTo(8 * 1.861, 6) as number });
  expect(first.stdout).toContain(
    'reindex: not scored: its replicas follow no load of requests; as committed 8 hours of a replica, 14.9 USD',
  );
  const written = readFileSync(card, 'utf8');
  await run('scorecard');
  expect(readFileSync(card, 'utf8')).toBe(written);
});

test('a diff tells how the plans before it fared, in text, Markdown and JSON', async () => {
  expect((await run('plan')).stdout).toMatch(/came in 2026-W47\n[^]*research +reindex +[\d.,]+ +0\.00 +14\.89\n/);
  expect((await run('diff')).stdout).toMatch(/how the plans before it fared:\n {2}chat in 2026-W47: [\d.,]+ USD \(static /);
  expect((await run('diff', '--format', 'markdown')).stdout).toContain('**How the plans before it fared**\n\n- chat in 2026-W47: ');
  expect(JSON.parse((await run('diff', '--json')).stdout)).toMatchObject({ scorecard: { week: '2026-W47' } });
});

test('a file that is cut off is none, and is made anew', async () => {
  const written = readFileSync(card, 'utf8');
  writeFileSync(card, written.slice(0, 100));
  expect((await run('diff')).stdout).not.toContain('fared');
  await run('scorecard');
  expect(readFileSync(card, 'utf8')).toBe(written);
});

test('a week that the data do not hold whole is shown and not written, and one that is no week is refused', async () => {
  expect((await run('scorecard', '--week', '2026-W48')).stdout).toContain('2026-W48: nothing could be scored');
  expect(existsSync(join(folder, 'capacity-scorecard/2026-W48.json'))).toBe(false);
  const { status, stderr } = await run('scorecard', '--week', '2026-48');
  expect(status).toBe(1);
  expect(stderr).toContain("--week: is no week (expected such as '2026-W48', got 2026-48)");
});

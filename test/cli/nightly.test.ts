import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { commands } from '../../bin/commands';
import { runProgram } from '../../bin/program';
import { init } from '../../lib/project';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, root, temporaryFolder, wave } from '../support/foresize';

const chat = { ...rawConfig().workloads.chat, replay: 'off', image: 'example.com/chat:1' };
const config = JSON.stringify({ ...rawConfig({ workloads: { chat: chat as never } }), effort: 'fast' });
/** The load as it was, and after that so many times as high. */
const load = (times: number) => hourlyCsv(21 * 24, (hour) => (hour < 17 * 24 ? 1 : times) * wave(hour));

const folder = project({ 'chat.csv': load(1), 'foresize.config.json': config, '.gitignore': 'node_modules/\ncdktf.out/\n.foresize/\n' });
const origin = join(temporaryFolder(), 'origin.git');
const runner = temporaryFolder();
const [comment, calls, tools] = [join(runner, 'comment.md'), join(runner, 'calls'), join(runner, 'tools')];

async function run(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const all = [...args, '--config', join(folder, 'foresize.config.json')];
  const status = await runProgram(commands, all, { out: (text) => out.push(text), err: (text) => err.push(text), now: 0 });
  return { status, stdout: out.join(''), stderr: err.join('') };
}

const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', '-c', 'init.defaultBranch=main'];
function git(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' });
  expect([args, status, stderr]).toEqual([args, 0, status === 0 ? stderr : '']);
  return stdout.trim();
}
const branches = () => git('ls-remote', '--heads', origin);
const proposed = () => git('--git-dir', origin, 'rev-parse', 'foresize/plan');

/** Begins a night as a runner does: what is committed, and what the load is by now. */
function checkout(times: number): void {
  git('checkout', '--quiet', '--force', 'main');
  writeFileSync(join(folder, 'chat.csv'), load(times));
}

/** Runs the steps `plan` and `propose` of the emitted workflow, with a `gh` that writes down what it is asked. */
function night(): readonly string[] {
  const workflow = parse(readFileSync(join(folder, '.github/workflows/capacity-nightly.yml'), 'utf8')) as {
    readonly jobs: { readonly plan: { readonly steps: readonly { readonly name?: string; readonly run?: string }[] } };
  };
  const script = ['plan', 'propose'].map((name) => workflow.jobs.plan.steps.find((step) => step.name === name)?.run ?? 'exit 1').join('\n');
  writeFileSync(calls, '');
  const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${tools}:${process.env.PATH}`,
      RUNNER_TEMP: runner,
      GITHUB_SERVER_URL: 'https://github.example.com',
      GITHUB_REPOSITORY: 'team/capacity',
      GITHUB_REPOSITORY_OWNER: 'team',
      BASE: 'main',
    },
  });
  expect([status, stderr]).toEqual([0, status === 0 ? stderr : '']);
  return readFileSync(calls, 'utf8').split('\n').slice(0, -1);
}

beforeAll(async () => {
  mkdirSync(tools);
  const scripts = {
    npx: `shift; exec '${process.execPath}' -r '${root}/bin/register.cjs' '${root}/bin/foresize.ts' "$@"`,
    gh: `echo "$*" >> '${calls}'`,
    jq: `exec '${process.execPath}' -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8")).title' "$3"`,
  };
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(tools, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(tools, name), 0o755);
  }
  expect((await run('plan')).status).toBe(0);
  git('init', '--quiet', '--bare', origin);
  git('init', '--quiet');
  expect(init({ directory: folder, pipeline: 'github' }).written).toHaveLength(3);
  git('add', '.');
  git('commit', '--quiet', '-m', 'Plan the capacity');
  git('remote', 'add', 'origin', origin);
  git('push', '--quiet', 'origin', 'main');
}, 120_000);

test('a silent night pushes nothing and asks GitHub for nothing', () => {
  checkout(1);
  const before = branches();
  expect(night()).toEqual(['auth setup-git']);
  expect(branches()).toBe(before);
  expect(existsSync(comment)).toBe(false);
}, 60_000);

test('a night that changes the plan pushes one branch with plan and picture, and opens one pull request that shows both', () => {
  checkout(1.4);
  const asked = night();
  const commit = proposed();
  expect(branches().split('\n')).toHaveLength(2);
  expect(git('rev-parse', `${commit}^`)).toBe(git('rev-parse', 'main'));
  expect(git('diff', '--name-only', 'main', commit).split('\n')).toEqual(['capacity-plan.json', 'capacity-plan.svg']);
  expect(asked.map((call) => call.split(' -f title')[0])).toEqual([
    'auth setup-git',
    'api repos/team/capacity/pulls?state=open&head=team:foresize/plan --jq .[0].number // empty',
    'api --method POST repos/team/capacity/pulls -f head=foresize/plan -f base=main',
    'api --method POST repos/team/capacity/actions/workflows/capacity-check.yml/dispatches -f ref=foresize/plan',
  ]);
  expect(asked[2]).toMatch(/title=Plan the capacity of test as of 2026-11-23T00:00:00Z: .* USD a month -F body=@.*comment\.md --silent$/);
  const text = readFileSync(comment, 'utf8');
  expect(text).toContain(`](https://github.example.com/team/capacity/raw/${commit}/capacity-plan.svg)`);
  expect(text).toMatch(/^### Capacity of test\n/);
}, 60_000);

test('a night whose plan is as good as the one that is proposed leaves the branch as it is', async () => {
  checkout(1.401);
  const before = proposed();
  expect((await run('plan')).stdout).toContain('wrote');
  expect((await run('propose')).stdout).toMatch(/^pushed nothing: foresize\/plan proposes it already: /);
  expect(proposed()).toBe(before);
});

test('a second night of change makes the same branch anew, and the text of the same file', async () => {
  checkout(1.9);
  const [before, textBefore] = [proposed(), readFileSync(comment, 'utf8')];
  await run('plan');
  expect(await run('propose', '--comment', comment)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^pushed foresize\/plan at /) as string,
  });
  expect(proposed()).not.toBe(before);
  expect(git('rev-parse', `${proposed()}^`)).toBe(git('rev-parse', 'main'));
  expect(branches().split('\n')).toHaveLength(2);
  expect(readFileSync(comment, 'utf8')).not.toBe(textBefore);
});

test('what was reviewed is what may be deployed: by the digest, or a revision that holds it', async () => {
  const digest = (JSON.parse(git('show', `${proposed()}:capacity-plan.json`)) as { digest: string }).digest;
  expect((await run('check', '--reviewed', proposed())).status).toBe(0);
  expect((await run('check', '--reviewed', digest)).status).toBe(0);
  const other = await run('check', '--reviewed', 'main');
  expect(other.status).toBe(2);
  expect(other.stdout).toMatch(/plan\/not-reviewed .*is not the plan that was reviewed \(expected sha256:/);
  expect((await run('check', '--reviewed', 'no-such-branch')).status).toBe(1);
});

test('a branch that was merged is made anew, and GitLab is asked for a merge request by the push itself', async () => {
  git('push', '--quiet', 'origin', `${proposed()}:refs/heads/main`);
  git('fetch', '--quiet', 'origin');
  git('reset', '--quiet', '--hard', 'origin/main');
  writeFileSync(join(folder, 'chat.csv'), load(2.6));
  git('--git-dir', origin, 'config', 'receive.advertisePushOptions', 'true');
  const hook = join(origin, 'hooks/post-receive');
  writeFileSync(hook, `#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION_ | sort > '${calls}'\n`);
  chmodSync(hook, 0o755);
  await run('plan');
  expect((await run('propose', '--merge-into', 'main')).stdout).toMatch(/^pushed foresize\/plan/);
  const options = readFileSync(calls, 'utf8').split('\n');
  expect(options).toContain('GIT_PUSH_OPTION_0=merge_request.create');
  expect(options).toContain('GIT_PUSH_OPTION_1=merge_request.target=main');
  expect(options[3]).toMatch(/^GIT_PUSH_OPTION_3=merge_request\.description=### Capacity of test\\n\\n/);
});

test('a remote that is not there is a refusal in the words of git', async () => {
  const { status, stderr } = await run('propose', '--remote', 'nowhere');
  expect(status).toBe(1);
  expect(stderr).toMatch(/cannot be proposed: git ls-remote was refused: .* Hint: propose runs in a clone/);
});

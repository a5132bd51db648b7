import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { commands } from '../../bin/commands';
import { pinnedActions } from '../../lib/project/init-actions';
import { githubWorkflows } from '../../lib/project/init-github';
import { gitlabFile, gitlabJobs } from '../../lib/project/init-gitlab';
import { init } from '../../lib/project';
import { project, root } from '../support/foresize';

type Step = { readonly uses?: string; readonly run?: string; readonly name?: string };
type Job = {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
};
type Workflow = { readonly on: object; readonly permissions: object; readonly jobs: Readonly<Record<string, Job>> };

const texts = githubWorkflows({ folder: 'ops/capacity', packages: '' });
const workflows = Object.entries(texts).map(([path, text]) => [path.replace(/.*capacity-|\.yml$/g, ''), parse(text) as Workflow] as const);
const jobs = workflows.flatMap(([workflow, { jobs: all }]) =>
  Object.entries(all).map(([name, job]) => [`${workflow} ${name}`, job] as const),
);
const steps = jobs.flatMap(([, job]) => job.steps);
const gitlab = gitlabJobs({ folder: 'ops/capacity', packages: '' });

test('workflows have the keys of GitHub Actions and no others', () => {
  const known = {
    workflow: ['name', 'on', 'permissions', 'concurrency', 'jobs'],
    job: ['name', 'needs', 'if', 'runs-on', 'timeout-minutes', 'environment', 'permissions', 'outputs', 'env', 'defaults', 'steps'],
    step: ['id', 'name', 'if', 'uses', 'with', 'run', 'env', 'working-directory'],
  };
  const unknown = (object: object, keys: readonly string[]) => Object.keys(object).filter((key) => !keys.includes(key));
  expect(workflows.flatMap(([, workflow]) => unknown(workflow, known.workflow))).toEqual([]);
  expect(jobs.flatMap(([, job]) => unknown(job, known.job))).toEqual([]);
  expect(steps.flatMap((step) => unknown(step, known.step))).toEqual([]);
  for (const step of steps) expect((step.run === undefined) !== (step.uses === undefined)).toBe(true);
});

test('each job has the rights that it needs: only the nightly one writes, only the deployment may take on a role', () => {
  for (const [, workflow] of workflows) expect(workflow.permissions).toEqual({});
  expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual({
    'nightly plan': { actions: 'write', contents: 'write', 'pull-requests': 'write' },
    'check check': { contents: 'read' },
    'deploy reviewed': { contents: 'read', 'pull-requests': 'read' },
    'deploy deploy': { contents: 'read', 'id-token': 'write' },
  });
});

test('actions are pinned by the commits that the documentation lists, and no secret is named', () => {
  const page = readFileSync(join(root, 'docs/pipelines.md'), 'utf8');
  const used = steps.flatMap(({ uses }) => uses ?? []);
  const pinned = Object.values(pinnedActions).map(({ action, commit }) => `${action}@${commit}`);
  expect([...new Set(used)].sort()).toEqual([...pinned].sort());
  for (const { action, release, commit } of Object.values(pinnedActions)) {
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(page.replace(/ +/g, ' ')).toContain(`| \`${action}\` | ${release} | \`${commit}\` |`);
  }
  for (const text of [...Object.values(texts), gitlab]) expect(text).not.toMatch(/secrets\.|password|AWS_SECRET/i);
});

test('no script holds an expression, so that no name of a branch or title becomes a command', () => {
  for (const { run } of steps) expect(run ?? '').not.toContain('${{');
});

test('a deployment waits for approval, deploys the digest that was reviewed, and is off until it is switched on', () => {
  const { reviewed, deploy } = (parse(texts['.github/workflows/capacity-deploy.yml']) as Workflow).jobs;
  expect(reviewed.if).toContain("vars.FORESIZE_DEPLOY == 'true'");
  expect(deploy).toMatchObject({ needs: 'reviewed', environment: 'capacity' });
  const scripts = deploy.steps.map(({ run = '' }) => run);
  const place = (text: string) => scripts.findIndex((script) => script.includes(text));
  expect(place('check --github --reviewed "$DIGEST"')).toBeGreaterThan(0);
  expect(place('check --github --reviewed "$DIGEST"')).toBeLessThan(place('synth --frozen'));
  expect(place('synth --frozen')).toBeLessThan(place('terraform'));
});

test('every call of foresize in a pipeline has options that its command knows', () => {
  const scripts = [...steps.map(({ run = '' }) => run), gitlab].join('\n').replace(/\\\n/g, ' ');
  const calls = [...scripts.matchAll(/npx foresize (\w+)([^\n>|]*)/g)].map(([, name, rest]) => [name, rest] as const);
  expect(calls.length).toBeGreaterThan(12);
  for (const [name, rest] of calls) {
    const command = new Command();
    const entry = commands[name];
    if (!('load' in entry)) throw new Error(`${name} is no command`);
    entry.load().declare(command);
    const known = command.options.map(({ long }) => long);
    expect([name, [...rest.matchAll(/--[a-z][a-z-]*/g)].map(([flag]) => flag).filter((flag) => !known.includes(flag))]).toEqual([name, []]);
  }
});

test('GitLab has the same: keys that it knows, a manual deployment behind an environment, and a token of its own for the role', () => {
  const all = parse(gitlab) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const known = 'extends image variables before_script stage resource_group rules script artifacts needs environment id_tokens'.split(' ');
  for (const job of Object.values(all)) expect(Object.keys(job).filter((key) => !known.includes(key))).toEqual([]);
  const { 'capacity-deploy': deploy, 'capacity-reviewed': reviewed } = all;
  expect(deploy).toMatchObject({
    needs: ['capacity-reviewed'],
    environment: 'capacity',
    id_tokens: { FORESIZE_ID_TOKEN: { aud: 'sts.amazonaws.com' } },
  });
  for (const { rules } of [deploy, reviewed]) expect(JSON.stringify(rules)).toContain('$FORESIZE_DEPLOY == \\"true\\"');
  expect(JSON.stringify(deploy.rules)).toContain('"when":"manual"');
  expect(Object.keys(all).filter((name) => 'id_tokens' in all[name])).toEqual(['capacity-deploy']);
  // A script is a list of lines: none became a mapping by a colon in it.
  for (const { script = [] } of Object.values(all)) for (const line of script as unknown[]) expect(typeof line).toBe('string');
});

const environment = { KUBECONFIG: join(root, 'no-such-file') };

test('init writes the pipeline that the repository is for, at its root, for the folder of the project', () => {
  const pipelineIn = (files: Readonly<Record<string, string>>) => {
    const folder = project({ ...files, 'ops/README.md': '' });
    const { pipeline, written, found } = init({ directory: join(folder, 'ops/capacity'), environment });
    return {
      folder,
      pipeline,
      found,
      written: written.map((path) => path.replace(`${folder}/`, '')).filter((path) => path.startsWith('.git')),
    };
  };
  const github = pipelineIn({
    '.git/config': '[remote "origin"]\n\turl = git@github.com:team/it.git\n',
    'package-lock.json': '{}',
    'package.json': '{}',
  });
  expect(github).toMatchObject({ pipeline: 'github', written: Object.keys(texts), found: [] });
  expect(readFileSync(join(github.folder, '.github/workflows/capacity-deploy.yml'), 'utf8')).toBe(
    texts['.github/workflows/capacity-deploy.yml'],
  );
  const ours = pipelineIn({ '.git/config': '', '.gitlab-ci.yml': 'stages: [build]\n' });
  expect(ours).toMatchObject({ pipeline: 'gitlab', written: [gitlabFile] });
  expect(ours.found).toContain(`.gitlab-ci.yml is yours: include ${gitlabFile} in it`);
  expect(pipelineIn({ '.git/config': '' })).toMatchObject({ pipeline: 'none', written: [] });
  expect(pipelineIn({})).toMatchObject({ pipeline: 'none', written: [] });
});

test('a project that is there gets a pipeline alone, and a workflow that is there is left', () => {
  const folder = project({ 'foresize.config.json': '{}', '.github/workflows/capacity-check.yml': 'mine' });
  const made = init({ directory: folder, pipeline: 'github', environment });
  expect(made.written).toEqual([
    join(folder, '.github/workflows/capacity-nightly.yml'),
    join(folder, '.github/workflows/capacity-deploy.yml'),
  ]);
  expect(made.kept).toEqual([join(folder, '.github/workflows/capacity-check.yml')]);
  expect(made.found).toEqual([expect.stringContaining('no package-lock.json')]);
  expect(readFileSync(join(folder, '.github/workflows/capacity-check.yml'), 'utf8')).toBe('mine');
  const other = project({ '.git/config': '' });
  expect(init({ directory: other, pipeline: 'gitlab', environment }).written).toEqual(
    expect.arrayContaining([join(other, gitlabFile), join(other, '.gitlab-ci.yml')]),
  );
});

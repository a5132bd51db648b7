import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProject } from '../../../lib/project';
import { filesOf, project, root, temporaryFolder } from '../../support/foresize';
import { samplePlan } from '../../support/sample-plan';
import { all, buildFiles, buildStacks, planWith, problemsOf, sampleConfig } from './support';

const golden = join(__dirname, '../../golden/terraform');

test('the sample is, byte for byte, what was reviewed (FORESIZE_UPDATE_GOLDEN=1 writes it anew)', () => {
  const files = Object.fromEntries(
    Object.entries(buildFiles(sampleConfig({ state: { kind: 's3', bucket: 'example-state', region: 'us-east-1' } }))).map(
      ([path, text]) => [path.replaceAll('/', '-'), text],
    ),
  );
  if (process.env.FORESIZE_UPDATE_GOLDEN) {
    mkdirSync(golden, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(golden, file), text);
  }
  expect(files).toEqual(filesOf(golden));
});

test('an app is synthesised where there is no Terraform: none is started for it', () => {
  const script = `
    const { buildTerraform } = require('./constructs/aws/app');
    const { loadProject } = require('./lib/project');
    buildTerraform({ ...loadProject({ config: 'foresize.config.ts' }), outdir: process.argv[1] });`;
  const outdir = join(temporaryFolder(), 'cdktf.out');
  const args = ['-r', './bin/register.cjs', '-e', script, outdir];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env: { PATH: '' }, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  expect(Object.keys(filesOf(outdir))).toContain('stacks/capacity/cdk.tf.json');
});

test('the output is laid out as cdktf synth lays it out, each stack after those it reads', () => {
  const files = buildFiles();
  expect(Object.keys(files)).toEqual([
    'manifest.json',
    'stacks/addons/cdk.tf.json',
    'stacks/capacity/cdk.tf.json',
    'stacks/cluster/cdk.tf.json',
    'stacks/foundation/cdk.tf.json',
  ]);
  const { stacks } = JSON.parse(files['manifest.json']) as { stacks: Record<string, { dependencies: string[] }> };
  expect(Object.entries(stacks).map(([name, { dependencies }]) => [name, dependencies])).toEqual([
    ['addons', ['foundation', 'cluster']],
    ['capacity', ['foundation', 'cluster']],
    ['cluster', ['foundation']],
    ['foundation', []],
  ]);
});

test('the order of pools in the plan does not show', () => {
  const plan = samplePlan();
  expect(buildFiles(undefined, { ...plan, pools: Object.fromEntries(Object.entries(plan.pools).reverse()) })).toEqual(buildFiles());
});

test('no output byte is a path of this machine or a stack trace', () => {
  for (const text of Object.values(buildFiles())) {
    expect(text).not.toContain(root);
    expect(text).not.toContain('node_modules');
    expect(text).not.toMatch(/stackTrace|\bat .*\.ts:/);
    for (const [, path] of text.matchAll(/"path": "([^"]*)"/g)) expect(path).not.toMatch(/^([/\\]|[A-Za-z]:)/);
  }
});

test('a new plan changes the capacity stack and no other', () => {
  const before = buildFiles();
  const after = buildFiles(undefined, {
    ...planWith('l40s', (pool) => ({ ...pool, groups: pool.groups.slice(0, 1) })),
    digest: `sha256:${'7'.repeat(64)}`,
  });
  const changed = Object.keys(before).filter((path) => before[path] !== after[path]);
  expect(changed).toEqual(['stacks/capacity/cdk.tf.json']);
});

test('the digest of the plan is a tag of the node groups and stands nowhere else', () => {
  const { digest } = samplePlan();
  const count = Object.entries(buildFiles()).map(([path, text]) => [path, text.split(digest).length - 1]);
  expect(count.filter(([, times]) => times !== 0)).toEqual([['stacks/capacity/cdk.tf.json', 4]]);
  const groups = all(buildStacks().capacity, 'aws_eks_node_group');
  expect(groups.map((group) => group.tags)).toEqual(Array(4).fill({ 'foresize:plan': digest }));
});

test('every floor, peak and ceiling of a node group stands in the plan', () => {
  const plan = samplePlan();
  const { capacity } = buildStacks();
  for (const [poolName, pool] of Object.entries(plan.pools)) {
    for (const group of pool.groups) {
      const known = new Set([group.floor, group.peak, group.ceiling, ...group.schedule.map((step) => step.nodes)]);
      const [id, built] = Object.entries(capacity.resource.aws_eks_node_group).find(([, each]) => each.node_group_name === group.name)!;
      expect(id).toContain(poolName);
      const literal = JSON.stringify(built.scaling_config).replace(/local\.[\w-]+/g, '');
      for (const [number] of literal.matchAll(/\d+/g)) expect(known).toContain(Number(number));
    }
  }
});

test('all that is wrong is told at once, and nothing is written', () => {
  const plan = planWith('general', (pool) => ({ ...pool, groups: [{ ...pool.groups[0], floor: 3, peak: 2 }] }));
  const config = sampleConfig({ state: { kind: 'local', directory: '/var/state' }, cluster: { cidr: '10.0.0.0/8' } });
  expect(problemsOf(() => buildFiles(config, plan)).map((problem) => [problem.code, problem.path])).toEqual([
    ['aws/state-absolute', 'state.directory'],
    ['aws/network-cidr', 'cluster.cidr'],
    ['aws/group-sizes', 'pools.general.groups.general-m7i-xlarge'],
    ['aws/group-schedule', 'pools.general.groups.general-m7i-xlarge.schedule'],
  ]);
});

describe('bin/terraform.ts, the app of cdktf.json', () => {
  const app = (JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8')) as { app: string }).app;

  function run(cwd: string, environment: NodeJS.ProcessEnv = {}) {
    const [, ...args] = app.split(' ').map((part) => (part.includes('bin/') ? join(root, part) : part));
    return spawnSync(process.execPath, args, { cwd, encoding: 'utf8', env: { ...process.env, CDKTF_OUTDIR: 'cdktf.out', ...environment } });
  }

  const files = (): Record<string, string> =>
    Object.fromEntries(['capacity-plan.json', 'foresize.config.ts'].map((name) => [name, readFileSync(join(root, name), 'utf8')]));

  test('it writes the bytes that are written in-process, in another folder, zone and language', () => {
    const folder = project(files());
    expect(run(folder, { TZ: 'Asia/Tokyo', LC_ALL: 'de_DE.UTF-8' })).toMatchObject({ status: 0, stderr: '' });
    const { '.foresize': marker, ...written } = filesOf(join(folder, 'cdktf.out'));
    const { config, plan } = loadProject({ config: join(root, 'foresize.config.ts') });
    expect(written).toEqual(buildFiles(config, plan));
    expect(marker).toContain(plan.digest);
  });

  test('it refuses a plan that was edited by hand, in one sentence and without a stack trace', () => {
    const edited = { ...files(), 'capacity-plan.json': files()['capacity-plan.json'].replace('"ceiling": 30', '"ceiling": 31') };
    const folder = project(edited);
    const { status, stderr } = run(folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^capacity-plan\.json: was edited by hand[^\n]*\n$/);
    expect(Object.keys(filesOf(folder)).sort()).toEqual(['capacity-plan.json', 'foresize.config.ts']);
  });
});

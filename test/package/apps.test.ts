import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, foresize, root } from '../support/foresize';
import { installed, packed } from '../support/packed';
import { addSample, compile, examplesOf, installedForesize, offline } from './support';

const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
const { whole, slim } = packed();
const versions = (...names: string[]) => Object.fromEntries(names.map((name) => [name, devDependencies[name]]));
const cdktfApp = installed({
  foresize: `file:${whole}`,
  ...versions('cdktf', '@cdktf/provider-aws', 'cdk8s', '@types/node'),
  constructs: '10.4.2',
});
const cdk8sApp = installed({ foresize: `file:${slim}`, ...versions('cdk8s', '@types/node'), constructs: '10.4.2' });
const apps = [cdktfApp, cdk8sApp].map((app) => ('folder' in app ? app.folder : ''));
const missing = [cdktfApp, cdk8sApp].flatMap((app) => ('missing' in app ? [app.missing] : []));
const withApps = missing.length > 0 ? test.skip : test;
const note = missing.length > 0 ? ` (skipped: ${missing.join('; ')})` : '';
const [terraformExample, kubernetesExample] = examplesOf('docs/constructs.md');
const [scriptExample] = examplesOf('docs/library.md');

const compiled = (folder: string, name: string, code: string) => {
  writeFileSync(join(folder, `${name}.ts`), code);
  const errors = compile(folder, [`${name}.ts`]);
  return { errors, run: () => offline(folder, [`${name}.js`]) };
};

withApps(
  `the documented example of a cdktf app compiles under --strict and gives the node groups of the plan${note}`,
  () => {
    const [folder] = apps;
    addSample(folder);
    const app = compiled(folder, 'main', terraformExample);
    expect(app.errors).toBe('');
    expect(app.run()).toMatchObject({ status: 0, stderr: '' });
    const stack = JSON.parse(readFileSync(join(folder, 'cdktf.out/stacks/gpu/cdk.tf.json'), 'utf8')) as {
      resource: { aws_eks_node_group: Record<string, { node_group_name: string }> };
    };
    const { pools } = JSON.parse(readFileSync(join(root, 'capacity-plan.json'), 'utf8')) as {
      pools: { l40s: { groups: readonly { name: string }[] } };
    };
    const names = Object.values(stack.resource.aws_eks_node_group).map((group) => group.node_group_name);
    expect(names.sort()).toEqual(pools.l40s.groups.map(({ name }) => name).sort());
  },
  180_000,
);

withApps(
  `the documented example of a cdk8s app compiles under --strict and gives the objects of the workload, without an engine${note}`,
  () => {
    const [, folder] = apps;
    addSample(folder);
    const app = compiled(folder, 'main', kubernetesExample);
    expect(app.errors).toBe('');
    expect(app.run()).toMatchObject({ status: 0, stderr: '' });
    const [text] = Object.values(filesOf(join(folder, 'dist')));
    expect(text).toMatch(/^kind: Deployment$/m);
    expect(existsSync(join(folder, 'node_modules/@duckdb'))).toBe(false);
  },
  180_000,
);

withApps(`the script of docs/library.md compiles under --strict and as an ES module${note}`, () => {
  const [, folder] = apps;
  expect(compiled(folder, 'script', scriptExample).errors).toBe('');
  writeFileSync(join(folder, 'module.mts'), scriptExample);
  expect(compile(folder, ['module.mts'], { module: 'NodeNext' })).toBe('');
});

withApps(`an app has one copy of constructs, the one that it asked for${note}`, () => {
  for (const folder of apps) {
    const { stdout } = spawnSync('npm', ['ls', 'constructs', '--all', '--parseable', '--long'], {
      cwd: folder,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    expect(new Set(stdout.trim().split('\n'))).toEqual(new Set([`${join(folder, 'node_modules/constructs')}:constructs@10.4.2`]));
  }
});

withApps(
  `the installed command line writes what the clone writes, byte for byte, and without cdktf the other side alone${note}`,
  () => {
    const [folder, withoutCdktf] = apps;
    addSample(folder);
    addSample(withoutCdktf);
    expect(installedForesize(folder, ['synth', '--frozen', '--out', 'ours']).status).toBe(0);
    expect(foresize(folder, ['synth', '--frozen', '--out', 'clones']).status).toBe(0);
    const clones = filesOf(join(folder, 'clones'));
    expect(Object.keys(clones).length).toBeGreaterThan(8);
    expect(filesOf(join(folder, 'ours'))).toEqual(clones);

    const half = installedForesize(withoutCdktf, ['synth', '--frozen', '--out', 'ours']);
    expect([half.status, half.stderr]).toEqual([2, expect.stringContaining('npm install cdktf@^0.21.0 @cdktf/provider-aws@^21.22.1\n')]);
    expect(filesOf(join(withoutCdktf, 'ours'))).toEqual(
      Object.fromEntries(Object.entries(clones).filter(([name]) => name.startsWith('cdk8s.out'))),
    );
  },
  180_000,
);

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../lib/adapters/config-file';
import { init, type Start, starts } from '../../lib/project';
import { foresize, project, root, temporaryFolder } from '../support/foresize';

const environment = { KUBECONFIG: join(root, 'no-such-file') };

test('init in an empty folder asks nothing with --yes, and what it writes is planned and synthesised as it stands', () => {
  const folder = temporaryFolder();
  const made = foresize(folder, ['init', '--yes', '--name', 'Team Chat!'], environment);
  expect([made.status, made.stderr]).toEqual([0, '']);
  expect(made.stdout).toBe(
    'wrote foresize.config.ts, history/chat.csv, README.md, .gitignore\nnext: npx foresize plan && npx foresize synth\n',
  );
  const planned = foresize(folder, ['synth']);
  expect([planned.status, planned.stderr]).toEqual([0, expect.not.stringContaining('error:')]);
  const plan = JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as { name: string };
  expect(plan.name).toBe('team-chat');
  for (const output of ['cdktf.out/stacks/capacity/cdk.tf.json', 'cdk8s.out/chat.k8s.yaml'])
    expect(existsSync(join(folder, output))).toBe(true);
  // It attaches to what runs: only what carries numbers is written.
  const objects = readFileSync(join(folder, 'cdk8s.out/chat.k8s.yaml'), 'utf8');
  expect(objects.match(/^kind: .*$/gm)).toEqual(['kind: ScaledObject']);
  expect(existsSync(join(folder, 'cdk8s.out/00-namespace.k8s.yaml'))).toBe(false);
}, 180_000);

test('every start, with the sample and with a Prometheus, is a config without a problem', () => {
  for (const start of Object.keys(starts) as Start[]) {
    for (const prometheus of [undefined, 'http://localhost:9090']) {
      const directory = join(temporaryFolder(), 'new');
      const made = init({ directory, start, prometheus, environment });
      const { config } = readConfig(undefined, directory);
      expect(config.workloads.chat.kind).toBe('inference');
      expect(existsSync(join(directory, 'history/chat.csv'))).toBe(prometheus === undefined);
      expect(made.written).toHaveLength(prometheus === undefined ? 4 : 3);
    }
  }
});

test('init overwrites nothing: a config is refused, a README is left, and a .gitignore gets the lines that it lacks', () => {
  const folder = project({ 'README.md': 'mine', '.gitignore': 'cdk8s.out/' });
  expect(init({ directory: folder, environment }).kept).toEqual([join(folder, 'README.md')]);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('mine');
  const ignore = readFileSync(join(folder, '.gitignore'), 'utf8').split('\n');
  expect(ignore.filter((line) => line === 'cdk8s.out/')).toHaveLength(1);
  expect(ignore).toContain('cdktf.out/');
  expect(() => init({ directory: folder, environment })).toThrow(/foresize\.config\.ts: is there already/);
});

test('in the folder of an app or a chart the project is put apart, so that no output meets another', () => {
  for (const file of ['cdktf.json', 'cdk8s.yaml', 'Chart.yaml', 'main.tf']) {
    const folder = project({ [file]: '' });
    const { stdout } = foresize(folder, ['init', '--yes'], environment);
    expect(stdout).toContain(`${file} in .; so the project is in capacity, apart from what that writes`);
    expect(existsSync(join(folder, 'capacity/foresize.config.ts'))).toBe(true);
  }
});

test('init says what it found: a kubeconfig, and a Prometheus that it could read', () => {
  const folder = project({ kubeconfig: '' });
  const found = { KUBECONFIG: join(folder, 'kubeconfig'), PROMETHEUS_URL: 'http://localhost:9090' };
  expect(init({ directory: join(folder, 'a'), environment: found }).found).toEqual([
    expect.stringContaining('a kubeconfig'),
    expect.stringContaining('PROMETHEUS_URL'),
  ]);
  expect(init({ directory: join(folder, 'b'), environment }).found).toEqual([]);
});

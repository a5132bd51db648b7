import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, foresize, project, root } from '../support/foresize';

const files = () =>
  project(Object.fromEntries(['capacity-plan.json', 'foresize.config.ts'].map((name) => [name, readFileSync(join(root, name), 'utf8')])));
const capacityIn = (folder: string) => {
  const text = readFileSync(join(folder, 'capacity.auto.tfvars.json'), 'utf8');
  return (JSON.parse(text) as { capacity: { plan: string; node_groups: object } }).capacity;
};
const { digest, pools } = JSON.parse(readFileSync(join(root, 'capacity-plan.json'), 'utf8')) as {
  digest: string;
  pools: Record<string, { groups: { name: string }[] }>;
};

test('--format tfvars writes the numbers of all pools and no app', () => {
  const folder = files();
  const { status, stdout } = foresize(folder, ['synth', '--frozen', '--format', 'tfvars', '--json']);
  expect(status).not.toBe(1);
  expect((JSON.parse(stdout) as { outputs: object }).outputs).toEqual({ tfvars: 'capacity.auto.tfvars.json' });
  expect(Object.keys(filesOf(folder)).sort()).toEqual(['capacity-plan.json', 'capacity.auto.tfvars.json', 'foresize.config.ts']);
  const { plan, node_groups: groups } = capacityIn(folder);
  expect(plan).toBe(digest);
  const names = Object.values(pools).flatMap((pool) => pool.groups.map((group) => group.name));
  expect(Object.keys(groups).sort()).toEqual(names.sort());
});

test('beside our own node groups it has those of pools that somebody else owns alone', () => {
  const folder = files();
  foresize(folder, ['synth', '--frozen', '--format', 'tfvars,terraform', '--out', 'build']);
  expect(capacityIn(join(folder, 'build')).node_groups).toEqual({});
  expect(Object.keys(filesOf(join(folder, 'build'))).some((name) => name.startsWith('cdktf.out/'))).toBe(true);
});

test('what is none of the formats is refused', () => {
  const { status, stderr } = foresize(files(), ['synth', '--format', 'helm']);
  expect(status).toBe(1);
  expect(stderr).toContain('must be some of terraform, kubernetes, tfvars, policy, with commas between them');
});

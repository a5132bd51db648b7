import { copyFileSync, cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { realClis, runCli } from '../support/clis';
import { filesOf, foresize, root, sampleProject } from '../support/foresize';

const clis = realClis();
const withClis = 'missing' in clis ? test.skip : test;
const note = 'missing' in clis ? ` (skipped: ${clis.missing})` : '';

/** The sample with the apps that the command lines start. */
function clone(): string {
  const folder = sampleProject();
  for (const part of ['bin', 'lib', 'constructs']) cpSync(join(root, part), join(folder, part), { recursive: true });
  for (const file of ['cdktf.json', 'cdk8s.yaml', 'package.json', 'capacity-plan.json']) copyFileSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

const stacks = (folder: string) =>
  Object.fromEntries(Object.entries(filesOf(join(folder, 'cdktf.out'))).filter(([name]) => name.endsWith('cdk.tf.json')));

describe('on the sample', () => {
  let folder: string;
  let ours: { readonly stacks: object; readonly manifests: object };
  beforeAll(() => {
    if ('missing' in clis) return;
    folder = clone();
    expect(foresize(folder, ['synth', '--frozen']).status).toBe(0);
    ours = { stacks: stacks(folder), manifests: filesOf(join(folder, 'cdk8s.out')) };
  }, 120_000);

  withClis(
    `cdktf synth gives the same stacks as foresize synth${note}`,
    () => {
      runCli('missing' in clis ? '' : clis.cdktf, ['synth'], folder);
      expect(Object.keys(ours.stacks).length).toBeGreaterThan(2);
      expect(stacks(folder)).toEqual(ours.stacks);
    },
    120_000,
  );

  withClis(
    `cdk8s synth gives the same manifests as foresize synth${note}`,
    () => {
      runCli('missing' in clis ? '' : clis.cdk8s, ['synth'], folder);
      expect(Object.keys(ours.manifests).length).toBeGreaterThan(1);
      expect(filesOf(join(folder, 'cdk8s.out'))).toEqual(ours.manifests);
    },
    120_000,
  );
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, foresize, root } from '../support/foresize';
import { installed, packed } from '../support/packed';
import { addSample, compile, examplesOf, installedForesize, offline } from './support';

const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
const app = installed({
  foresize: `file:${packed().whole}`,
  cdktn: '0.24.0',
  '@cdktn/provider-aws': '25.5.0',
  constructs: '10.7.0',
  '@types/node': devDependencies['@types/node'],
});
const folder = 'folder' in app ? app.folder : '';
const withCdktn = 'missing' in app ? test.skip : test;
const note = 'missing' in app ? ` (skipped: ${app.missing})` : '';

type Stack = {
  '//'?: { metadata?: { version?: string } };
  terraform: { required_providers: Record<string, { source: string; version: string }> };
};
const stacks = (under: string): Record<string, Stack> =>
  Object.fromEntries(
    Object.entries(filesOf(join(folder, under, 'cdktf.out')))
      .filter(([name]) => name.endsWith('cdk.tf.json'))
      .map(([name, text]) => [name, JSON.parse(text) as Stack]),
  );

withCdktn(
  `CDK Terrain writes the Terraform of cdktf, but for its own version and the full name of the AWS provider${note}`,
  () => {
    addSample(folder);
    const ours = installedForesize(folder, ['synth', '--frozen', '--out', 'cdktn']);
    expect([ours.status, ours.stderr]).toEqual([2, expect.stringMatching(/^warning: cdk8s: is not installed.*\n$/)]);
    expect(foresize(folder, ['synth', '--frozen', '--out', 'cdktf']).status).toBe(0);
    const [cdktn, cdktf] = [stacks('cdktn'), stacks('cdktf')];
    expect(Object.keys(cdktf).length).toBeGreaterThan(2);
    for (const stack of Object.values(cdktf)) {
      expect(stack['//']?.metadata?.version).toBe('0.21.0');
      stack['//'] = { ...stack['//'], metadata: { ...stack['//']?.metadata, version: '0.24.0' } };
      expect(stack.terraform.required_providers.aws.source).toBe('aws');
      stack.terraform.required_providers.aws.source = 'hashicorp/aws';
    }
    expect(cdktn).toEqual(cdktf);
  },
  120_000,
);

withCdktn(
  `the documented example compiles under --strict with cdktn in place of cdktf, and gives its node groups${note}`,
  () => {
    addSample(folder);
    const [example] = examplesOf('docs/constructs.md');
    const code = example.replace("'cdktf'", "'cdktn'").replace('@cdktf/', '@cdktn/').replace('foresize/aws', 'foresize/aws-cdktn');
    writeFileSync(join(folder, 'main.ts'), code);
    expect(compile(folder, ['main.ts'])).toBe('');
    expect(offline(folder, ['main.js'])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, 'cdktf.out/stacks/gpu/cdk.tf.json'), 'utf8')).toContain('"aws_eks_node_group"');
  },
  120_000,
);

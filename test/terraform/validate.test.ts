import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildTerraform } from '../../constructs/aws/app';
import { testConfig } from '../support/config';
import { loadProject } from '../../lib/project/project';
import { root, temporaryFolder } from '../support/foresize';
import { planWithEfa } from '../support/sample-plan';
import { realTest, terraformIn } from '../support/terraform';

const states = {
  s3: { kind: 's3', bucket: 'state-of-tests', region: 'us-east-1' },
  local: { kind: 'local' },
} as const;

describe.each(Object.entries(states))('with state in %s', (_, state) => {
  realTest(
    'terraform validate accepts every stack, nodes with EFA among them, by the real AWS provider',
    async () => {
      const outdir = join(temporaryFolder(), 'cdktf.out');
      buildTerraform({ config: testConfig({ state }), plan: planWithEfa(), outdir });
      await validateStacks(outdir);
    },
    ['terraform', 'the AWS provider in a plug-in folder'],
  );
});

realTest(
  "terraform validate accepts every stack of the project's own sample",
  async () => {
    const { config, plan } = loadProject({ config: join(root, 'foresize.config.ts') });
    const outdir = join(temporaryFolder(), 'cdktf.out');
    buildTerraform({ config, plan, outdir });
    await validateStacks(outdir);
  },
  ['terraform', 'the AWS provider in a plug-in folder'],
);

async function validateStacks(outdir: string): Promise<void> {
  const terraform = terraformIn();
  const stacks = readdirSync(join(outdir, 'stacks')).sort();
  expect(stacks).toEqual(['addons', 'capacity', 'cluster', 'foundation']);
  for (const stack of stacks) {
    const folder = join(outdir, 'stacks', stack);
    expect(await terraform(folder, 'init', '-backend=false', '-input=false', '-no-color')).toMatchObject({ status: 0 });
    expect(await terraform(folder, 'validate', '-no-color')).toMatchObject({
      status: 0,
      output: expect.stringContaining('Success! The configuration is valid.') as string,
    });
  }
}

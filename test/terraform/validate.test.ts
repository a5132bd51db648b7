import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildTerraform } from '../../constructs/aws/app';
import { testConfig } from '../support/config';
import { loadProject } from '../../lib/project/project';
import { root, temporaryFolder } from '../support/foresize';
import { planWithEfa } from '../support/sample-plan';
import { realTest, terraformIn } from '../support/terraform';

const needed = ['terraform', 'the AWS provider in a plug-in folder'] as const;

realTest(
  'terraform validate accepts every stack with state in local files, nodes with EFA among them, by the real AWS provider',
  async () => {
    const outdir = join(temporaryFolder(), 'cdktf.out');
    buildTerraform({ config: testConfig({ state: { kind: 'local' } }), plan: planWithEfa(), outdir });
    await validateStacks(outdir);
  },
  needed,
);

realTest(
  "terraform validate accepts every stack of the project's own sample, whose state is in a bucket",
  async () => {
    const { config, plan } = loadProject({ config: join(root, 'foresize.config.ts') });
    expect(config.state?.kind).toBe('s3');
    const outdir = join(temporaryFolder(), 'cdktf.out');
    buildTerraform({ config, plan, outdir });
    await validateStacks(outdir);
  },
  needed,
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

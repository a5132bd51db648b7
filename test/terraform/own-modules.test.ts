import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { terraformVariables } from '../../constructs/aws/tfvars';
import { root, temporaryFolder } from '../support/foresize';
import { samplePlan } from '../support/sample-plan';
import { realTest, terraformIn } from '../support/terraform';

/** What docs/own-modules.md shows, with the file that is written, in the real Terraform; the module of others is left out. */
const page = readFileSync(join(root, 'docs/own-modules.md'), 'utf8');
const blocks = [...page.matchAll(/```hcl\n([\s\S]*?)```/g)].map(([, block]) => block).filter((block) => !block.startsWith('module'));
const outputs = `
output "groups" { value = local.capacity_node_groups }
output "limits" { value = local.gpu_limits }
`;

function rootModule(validUntil: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'main.tf'), [...blocks, outputs].join('\n'));
  writeFileSync(join(folder, 'capacity.auto.tfvars.json'), terraformVariables({ ...samplePlan(), validUntil }, 'all'));
  return folder;
}

realTest(
  'the file fits the variable of the page, and its examples take every node group from it',
  async () => {
    const folder = rootModule('2120-01-01T00:00:00Z');
    const terraform = terraformIn();
    expect(await terraform(folder, 'init', '-input=false')).toMatchObject({ status: 0 });
    expect(await terraform(folder, 'apply', '-auto-approve', '-input=false', '-no-color')).toMatchObject({ status: 0 });
    const { output } = await terraform(folder, 'output', '-json');
    const { groups, limits } = JSON.parse(output) as { groups: { value: Record<string, object> }; limits: { value: object } };
    expect(Object.keys(groups.value).sort()).toEqual([
      'general-m7i-xlarge',
      'h100-p5-48xlarge-reserved',
      'l40s-g6e-12xlarge-spot',
      'l40s-g6e-xlarge',
    ]);
    expect(groups.value['l40s-g6e-12xlarge-spot']).toMatchObject({ instance_types: ['g6e.12xlarge'], capacity_type: 'SPOT', max_size: 3 });
    expect(limits.value).toEqual({ general: 0, h100: 8, l40s: 24 });
  },
  ['terraform', 'the AWS provider in a plug-in folder'],
);

realTest(
  'a plan that has expired is refused',
  async () => {
    const folder = rootModule('2020-01-01T00:00:00Z');
    const terraform = terraformIn();
    expect(await terraform(folder, 'init', '-input=false')).toMatchObject({ status: 0 });
    const planned = await terraform(folder, 'plan', '-input=false', '-no-color');
    expect(planned.status).toBe(1);
    expect(planned.output).toContain('The capacity plan has expired');
  },
  ['terraform', 'the AWS provider in a plug-in folder'],
);

import { App, TerraformStack } from 'cdktf';
import { join } from 'node:path';
import { buildTerraform } from '../../../constructs/aws/app';
import type { ClusterRef } from '../../../constructs/aws/cluster';
import type { CapacityConfig, CapacityInput } from '../../../lib/config/schema';
import type { CapacityPlan, NodeGroupPlan, PoolPlan } from '../../../lib/plan/file/types';
import { isProblemError, type Problem } from '../../../lib/problems';
import { testConfig } from '../../support/config';
import { filesOf, temporaryFolder } from '../../support/foresize';
import { samplePlan } from '../../support/sample-plan';

export type Attributes = Record<string, unknown>;
/** A stack as it stands in `cdk.tf.json`: by kind, type and logical id. */
export type Terraform = {
  readonly resource: Record<string, Record<string, Attributes>>;
  readonly data: Record<string, Record<string, Attributes>>;
  readonly locals: Attributes;
  readonly check: Record<string, { assert: { condition: string; error_message: string } }>;
  readonly output: Record<string, Attributes>;
  readonly provider: { aws: { region: string; default_tags: { tags: Record<string, string> }[] }[] };
  readonly terraform: { backend: Record<string, Attributes>; required_version: string; required_providers: { aws: Attributes } };
};

/** Every file that the app writes, by its path below the output folder. */
export function buildFiles(config: CapacityConfig = sampleConfig(), plan: CapacityPlan = samplePlan()): Record<string, string> {
  const outdir = join(temporaryFolder(), 'cdktf.out');
  buildTerraform({ config, plan, outdir });
  return filesOf(outdir);
}

export function buildStacks(config?: CapacityConfig, plan?: CapacityPlan): Record<'foundation' | 'cluster' | 'capacity', Terraform> {
  const files = buildFiles(config, plan);
  const stack = (name: string) => JSON.parse(files[`stacks/${name}/cdk.tf.json`]) as Terraform;
  return { foundation: stack('foundation'), cluster: stack('cluster'), capacity: stack('capacity') };
}

/** The config that belongs to the sample plan. */
export const sampleConfig = (overrides: Partial<CapacityInput> = {}): CapacityConfig => testConfig({ name: 'sample', ...overrides });

/** The sample plan with one pool changed. */
export function planWith(poolName: string, change: (pool: PoolPlan) => PoolPlan): CapacityPlan {
  const plan = samplePlan();
  return { ...plan, pools: { ...plan.pools, [poolName]: change(plan.pools[poolName]) } };
}

/** A pool with a single group, changed. */
export function poolWith(poolName: string, group: Partial<NodeGroupPlan> = {}, pool: Partial<PoolPlan> = {}): PoolPlan {
  const original = samplePlan().pools[poolName];
  return { ...original, ...pool, groups: [{ ...original.groups[0], ...group }] };
}

export const someCluster: ClusterRef = {
  name: 'mine',
  version: '1.33',
  nodeRoleArn: 'arn:aws:iam::123456789012:role/node',
  nodeSubnetIds: ['subnet-1'],
};

/** A stack of one's own, as in a user's app. */
export function synthesize(build: (stack: TerraformStack) => void): Terraform {
  const stack = new TerraformStack(new App({ outdir: join(temporaryFolder(), 'out'), stackTraces: false }), 'own');
  build(stack);
  stack.prepareStack();
  return stack.toTerraform() as Terraform;
}

/** The one resource of a type whose logical id holds a text. */
export function only(terraform: Terraform, type: string, part = ''): Attributes {
  const found = Object.entries(terraform.resource[type] ?? {}).filter(([id]) => id.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} of ${type} hold '${part}'`);
  return found[0][1];
}

export const all = (terraform: Terraform, type: string): Attributes[] => Object.values(terraform.resource[type] ?? {});

export function problemsOf(run: () => unknown): readonly Problem[] {
  try {
    run();
  } catch (error) {
    if (isProblemError(error)) return error.problems;
    throw error;
  }
  return [];
}

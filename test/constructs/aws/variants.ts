import { join } from 'node:path';
import type { CapacityConfig } from '../../../lib/config';
import type { CapacityInput } from '../../../lib/config/schema';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { loadProject, openProject } from '../../../lib/project';
import { root } from '../../support/foresize';
import { planWithEfa, samplePlan } from '../../support/sample-plan';
import { buildFiles, sampleConfig, type Terraform } from './support';

const role = 'arn:aws:iam::111122223333:role';
const state = { kind: 's3', bucket: 'example-state', region: 'us-east-1' } as const;
const ofCluster = (cluster: CapacityInput['cluster'], others: Partial<CapacityInput> = {}) => sampleConfig({ cluster, state, ...others });

/** Configs that between them have every kind of resource in Terraform: those of the repository, and the options of a cluster. */
export const variants: Readonly<Record<string, () => { readonly config: CapacityConfig; readonly plan: CapacityPlan }>> = {
  'the sample of the repository': () => loadProject({ config: join(root, 'foresize.config.ts') }),
  'the worked example': () => ({
    config: openProject({ config: join(root, 'examples/worked-example/foresize.config.ts') }).config,
    plan: samplePlan(),
  }),
  'the golden files': () => ({ config: ofCluster({}), plan: samplePlan() }),
  'local state and no flow logs': () => ({
    config: ofCluster({ network: { flowLogs: 'none' } }, { state: { kind: 'local' } }),
    plan: samplePlan(),
  }),
  'a network with all its options': () => ({
    config: ofCluster(
      { network: { nat: 'one', flowLogs: 'all', endpoints: ['ecr.api', 'ecr.dkr', 'ec2', 'sts'] }, protect: false },
      { limits: { zones: ['us-east-1a', 'us-east-1b'] } },
    ),
    plan: samplePlan(),
  }),
  'a public endpoint, people and pods with roles': () => ({
    config: ofCluster({
      endpoint: 'public',
      access: { cidrs: ['192.0.2.0/24'], principals: { [`${role}/platform`]: 'admin', [`${role}/on-call`]: 'view' } },
      identities: { 'keda/keda-operator': ['arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess'] },
    }),
    plan: samplePlan(),
  }),
  'subnets that are there': () => ({
    config: ofCluster({ subnets: ['subnet-0a1b2c3d', 'subnet-4e5f6a7b'], checkAccount: false }),
    plan: samplePlan(),
  }),
  'an existing cluster': () => ({ config: ofCluster({ existing: 'prod' }), plan: samplePlan() }),
  'nodes with EFA': () => ({ config: ofCluster({ existing: 'prod' }), plan: planWithEfa() }),
  'an existing cluster with a role for nodes': () => ({
    config: ofCluster({ existing: 'prod', nodeRole: `${role}/nodes`, checkAccount: false }),
    plan: samplePlan(),
  }),
};

/** The stacks of a config and a plan, by name. */
export function stacksOf({ config, plan }: { config: CapacityConfig; plan: CapacityPlan }): Record<string, Terraform> {
  const files = Object.entries(buildFiles(config, plan)).filter(([path]) => path.startsWith('stacks/'));
  return Object.fromEntries(files.map(([path, text]) => [path.split('/')[1], JSON.parse(text) as Terraform]));
}

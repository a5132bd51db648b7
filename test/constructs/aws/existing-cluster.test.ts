import { App } from 'cdktf';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { CapacityStack } from '../../../constructs/aws/capacity-stack';
import type { CapacityInput } from '../../../lib/config/schema';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { root, temporaryFolder } from '../../support/foresize';
import { samplePlan } from '../../support/sample-plan';
import { all, buildFiles, only, planWith, problemsOf, sampleConfig, type Terraform } from './support';

const build = (cluster: CapacityInput['cluster'] = {}, others: Partial<CapacityInput> = {}, plan: CapacityPlan = samplePlan()) => {
  const files = buildFiles(sampleConfig({ cluster: { existing: 'prod', ...cluster }, ...others }), plan);
  return JSON.parse(files['stacks/capacity/cdk.tf.json']) as Terraform;
};
const idOf = (terraform: Terraform, type: string) => Object.keys(terraform.data[type])[0];

test('nothing but node groups is made for an existing cluster: no network, no cluster, no other stack', () => {
  expect(Object.keys(buildFiles(sampleConfig({ cluster: { existing: 'prod' } })))).toEqual([
    'manifest.json',
    'stacks/capacity/cdk.tf.json',
  ]);
  expect(build().data).not.toHaveProperty('terraform_remote_state');
  expect(Object.keys(build().resource).sort()).toEqual([
    'aws_autoscaling_group_tag',
    'aws_autoscaling_schedule',
    'aws_eks_node_group',
    'aws_iam_role',
    'aws_iam_role_policy_attachment',
    'aws_launch_template',
    'terraform_data',
  ]);
});

test('node groups join it by its name, at its version, in those of its subnets that give no public addresses', () => {
  const terraform = build();
  const cluster = `data.aws_eks_cluster.${idOf(terraform, 'aws_eks_cluster')}`;
  const subnet = idOf(terraform, 'aws_subnet');
  expect(terraform.data.aws_subnet[subnet]).toMatchObject({
    for_each: `\${toset(tolist(${cluster}.vpc_config[0].subnet_ids))}`,
    id: '${each.value}',
  });
  const [ids, filter] = Object.entries(terraform.locals).find(([, value]) => String(value).includes('subnet.id if !subnet.map_public_ip'))!;
  expect(filter).toBe(`\${[for subnet in data.aws_subnet.${subnet} : subnet.id if !subnet.map_public_ip_on_launch]}`);
  for (const group of all(terraform, 'aws_eks_node_group'))
    expect(group).toMatchObject({ cluster_name: `\${${cluster}.name}`, version: `\${${cluster}.version}`, subnet_ids: `\${local.${ids}}` });
});

test('its nodes get a role of their own, used only once it may do what nodes need', () => {
  const terraform = build();
  expect(only(terraform, 'aws_iam_role').name).toBe('sample-us-east-1-node');
  const policies = all(terraform, 'aws_iam_role_policy_attachment').map(({ policy_arn: arn }) => String(arn).split('/').pop());
  expect(policies.sort()).toEqual(['AmazonEC2ContainerRegistryPullOnly', 'AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy']);
  const [local, value] = Object.entries(terraform.locals).find(([, each]) => String(each).includes('aws_iam_role.'))!;
  expect(String(value).match(/aws_iam_role_policy_attachment\./g)).toHaveLength(3);
  expect(all(terraform, 'aws_eks_node_group').map((group) => group.node_role_arn)).toEqual(Array(4).fill(`\${local.${local}}`));
});

test('a role, subnets and security groups that the config names are those of the nodes', () => {
  const nodeRole = 'arn:aws:iam::111122223333:role/nodes';
  const terraform = build({ nodeRole, subnets: ['subnet-0a', 'subnet-0b'], securityGroups: ['sg-01'] });
  expect(terraform.resource).not.toHaveProperty('aws_iam_role');
  expect(all(terraform, 'aws_eks_node_group').map((group) => group.node_role_arn)).toEqual(Array(4).fill(nodeRole));
  expect(Object.values(terraform.data.aws_subnet)[0].for_each).toBe('${toset(["subnet-0a", "subnet-0b"])}');
  expect(JSON.stringify(terraform.locals)).not.toContain('map_public_ip');
  const own = `\${data.aws_eks_cluster.${idOf(terraform, 'aws_eks_cluster')}.vpc_config[0].cluster_security_group_id}`;
  for (const template of all(terraform, 'aws_launch_template')) expect(template.vpc_security_group_ids).toEqual([own, 'sg-01']);
});

test('without security groups of the config EKS gives nodes that of the cluster', () => {
  for (const template of all(build(), 'aws_launch_template')) expect(template).not.toHaveProperty('vpc_security_group_ids');
});

test('a group of a zone lies in the subnets of that zone', () => {
  const plan = planWith('l40s', (pool) => ({ ...pool, groups: [{ ...pool.groups[0], zone: 'us-east-1b' }] }));
  const terraform = build({}, { limits: { zones: ['us-east-1a', 'us-east-1b'] } }, plan);
  const [local] = Object.entries(terraform.locals).find(([, value]) => String(value).includes('availability_zone == "us-east-1b"'))!;
  const group = only(terraform, 'aws_eks_node_group', 'l40s');
  expect(group.subnet_ids).toBe(`\${local.${local}}`);
  expect(JSON.stringify(only(terraform, 'terraform_data', 'pool-l40s'))).toContain(
    'Cluster prod has no subnet without public addresses in zone us-east-1b: name the subnets of the nodes in cluster.subnets of the config.',
  );
});

test('an older version than that of the config, and a cluster without such subnets, are refused with what to do', () => {
  const gate = only(build({ version: '1.33' }), 'terraform_data', 'general');
  const conditions = (gate.lifecycle as { precondition: { condition: string; error_message: string }[] }).precondition;
  expect(conditions.map(({ condition }) => condition).slice(3)).toEqual([
    expect.stringMatching(/^\$\{tonumber\(split\("\.", data\.aws_eks_cluster\.\S+\.version\)\[1\]\) >= 33\}$/),
    expect.stringMatching(/^\$\{length\(local\.\S+\) > 0\}$/),
  ]);
  expect(conditions[3].error_message).toMatch(
    /^Cluster prod runs Kubernetes \S+, and the config says 1\.33, which manifests are made for: set cluster\.version to '\S+' there, and run 'foresize synth'\.$/,
  );
});

test('a plan all of whose nodes are somebody else’s needs no cluster', () => {
  const plan = samplePlan();
  const pools = Object.fromEntries(Object.entries(plan.pools).map(([name, pool]) => [name, { ...pool, owner: 'external' as const }]));
  const terraform = build({}, {}, { ...plan, pools });
  expect(terraform.data).toBeUndefined();
  expect(terraform.resource).toBeUndefined();
});

test('a new cluster in a network that is there has its subnets and makes no network', () => {
  const config = sampleConfig({ cluster: { subnets: ['subnet-0a', 'subnet-0b'] } });
  const files = buildFiles(config);
  const stack = (name: string) => JSON.parse(files[`stacks/${name}/cdk.tf.json`]) as Terraform;
  const foundation = stack('foundation');
  expect(Object.keys(foundation.resource).sort()).toEqual(['aws_kms_alias', 'aws_kms_key']);
  expect(foundation.output).toMatchObject({
    node_subnet_ids: { value: ['subnet-0a', 'subnet-0b'] },
    private_subnet_ids: { value: ['subnet-0a', 'subnet-0b'] },
    zones: { precondition: [{ condition: '${length(distinct(values(data.aws_subnet.subnet)[*].availability_zone)) > 1}' }] },
  });
});

test('a stack of node groups without a cluster to join is refused', () => {
  const app = new App({ outdir: join(temporaryFolder(), 'out'), stackTraces: false });
  expect(problemsOf(() => new CapacityStack(app, 'capacity', { config: sampleConfig(), plan: samplePlan() }))).toMatchObject([
    { code: 'aws/no-cluster', hint: "pass foundation and cluster, or add existing: '...'" },
  ]);
});

describe.each([
  ['docs/existing-cluster.md', 4],
  ['docs/nightly-deploys.md', 3],
  ['docs/new-cluster.md', 7],
])('%s', (path, count) => {
  const page = readFileSync(join(root, path), 'utf8');
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block);

  test.each(blocks)('what it shows is a config that builds: %s', (block) => {
    const fields = runInNewContext(`({ ${block} })`) as Partial<CapacityInput>;
    const stacks = Object.keys(buildFiles(sampleConfig(structuredClone(fields)))).filter((file) => file.startsWith('stacks/'));
    expect(stacks).toHaveLength(fields.cluster?.existing === undefined ? 4 : 1);
  });

  test('shows examples', () => expect(blocks).toHaveLength(count));
});

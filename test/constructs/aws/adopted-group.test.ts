import type { CapacityInput } from '../../../lib/config/schema';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';
import { buildFiles, sampleConfig, type Terraform } from './support';

/** What Terraform gets beside resources where node groups are adopted. */
type Adopting = Terraform & {
  readonly import?: readonly { readonly to: string; readonly id: string }[];
  readonly removed?: readonly { readonly from: string; readonly lifecycle: readonly { readonly destroy: boolean }[] }[];
};

const { l40s } = samplePlan().pools;
const [onDemand, spot] = l40s.groups;
const build = (adopt: Record<string, string>, plan: CapacityPlan = samplePlan()): Adopting => {
  const pools: CapacityInput['pools'] = {
    l40s: {
      kind: 'gpuPool',
      instances: ['g6e.xlarge', 'g6e.12xlarge'],
      capacity: ['on-demand', 'spot'],
      nodeSelector: { team: 'vision' },
      adopt,
    },
  };
  return JSON.parse(buildFiles(sampleConfig({ cluster: { existing: 'prod' }, pools }), plan)['stacks/capacity/cdk.tf.json']) as Adopting;
};
const withGroups = (...groups: (typeof onDemand)[]): CapacityPlan => ({ ...samplePlan(), pools: { l40s: { ...l40s, groups } } });
const groupOf = (terraform: Adopting, name: string) =>
  Object.entries(terraform.resource.aws_eks_node_group ?? {}).find(([, { node_group_name: own }]) => own === name);

test('of an adopted node group Terraform sets its sizes alone: it has no launch template, labels or tags of the autoscaler from here', () => {
  const terraform = build({ 'g6e.xlarge': 'theirs' }, withGroups(onDemand));
  expect(terraform.resource).not.toHaveProperty('aws_launch_template');
  expect(terraform.resource).not.toHaveProperty('aws_autoscaling_group_tag');
  const [id, group] = groupOf(terraform, 'theirs')!;
  const set = ['//', 'node_group_name', 'cluster_name', 'node_role_arn', 'subnet_ids', 'scaling_config', 'depends_on', 'lifecycle'];
  expect(Object.keys(group).sort()).toEqual(set.sort());
  expect((group.lifecycle as { ignore_changes: string[] }).ignore_changes).toEqual(
    expect.arrayContaining(['node_role_arn', 'subnet_ids', 'tags', 'labels', 'taint', 'launch_template', 'version']),
  );
  expect(terraform.import).toEqual([
    { to: `aws_eks_node_group.${id}`, id: expect.stringMatching(/^\$\{data\.aws_eks_cluster\..*\.name\}:theirs$/) as string },
  ]);
});

test('the other groups of its pool are made as always', () => {
  const terraform = build({ 'g6e.xlarge': 'theirs' });
  expect(groupOf(terraform, spot.name)?.[1]).toHaveProperty('launch_template');
  expect(groupOf(terraform, onDemand.name)).toBeUndefined();
});

test('one that the plan has no more is forgotten by Terraform at the place where it was, and not deleted', () => {
  const [id] = groupOf(build({ 'g6e.xlarge': 'theirs', 'g6e.12xlarge/spot': 'their-spot' }), 'their-spot')!;
  const terraform = build({ 'g6e.xlarge': 'theirs', 'g6e.12xlarge/spot': 'their-spot' }, withGroups(onDemand));
  expect(groupOf(terraform, 'their-spot')).toBeUndefined();
  expect(terraform.removed).toEqual([{ from: `aws_eks_node_group.${id}`, lifecycle: [{ destroy: false }] }]);
});

test('several are given back at once', () => {
  const terraform = build({ 'g6e.xlarge/spot': 'one', 'g6e.12xlarge': 'two' });
  expect(terraform.removed?.map(({ from }) => from.replace(/_[0-9A-F]{8}$/, '')).sort()).toEqual([
    'aws_eks_node_group.pool-l40s_adopted-one',
    'aws_eks_node_group.pool-l40s_adopted-two',
  ]);
});

import { terraformVariables } from '../../../constructs/aws/tfvars';
import type { PoolOwner } from '../../../lib/config/kinds';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';
import { all, buildStacks } from './support';

type Variables = { capacity: { plan: string; valid_until: string; node_groups: Record<string, Record<string, unknown>> } };
const variables = (plan: CapacityPlan, pools: 'external' | 'all') => JSON.parse(terraformVariables(plan, pools)) as Variables;
const ownedBy = (owner: PoolOwner, poolName: string): CapacityPlan => {
  const plan = samplePlan();
  return { ...plan, pools: { ...plan.pools, [poolName]: { ...plan.pools[poolName], owner } } };
};

test('the node groups of somebody else’s pools are there with their sizes, and no others', () => {
  const { capacity } = variables(ownedBy('external', 'l40s'), 'external');
  expect(Object.keys(capacity.node_groups)).toEqual(['l40s-g6e-xlarge', 'l40s-g6e-12xlarge-spot']);
  expect(capacity.node_groups['l40s-g6e-xlarge']).toEqual({
    pool: 'l40s',
    owner: 'external',
    instance_type: 'g6e.xlarge',
    ami_type: 'AL2023_x86_64_NVIDIA',
    capacity_type: 'ON_DEMAND',
    reservation: null,
    zone: null,
    min_size: 2,
    desired_size: 2,
    max_size: 12,
    gpus: 1,
    labels: {
      'foresize.dev/pool': 'l40s',
      'foresize.dev/capacity-type': 'on-demand',
      'foresize.dev/gpu': 'L40S',
      'k8s.amazonaws.com/accelerator': 'nvidia-l40s',
    },
    taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }],
    schedule: samplePlan().pools.l40s.groups[0].schedule,
  });
});

test('it says which plan it is of, and until when', () => {
  const { digest, validUntil } = samplePlan();
  expect(variables(samplePlan(), 'all').capacity).toMatchObject({ plan: digest, valid_until: validUntil });
});

test('without our own node groups all pools are in it, but for machines of one’s own', () => {
  const { capacity } = variables(ownedBy('none', 'general'), 'all');
  expect(Object.keys(capacity.node_groups)).toEqual(['h100-p5-48xlarge-reserved', 'l40s-g6e-xlarge', 'l40s-g6e-12xlarge-spot']);
  expect(capacity.node_groups['h100-p5-48xlarge-reserved']).toMatchObject({
    min_size: 1,
    desired_size: 1,
    max_size: 1,
    reservation: 'cr-0abc1234def567890',
  });
});

test('types, images, labels and taints are those of the node groups that foresize makes', () => {
  const { node_groups: groups } = variables(samplePlan(), 'all').capacity;
  for (const built of all(buildStacks().capacity, 'aws_eks_node_group')) {
    const group = groups[built.node_group_name as string];
    expect(built).toMatchObject({
      instance_types: [group.instance_type],
      ami_type: group.ami_type,
      capacity_type: group.capacity_type,
      labels: group.labels,
      taint: group.taints,
    });
  }
});

import type { CapacityPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';
import { all, buildStacks, only, sampleConfig } from './support';

const { l40s } = samplePlan().pools;
const [kept, gone] = l40s.groups;
const { kind, owner, reservation } = l40s;
const groups = [{ ...gone, floor: 0, peak: 0, schedule: [] }];
/** The sample plan without one of its groups, which retires under a pool. */
const planOf = (retiring: CapacityPlan['retiring']): CapacityPlan => ({
  ...samplePlan(),
  pools: { ...samplePlan().pools, l40s: { ...l40s, groups: [kept] } },
  retiring,
});
const namesIn = (plan: CapacityPlan, retired: string[] = []) =>
  all(buildStacks(sampleConfig({ cluster: { retired } }), plan).capacity, 'aws_eks_node_group').map((group) => group.node_group_name);

test('a group that retires stays at its place in Terraform, so that it is not replaced', () => {
  const addressOf = (plan: CapacityPlan) =>
    Object.entries(buildStacks(undefined, plan).capacity.resource.aws_eks_node_group).find(
      ([, group]) => group.node_group_name === gone.name,
    )?.[0];
  expect(addressOf(planOf({ l40s: { kind, owner, reservation, groups } }))).toBe(addressOf(samplePlan()));
});

test('it is there until the config says that it may go', () => {
  const plan = planOf({ l40s: { kind, owner, reservation, groups } });
  expect(namesIn(plan)).toContain(gone.name);
  expect(namesIn(plan, [gone.name])).not.toContain(gone.name);
});

test('it is there also where its pool is not, and in a zone that the network has no more', () => {
  const plan = planOf({ old: { kind, owner, reservation, groups: [{ ...groups[0], zone: 'us-east-1f' }] } });
  const group = only(buildStacks(undefined, plan).capacity, 'aws_eks_node_group', 'pool-old');
  expect(group).toMatchObject({ node_group_name: gone.name, labels: { 'foresize.dev/pool': 'old' } });
  expect(group.subnet_ids).toMatch(/^\$\{data\.terraform_remote_state\..*node_subnet_ids\}$/);
});

test('Terraform refuses to take away a group of the project that has nodes and that it is not to have', () => {
  const { capacity } = buildStacks(undefined, planOf(undefined));
  const [, kept] = Object.entries(capacity.locals).find(([name]) => name.includes('leaving_kept'))!;
  expect(kept).toEqual(['general-m7i-xlarge', 'h100-p5-48xlarge-reserved', 'l40s-g6e-xlarge', 'system']);
  expect(JSON.stringify(only(capacity, 'terraform_data', 'leaving'))).toContain('would be taken away with their pods');
});

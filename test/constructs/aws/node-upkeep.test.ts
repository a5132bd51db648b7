import { GpuNodeGroup } from '../../../constructs/aws/gpu-node-group';
import type { PoolNodeGroupsProps } from '../../../constructs/aws/pool-node-groups';
import { buildStacks, only, poolWith, sampleConfig, someCluster, synthesize } from './support';

const validUntil = '2026-11-30T00:00:00Z';

describe('nodes that run', () => {
  const build = (props: Partial<PoolNodeGroupsProps> = {}) =>
    synthesize(
      (stack) => new GpuNodeGroup(stack, 'Pool', { poolName: 'l40s', pool: poolWith('l40s'), validUntil, cluster: someCluster, ...props }),
    );
  const groupIn = (terraform: ReturnType<typeof build>) =>
    only(terraform, 'aws_eks_node_group') as { lifecycle: { ignore_changes: string[] } };

  test('keep version and image until somebody moves their group, unless they are to follow the cluster', () => {
    expect(groupIn(build()).lifecycle.ignore_changes).toEqual(['subnet_ids', 'version', 'release_version']);
    expect(groupIn(build({ nodeVersion: 'follows' })).lifecycle.ignore_changes).toEqual(['subnet_ids']);
  });

  test('are drained one at a time where their group is moved, and replaced where they stay unhealthy, unless that is switched off', () => {
    expect(groupIn(build())).toMatchObject({ update_config: { max_unavailable: 1 }, node_repair_config: { enabled: true } });
    expect(groupIn(build({ nodeRepair: false }))).toMatchObject({ node_repair_config: { enabled: false } });
  });

  test('have who pays as a tag, their disks too, and no tag that a further workload would change in their template', () => {
    const terraform = build({ machineTags: { 'cost-centre': 'ml ${x}' }, workloads: ['search', 'chat'] });
    const { tag_specifications: tagged } = only(terraform, 'aws_launch_template') as { tag_specifications: { tags: object }[] };
    expect(tagged.map(({ tags }) => tags)).toEqual(
      Array(2).fill({ Name: 'l40s-g6e-xlarge', 'foresize:pool': 'l40s', 'cost-centre': 'ml $${x}' }),
    );
    expect(only(terraform, 'aws_autoscaling_group_tag', 'workloads')).toMatchObject({
      tag: { key: 'foresize:workloads', value: 'chat search', propagate_at_launch: true },
    });
  });

  test('have as many names of workloads as a tag holds', () => {
    const terraform = build({ workloads: Array.from({ length: 40 }, (_, index) => `workload-${100 + index}`) });
    const { value } = (only(terraform, 'aws_autoscaling_group_tag', 'workloads') as { tag: { value: string } }).tag;
    expect(value.length).toBeLessThanOrEqual(256);
    expect(value).toMatch(/^workload-100 .* workload-\d+ \.\.\.$/);
  });
});

test('the cost centre of a pool goes before that of the config', () => {
  const stated = sampleConfig({
    costCentre: 'platform',
    pools: {
      l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], costCentre: 'research' },
      h100: { kind: 'gpuPool', instances: ['p5.48xlarge'] },
      general: { kind: 'pool', instances: ['m7i.xlarge'] },
    },
  });
  const tagsOf = (group: string) =>
    (only(buildStacks(stated).capacity, 'aws_launch_template', `_${group}_template`) as { tag_specifications: { tags: object }[] })
      .tag_specifications[0].tags;
  expect(tagsOf('l40s-g6e-xlarge')).toMatchObject({ 'cost-centre': 'research' });
  expect(tagsOf('general-m7i-xlarge')).toMatchObject({ 'cost-centre': 'platform' });
});

import { GpuNodeGroup } from '../../../constructs/aws/gpu-node-group';
import { PoolNodeGroups } from '../../../constructs/aws/pool-node-groups';
import type { NodeGroupPlan, PoolPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';
import { all, buildStacks, only, planWith, poolWith, problemsOf, sampleConfig, someCluster, synthesize, type Terraform } from './support';

const { validUntil, pools } = samplePlan();

/** One pool with one group, in a stack of its own. */
const build = (poolName: string, pool: PoolPlan) =>
  synthesize((stack) => new PoolNodeGroups(stack, 'Pool', { poolName, pool, validUntil, cluster: someCluster }));
const group = (poolName: string, change: Partial<NodeGroupPlan> = {}) =>
  only(build(poolName, poolWith(poolName, change)), 'aws_eks_node_group');
const node = (poolName: string, facts: Partial<NodeGroupPlan['node']>) => ({ node: { ...pools[poolName].groups[0].node, ...facts } });

test('a pool builds one node group for each group of its plan, by name, reusable in any stack', () => {
  const terraform = synthesize(
    (stack) => new GpuNodeGroup(stack, 'L40s', { poolName: 'l40s', pool: pools.l40s, validUntil, cluster: someCluster }),
  );
  expect(all(terraform, 'aws_eks_node_group')).toMatchObject([
    { node_group_name: 'l40s-g6e-xlarge', instance_types: ['g6e.xlarge'], capacity_type: 'ON_DEMAND', subnet_ids: ['subnet-1'] },
    { node_group_name: 'l40s-g6e-12xlarge-spot', instance_types: ['g6e.12xlarge'], capacity_type: 'SPOT', cluster_name: 'mine' },
  ]);
});

test('a group that the plan puts in a zone lies in a subnet of that zone, and is refused without one', () => {
  const pool = poolWith('l40s', { zone: 'us-east-1b' });
  const build = (zoneSubnetIds?: Record<string, string[]>) =>
    synthesize((stack) => new PoolNodeGroups(stack, 'Pool', { poolName: 'l40s', pool, validUntil, cluster: someCluster, zoneSubnetIds }));
  expect(only(build({ 'us-east-1b': ['subnet-b'] }), 'aws_eks_node_group').subnet_ids).toEqual(['subnet-b']);
  expect(problemsOf(() => build()).map(({ code, message }) => [code, message])).toEqual([
    ['aws/no-zone', "'l40s-g6e-xlarge' (zone us-east-1b) must have a subnet in its zone in order for its nodes to lie there"],
  ]);
});

test('a zone of the plan is the subnet of that zone in the network of the config', () => {
  const plan = planWith('l40s', (pool) => ({ ...pool, groups: [{ ...pool.groups[0], zone: 'us-east-1b' }] }));
  const { foundation, capacity } = buildStacks(sampleConfig({ limits: { zones: ['us-east-1a', 'us-east-1b'] } }), plan);
  expect(only(foundation, 'aws_subnet', 'private-us-east-1b')).toMatchObject({
    availability_zone: 'us-east-1b',
    cidr_block: '${cidrsubnet("10.0.0.0/16", 4, 1)}',
  });
  expect(foundation.data?.aws_availability_zones).toBeUndefined();
  expect(only(capacity, 'aws_eks_node_group', 'l40s').subnet_ids).toEqual([
    expect.stringMatching(/^\$\{element\(data\.terraform_remote_state\..*node_subnet_ids, 1\)\}$/),
  ]);
});

test('texts of a plan are texts to Terraform, whatever stands in them', () => {
  const pool = poolWith('l40s', { instanceType: '${file("key")}' });
  const terraform = synthesize(
    (stack) =>
      new PoolNodeGroups(stack, 'Pool', {
        poolName: 'a${b}',
        pool,
        validUntil,
        cluster: { ...someCluster, name: '${aws_eks_cluster.mine.name}' },
      }),
  );
  expect(only(terraform, 'aws_eks_node_group')).toMatchObject({
    instance_types: ['$${file("key")}'],
    labels: { 'foresize.dev/pool': 'a$${b}' },
    cluster_name: '${aws_eks_cluster.mine.name}',
  });
});

test('labels and taints that a pool has of its own are on its nodes, and in the tags by which cluster-autoscaler knows of them', () => {
  const pool: PoolPlan = {
    ...poolWith('l40s'),
    nodeSelector: { team: 'ml' },
    taints: [{ key: 'team', value: 'ml', effect: 'NoExecute' }],
  };
  const terraform = build('l40s', pool);
  expect(only(terraform, 'aws_eks_node_group')).toMatchObject({
    labels: { team: 'ml', 'foresize.dev/pool': 'l40s' },
    taint: [
      { key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' },
      { key: 'team', value: 'ml', effect: 'NO_EXECUTE' },
    ],
  });
  const tags = all(terraform, 'aws_autoscaling_group_tag').map(({ tag }) => tag);
  expect(tags).toContainEqual({ key: 'k8s.io/cluster-autoscaler/node-template/label/team', value: 'ml', propagate_at_launch: false });
  expect(tags).toContainEqual({
    key: 'k8s.io/cluster-autoscaler/node-template/taint/team',
    value: 'ml:NoExecute',
    propagate_at_launch: false,
  });
});

describe('a capacity block', () => {
  const window = { from: '2026-11-27T11:30:00Z', to: '2026-12-04T11:00:00Z' };
  const block = (pool: Partial<PoolPlan> = {}) => ({
    ...poolWith('l40s', { capacityType: 'capacity-block', reservation: 'cr-0abc' }, pool),
  });
  const buildBlock = (pool: PoolPlan, windows: Record<string, typeof window> = { 'cr-0abc': window }) =>
    synthesize((stack) => new PoolNodeGroups(stack, 'Pool', { poolName: 'l40s', pool, validUntil, cluster: someCluster, windows }));
  const inside = `timecmp(plantimestamp(), "${window.from}") >= 0 && timecmp(plantimestamp(), "${window.to}") < 0`;

  test('its nodes are bought as such and aim at it; their type stands in the launch template alone', () => {
    const terraform = buildBlock(block());
    const nodeGroup = only(terraform, 'aws_eks_node_group');
    expect(nodeGroup.capacity_type).toBe('CAPACITY_BLOCK');
    expect(nodeGroup).not.toHaveProperty('instance_types');
    expect(only(terraform, 'aws_launch_template')).toMatchObject({
      instance_type: 'g6e.xlarge',
      instance_market_options: { market_type: 'capacity-block' },
      capacity_reservation_specification: { capacity_reservation_target: { capacity_reservation_id: 'cr-0abc' } },
    });
  });

  test('outside of its window no node is asked for', () => {
    const terraform = buildBlock(block());
    const live = Object.keys(terraform.locals).find((name) => name.includes('live'));
    expect(only(terraform, 'aws_eks_node_group').scaling_config).toEqual({
      min_size: `\${${inside} ? 2 : 0}`,
      desired_size: `\${${inside} ? max(2, local.${live}) : 0}`,
      max_size: `\${max(12, local.${live})}`,
    });
  });

  test('its group is emptied when EC2 begins to end its instances, half an hour before the block ends', () => {
    expect(only(buildBlock(block()), 'aws_autoscaling_schedule')).toMatchObject({
      scheduled_action_name: 'l40s-g6e-xlarge-empty-20261204T1100Z',
      recurrence: '0 11 4 12 *',
      min_size: 0,
      max_size: -1,
      desired_capacity: 0,
    });
  });

  test('of the config has the window of the config, half an hour shorter than the block', () => {
    const reservation = {
      id: 'cr-0abc',
      kind: 'capacity-block',
      instance: 'g6e.xlarge',
      count: 2,
      zone: 'us-east-1a',
      from: window.from,
      to: '2026-12-04T11:30:00Z',
    } as const;
    const { pools: configured } = samplePlan();
    const config = sampleConfig({
      pools: {
        l40s: { kind: 'gpuPool', reservation },
        h100: { kind: 'gpuPool', instances: ['p5.48xlarge'] },
        general: { kind: 'pool', instances: ['m7i.xlarge'] },
      },
      limits: { zones: ['us-east-1a', 'us-east-1b'] },
    });
    const { capacity } = buildStacks(config, { ...samplePlan(), pools: { ...configured, l40s: block() } });
    expect(only(capacity, 'aws_autoscaling_schedule', 'block').recurrence).toBe('0 11 4 12 *');
  });

  test('is refused without its window', () => {
    expect(problemsOf(() => buildBlock(block(), {})).map(({ code, hint }) => [code, hint])).toEqual([
      ['aws/no-window', "pass windows: { 'cr-0abc': { from, to } }"],
    ]);
  });
});

test('two pools of two clusters share a stack without touching each other', () => {
  const terraform = synthesize((stack) => {
    new GpuNodeGroup(stack, 'A', { poolName: 'l40s', pool: pools.l40s, validUntil, cluster: someCluster });
    new GpuNodeGroup(stack, 'B', { poolName: 'l40s', pool: pools.l40s, validUntil, cluster: { ...someCluster, name: 'other' } });
  });
  expect(all(terraform, 'aws_eks_node_group').map((each) => each.cluster_name)).toEqual(['mine', 'mine', 'other', 'other']);
  expect(Object.keys(terraform.check)).toHaveLength(4);
});

describe('owner autoscaler', () => {
  const terraform = build('l40s', poolWith('l40s'));
  const { scaling_config: sizes } = only(terraform, 'aws_eks_node_group');
  const [live] = Object.keys(terraform.locals).filter((name) => name.includes('live'));

  test('the least is the floor; desired and most never go below what is live', () => {
    expect(sizes).toEqual({ min_size: 2, desired_size: `\${max(2, local.${live})}`, max_size: `\${max(12, local.${live})}` });
  });

  test('what is live is read of the Auto Scaling group, where the group exists, and is 0 before', () => {
    const [[existing]] = Object.entries(terraform.data.aws_eks_node_groups);
    const [[present, { count }]] = Object.entries(terraform.data.aws_eks_node_group);
    expect(count).toBe(`\${contains(data.aws_eks_node_groups.${existing}.names, "l40s-g6e-xlarge") ? 1 : 0}`);
    const [[moved, autoscaling]] = Object.entries(terraform.data.aws_autoscaling_group);
    const [names, ofGroup] = Object.entries(terraform.locals).find(([name]) => name.includes('autoscaling-names'))!;
    expect(ofGroup).toBe(
      `\${flatten([for group in data.aws_eks_node_group.${present} : [for part in group.resources : part.autoscaling_groups[*].name]])}`,
    );
    expect(autoscaling).toMatchObject({ count: `\${length(local.${names})}`, name: `\${local.${names}[count.index]}` });
    expect(terraform.locals[live]).toBe(`\${sum(concat([0], data.aws_autoscaling_group.${moved}[*].desired_capacity))}`);
  });

  test('Terraform warns while more than the ceiling is live', () => {
    expect(Object.values(terraform.check)).toEqual([
      {
        assert: {
          condition: `\${local.${live} <= 12}`,
          error_message: `l40s-g6e-xlarge runs \${local.${live}} nodes, above its ceiling of 12: its maximum stays there until the autoscaler has removed them.`,
        },
      },
    ]);
  });

  test('no scheduled action is made', () => expect(terraform.resource.aws_autoscaling_schedule).toBeUndefined());
});

describe('owner schedule', () => {
  const terraform = build('general', poolWith('general'));
  const find = (part: string) => `local.${Object.keys(terraform.locals).find((name) => name.includes(part))}`;

  test('the least is the step in force when Terraform plans, the first before any', () => {
    const [steps, floor, live] = [find('steps'), find('floor'), find('live')];
    expect(terraform.locals[floor.slice(6)]).toBe(
      `\${reverse(concat([${steps}[0].nodes], [for step in ${steps} : step.nodes if timecmp(step.from, plantimestamp()) <= 0]))[0]}`,
    );
    expect(only(terraform, 'aws_eks_node_group').scaling_config).toEqual({
      min_size: `\${${floor}}`,
      desired_size: `\${max(${floor}, ${live})}`,
      max_size: `\${max(10, ${live})}`,
    });
    expect(terraform.locals[steps.slice(6)]).toEqual(pools.general.groups[0].schedule);
  });

  test('actions set the minimum and write -1 for the rest, because left out it would become 0', () => {
    expect(only(terraform, 'aws_autoscaling_schedule')).toMatchObject({
      for_each: {
        '20261123T0756Z': { nodes: 5, recurrence: '56 7 23 11 *' },
        '20261123T2000Z': { nodes: 2, recurrence: '0 20 23 11 *' },
      },
      scheduled_action_name: 'general-m7i-xlarge-${each.key}',
      min_size: '${each.value.nodes}',
      max_size: -1,
      desired_capacity: -1,
      recurrence: '${each.value.recurrence}',
      time_zone: 'Etc/UTC',
      autoscaling_group_name: expect.stringMatching(
        /^\$\{aws_eks_node_group\.[\w-]+\.resources\[0\]\.autoscaling_groups\[0\]\.name\}$/,
      ) as string,
    });
  });

  test('a schedule of one step needs no action', () => {
    const [first] = pools.general.groups[0].schedule;
    expect(build('general', poolWith('general', { schedule: [first] })).resource.aws_autoscaling_schedule).toBeUndefined();
  });
});

describe('owner terraform', () => {
  const fixed = (sizes: Partial<NodeGroupPlan>) => build('h100', poolWith('h100', sizes));

  const sizesOf = (terraform: Terraform) => {
    const local = (part: string) => `local.${Object.keys(terraform.locals).find((name) => name.includes(part))}`;
    const [[moved]] = Object.entries(terraform.data.aws_autoscaling_group);
    return { most: local('most'), live: local('live'), moved: `data.aws_autoscaling_group.${moved}` };
  };

  test('all three sizes are the peak of the plan, but for nodes that another owner has left', () => {
    const nodes = [
      { from: '2026-11-23T00:00:00Z', nodes: 1 },
      { from: '2026-11-24T00:00:00Z', nodes: 3 },
    ];
    const terraform = fixed({ floor: 1, peak: 3, ceiling: 4, schedule: nodes });
    const { most, live, moved } = sizesOf(terraform);
    expect(only(terraform, 'aws_eks_node_group').scaling_config).toEqual({
      min_size: 3,
      desired_size: `\${${most}}`,
      max_size: `\${max(1, ${most})}`,
    });
    expect(terraform.locals[most.slice(6)]).toBe(
      `\${alltrue([for size in ${moved} : size.min_size == size.max_size]) ? 3 : max(3, ${live})}`,
    );
  });

  test('nothing is scheduled, and no autoscaler invited', () => {
    expect(Object.keys(fixed({}).resource).sort()).toEqual(['aws_eks_node_group', 'aws_launch_template', 'terraform_data']);
  });
});

describe('a group that the plan has no more', () => {
  const { l40s } = pools;
  const [kept, gone] = l40s.groups;
  const terraform = synthesize(
    (stack) =>
      new PoolNodeGroups(stack, 'Pool', {
        poolName: 'l40s',
        pool: { ...l40s, groups: [kept] },
        retiring: [gone],
        validUntil,
        cluster: someCluster,
      }),
  );
  const built = all(terraform, 'aws_eks_node_group').find((each) => each.node_group_name === gone.name);

  test('keeps its nodes until the autoscaler has removed them', () => {
    const live = Object.keys(terraform.locals).find((name) => name.includes('spot_sizes_live'));
    expect(built?.scaling_config).toEqual({ min_size: 0, desired_size: `\${local.${live}}`, max_size: `\${max(1, local.${live})}` });
  });

  test('gets no further pod, and the autoscaler knows', () => {
    expect(built?.taint).toContainEqual({ key: 'foresize.dev/retiring', value: 'true', effect: 'NO_SCHEDULE' });
    const tags = all(terraform, 'aws_autoscaling_group_tag').map(({ tag }) => tag);
    const ofTaint = { key: 'k8s.io/cluster-autoscaler/node-template/taint/foresize.dev/retiring', value: 'true:NoSchedule' };
    expect(tags.filter((tag) => (tag as { key: string }).key === ofTaint.key)).toEqual([{ ...ofTaint, propagate_at_launch: false }]);
  });
});

test('an expired plan is refused, and one of Terraform that is old, when Terraform plans and at the beginning of an apply', () => {
  const terraform = build('h100', poolWith('h100'));
  const local = (part: string) => Object.keys(terraform.locals).find((name) => name.includes(part))!;
  const [until, age] = [local('valid_until'), local('max_age')];
  expect([terraform.locals[until], terraform.locals[age]]).toEqual([validUntil, '900s']);
  const error_message = `The capacity plan expired at \${local.${until}}. Run 'foresize plan', review and commit the new plan, and deploy that.`;
  const [[gate, { lifecycle }]] = Object.entries(terraform.resource.terraform_data);
  expect(lifecycle).toEqual({
    precondition: [
      { condition: `\${timecmp(plantimestamp(), local.${until}) < 0}`, error_message },
      { condition: `\${timecmp(timestamp(), local.${until}) < 0}`, error_message },
      {
        condition: `\${timecmp(timestamp(), timeadd(plantimestamp(), local.${age})) < 0}`,
        error_message: `This Terraform plan was made at \${plantimestamp()}, longer than \${local.${age}} ago, and holds the sizes that node groups had then: plan again and apply at once.`,
      },
    ],
  });
  expect(only(terraform, 'aws_eks_node_group').depends_on).toEqual([`terraform_data.${gate}`]);
});

test('a group stays in the subnets that it was made in, because moving it would replace all its nodes', () => {
  expect(only(build('h100', poolWith('h100')), 'aws_eks_node_group').lifecycle).toMatchObject({
    ignore_changes: expect.arrayContaining(['subnet_ids']) as string[],
  });
});

test('images follow GPU and architecture', () => {
  expect(group('l40s').ami_type).toBe('AL2023_x86_64_NVIDIA');
  expect(group('l40s', node('l40s', { arch: 'arm64' })).ami_type).toBe('AL2023_ARM_64_NVIDIA');
  expect(group('general').ami_type).toBe('AL2023_x86_64_STANDARD');
  expect(group('general', node('general', { arch: 'arm64' })).ami_type).toBe('AL2023_ARM_64_STANDARD');
});

test('pods find GPU nodes by label and are kept off them by a taint unless they ask for a GPU', () => {
  expect(group('l40s')).toMatchObject({
    labels: {
      'foresize.dev/pool': 'l40s',
      'foresize.dev/capacity-type': 'on-demand',
      'foresize.dev/gpu': 'L40S',
      'k8s.amazonaws.com/accelerator': 'nvidia-l40s',
    },
    taint: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }],
  });
  expect(group('general')).toMatchObject({
    labels: { 'foresize.dev/pool': 'general', 'foresize.dev/capacity-type': 'on-demand' },
    taint: [],
  });
});

test('a GPU whose name is no label value has one that is', () => {
  expect(group('l40s', node('l40s', { gpuName: 'RTX PRO 6000 (Blackwell)' })).labels).toMatchObject({
    'foresize.dev/gpu': 'RTX-PRO-6000-Blackwell',
  });
});

test('the label by which cluster-autoscaler knows GPU nodes that boot may be the pool’s own', () => {
  const own = { 'k8s.amazonaws.com/accelerator': 'l40s' };
  expect(only(build('l40s', { ...poolWith('l40s'), nodeSelector: own }), 'aws_eks_node_group').labels).toMatchObject(own);
});

test('cluster-autoscaler finds a group and knows its nodes while it has none', () => {
  const tags = all(build('l40s', poolWith('l40s')), 'aws_autoscaling_group_tag').map((each) => each.tag as Record<string, unknown>);
  expect(Object.fromEntries(tags.map(({ key, value }) => [key, value]))).toEqual({
    'k8s.io/cluster-autoscaler/enabled': 'true',
    'k8s.io/cluster-autoscaler/mine': 'owned',
    'k8s.io/cluster-autoscaler/node-template/label/foresize.dev/pool': 'l40s',
    'k8s.io/cluster-autoscaler/node-template/label/foresize.dev/capacity-type': 'on-demand',
    'k8s.io/cluster-autoscaler/node-template/label/foresize.dev/gpu': 'L40S',
    'k8s.io/cluster-autoscaler/node-template/label/k8s.amazonaws.com/accelerator': 'nvidia-l40s',
    'k8s.io/cluster-autoscaler/node-template/taint/nvidia.com/gpu': 'true:NoSchedule',
    'k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu': '1',
  });
});

test('subnets and disk are the caller’s choice', () => {
  const terraform = synthesize((stack) => {
    const pool = poolWith('h100');
    new GpuNodeGroup(stack, 'H100', {
      poolName: 'h100',
      pool,
      validUntil,
      cluster: someCluster,
      subnetIds: ['subnet-9'],
      rootVolumeGiB: 500,
    });
  });
  expect(only(terraform, 'aws_eks_node_group').subnet_ids).toEqual(['subnet-9']);
  expect(only(terraform, 'aws_launch_template').block_device_mappings).toMatchObject([{ ebs: { volume_size: 500 } }]);
});

test('a pool without a group builds nothing', () => {
  const { capacity } = buildStacks(
    undefined,
    planWith('l40s', (pool) => ({ ...pool, groups: [] })),
  );
  expect(all(capacity, 'aws_eks_node_group').map((each) => each.node_group_name)).toEqual([
    'general-m7i-xlarge',
    'h100-p5-48xlarge-reserved',
  ]);
});

describe('a pool that AWS would refuse half-way is refused at once', () => {
  const [step] = pools.general.groups[0].schedule;
  const steps = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ from: new Date(Date.UTC(2026, 10, 23, index)).toISOString(), nodes: 2 + (index % 2) }));
  const refused = (change: Partial<NodeGroupPlan>, pool: Partial<PoolPlan> = {}) =>
    problemsOf(() => build('general', poolWith('general', change, pool)))[0]?.message;

  test('a name that EKS does not take', () => {
    expect(refused({ name: '1st' })).toBe(
      "'1st' must be at most 63 letters, digits, '-' and '_', beginning with a letter, in order for EKS to take it as a name",
    );
    expect(refused({ name: 'a'.repeat(64) })).toContain('must be at most 63 letters');
  });

  test.each([{ floor: 6 }, { peak: 11 }, { floor: -1 }, { ceiling: 5.5 }, { floor: 0, peak: 0, ceiling: 0 }])(
    'sizes out of order: %p',
    (change) => {
      expect(refused(change)).toMatch(
        /^'general-m7i-xlarge' \(floor .*\) must rise from floor to peak to ceiling, with a ceiling of 1 at least/,
      );
    },
  );

  test.each([[[]], [[{ ...step, nodes: 6 }]], [[step, step]], [[{ ...step, from: 'noon' }]], [[step, { ...step, from: 'noon' }]]])(
    'a schedule that cannot be followed: %j',
    (schedule) => {
      expect(refused({ schedule })).toBe(
        "'general-m7i-xlarge' must have a schedule of one step or more, ascending in time, between floor 2 and peak 5, in order for its nodes to follow it",
      );
    },
  );

  test('more than 125 scheduled actions, under owner schedule alone', () => {
    expect(refused({ schedule: steps(126) })).toBeUndefined();
    expect(refused({ schedule: steps(127) })).toBe(
      "'general-m7i-xlarge' must have at most 125 scheduled actions in order for its Auto Scaling group to take them",
    );
    expect(refused({ schedule: steps(127) }, { owner: 'autoscaler' })).toBeUndefined();
  });

  test('reserved machines without a reservation', () => {
    expect(refused({ capacityType: 'reserved' })).toBe(
      "'general-m7i-xlarge' (reserved) must belong to a pool with a reservation in order for its machines to use it",
    );
  });

  test('a GPU pool with machines that have none, and GPU set-up for another kind of pool', () => {
    expect(refused({}, { kind: 'gpuPool' })).toBe("'general-m7i-xlarge' (m7i.xlarge) must have a GPU in order to be a group of a GPU pool");
    const gpu = () =>
      synthesize((stack) => new GpuNodeGroup(stack, 'G', { poolName: 'general', pool: pools.general, validUntil, cluster: someCluster }));
    expect(problemsOf(gpu)[0].message).toBe("'general' (pool) must be a gpuPool in order for its nodes to be set up for GPUs");
  });

  test('a pool that the plan does not have', () => {
    const props = { poolName: 'gpus', pool: pools.gpus, validUntil, cluster: someCluster };
    for (const Groups of [GpuNodeGroup, PoolNodeGroups])
      expect(() => synthesize((stack) => new Groups(stack, 'P', props))).toThrow(
        'pools.gpus: is not in the plan. Hint: name a pool of the config, or run `foresize plan` where it is new there',
      );
  });

  test('an end of validity that is no time', () => {
    const props = { poolName: 'general', pool: pools.general, validUntil: 'tomorrow', cluster: someCluster };
    expect(problemsOf(() => synthesize((stack) => new PoolNodeGroups(stack, 'P', props)))[0].message).toBe(
      "'tomorrow' must be a time with its zone in order for Terraform to check that the plan still holds",
    );
  });
});

import { retiringPools } from '../../lib/plan/nodes';
import type { CapacityPlan, NodeGroupPlan, PoolPlan } from '../../lib/plan/file/types';
import { type AwsEmulator, startAwsEmulator } from '../support/aws-emulator';
import { clusterOfOthers } from '../support/cluster-of-others';
import { testConfig } from '../support/config';
import { type Deployment, deployment } from '../support/deployment';
import { samplePlan } from '../support/sample-plan';
import { canApply, expectSuccess, realTest } from '../support/terraform';

/**
 * A plan after another for pools of every owner, while the Auto Scaling groups have moved and EKS does not know it yet. No apply fails, no
 * live node is taken away, no group is replaced, and the next plan changes nothing. The steps build on each other, in their order.
 */
const state = { kind: 's3', bucket: 'state-of-tests', region: 'us-east-1' } as const;
const configOf = (subnets: string[], cluster: { retired?: string[]; maxAge?: string } = {}) =>
  testConfig({ state, cluster: { existing: 'prod', version: '1.33', subnets, checkAccount: false, ...cluster } });
let emulator: AwsEmulator;
let project: Deployment;
let subnets: string[];
let deployed: CapacityPlan;
let config: ReturnType<typeof configOf>;

beforeAll(async () => {
  if (!canApply) return;
  emulator = await startAwsEmulator();
  await emulator.call('s3', '/state-of-tests', '');
  const { output } = await (await clusterOfOthers(emulator, { publicToo: false }))('output', '-json', 'subnets');
  subnets = JSON.parse(output) as string[];
  config = configOf([subnets[0]]);
  project = deployment(emulator, config, 'prod');
}, 180_000);
afterAll(async () => emulator?.stop());

const sample = samplePlan();
const group = (name: string, sizes: Partial<NodeGroupPlan>): NodeGroupPlan => {
  const { floor = 2, peak = floor, ceiling = 12 } = sizes;
  const schedule = [{ from: '2020-01-01T00:00:00Z', nodes: floor }];
  return { ...sample.pools.l40s.groups[0], schedule, ...sizes, name, floor, peak, ceiling };
};
const pool = (owner: PoolPlan['owner'], ...groups: NodeGroupPlan[]): PoolPlan => ({ ...sample.pools.l40s, owner, groups });
const first = {
  auto: pool('autoscaler', group('auto-a', {})),
  sched: pool('schedule', group('sched-a', {})),
  fixed: pool('terraform', group('fixed-a', { floor: 3, ceiling: 3 })),
};
const planOf = (pools: Readonly<Record<string, PoolPlan>>, previous: CapacityPlan | null = deployed): CapacityPlan => {
  const plan = { ...sample, validUntil: '2120-01-01T00:00:00Z', pools };
  return { ...plan, retiring: retiringPools(previous, pools, config.cluster.retired) };
};

type Live = Record<string, { desired: number; autoscalingGroup: string }>;

async function liveNow(): Promise<Live> {
  const names = (await project.groupNames()).filter((name) => name !== 'theirs');
  const entries: [string, Live[string]][] = [];
  for (const name of names)
    entries.push([name, { desired: (await project.sizesOf(name)).desiredSize, autoscalingGroup: await project.autoscalingGroupOf(name) }]);
  return Object.fromEntries(entries);
}

/** Deploys a plan, and asserts what no deployment may do. */
async function deploy(pools: Readonly<Record<string, PoolPlan>>): Promise<void> {
  const before = await liveNow();
  const plan = planOf(pools);
  project.synthesize(plan, config);
  const applied = await project.run('capacity', 'apply', '-auto-approve');
  expectSuccess(applied);
  const after = await liveNow();
  for (const [name, { desired, autoscalingGroup }] of Object.entries(before)) {
    expect({ name, autoscalingGroup: after[name]?.autoscalingGroup }).toEqual({ name, autoscalingGroup });
    expect({ name, drained: Math.max(0, desired - after[name].desired) }).toEqual({ name, drained: 0 });
  }
  expectSuccess(await project.run('capacity', 'plan', '-detailed-exitcode'));
  deployed = plan;
}

const moveBoth = async (auto: number, sched: number) => {
  await project.moveLive('auto-a', auto);
  await project.moveLive('sched-a', sched);
};

realTest('groups that are absent are made at their floors', async () => {
  deployed = planOf(first, null);
  await deploy(first);
  expect(await project.sizesOf('auto-a')).toEqual({ minSize: 2, desiredSize: 2, maxSize: 12 });
  expect(await project.sizesOf('sched-a')).toEqual({ minSize: 2, desiredSize: 2, maxSize: 12 });
  expect(await project.sizesOf('fixed-a')).toEqual({ minSize: 3, desiredSize: 3, maxSize: 3 });
});

const raised = (floor: number) => ({
  auto: pool('autoscaler', group('auto-a', { floor })),
  sched: pool('schedule', group('sched-a', { floor })),
  fixed: first.fixed,
});

realTest('a floor raised below the live size changes no node', async () => {
  await moveBoth(7, 8);
  await deploy(raised(5));
  expect(await project.sizesOf('auto-a')).toEqual({ minSize: 5, desiredSize: 7, maxSize: 12 });
  expect(await project.sizesOf('sched-a')).toEqual({ minSize: 5, desiredSize: 8, maxSize: 12 });
});

realTest('a floor raised above the live size adds nodes', async () => {
  await deploy({ ...raised(9), fixed: pool('terraform', group('fixed-a', { floor: 4, ceiling: 4 })) });
  expect((await project.sizesOf('auto-a')).desiredSize).toBe(9);
  expect((await project.sizesOf('sched-a')).desiredSize).toBe(9);
  expect(await project.sizesOf('fixed-a')).toEqual({ minSize: 4, desiredSize: 4, maxSize: 4 });
});

const fixedFour = { fixed: pool('terraform', group('fixed-a', { floor: 4, ceiling: 4 })) };

realTest('a floor that is lowered, and a ceiling lowered to above the live size, change no node; one below it waits', async () => {
  await moveBoth(10, 10);
  const lowered = (name: string, ceiling: number) => group(name, { floor: 1, ceiling });
  await deploy({ auto: pool('autoscaler', lowered('auto-a', 11)), sched: pool('schedule', lowered('sched-a', 6)), ...fixedFour });
  expect(await project.sizesOf('auto-a')).toEqual({ minSize: 1, desiredSize: 10, maxSize: 11 });
  expect(await project.sizesOf('sched-a')).toEqual({ minSize: 1, desiredSize: 10, maxSize: 10 });
});

const spot = (name: string) => group(name, { floor: 1, capacityType: 'spot', instanceType: 'g6e.12xlarge' });
const withSpot = {
  auto: pool('autoscaler', group('auto-a', { floor: 1, ceiling: 6 }), spot('auto-spot')),
  sched: pool('schedule', group('sched-a', {}), spot('sched-spot')),
  fixed: pool('terraform', group('fixed-a', { floor: 4, ceiling: 4 }), spot('fixed-spot')),
};

realTest('one more zone replaces no group, one more spot type is one more, and a ceiling below the live size waits', async () => {
  config = configOf(subnets);
  await deploy(withSpot);
  expect(await project.sizesOf('auto-a')).toEqual({ minSize: 1, desiredSize: 10, maxSize: 10 });
  expect((await liveNow())['auto-spot'].desired).toBe(1);
});

const renamed = { gpu: pool('autoscaler', group('gpu-a', {})), sched: withSpot.sched, fixed: pool('terraform', spot('fixed-spot')) };

realTest('groups of a pool that is renamed, and groups that the solver drops, keep their nodes and get no further pods', async () => {
  await deploy(renamed);
  expect(Object.keys(await liveNow()).sort()).toEqual(['auto-a', 'auto-spot', 'fixed-a', 'fixed-spot', 'gpu-a', 'sched-a', 'sched-spot']);
  expect(await project.sizesOf('auto-a')).toEqual({ minSize: 0, desiredSize: 10, maxSize: 10 });
  expect(await project.sizesOf('fixed-a')).toEqual({ minSize: 0, desiredSize: 4, maxSize: 4 });
  const answer = await emulator.call('eks', '/clusters/prod/node-groups/auto-a');
  expect((answer as { nodegroup: { taints: object[] } }).nodegroup.taints).toContainEqual({
    key: 'foresize.dev/retiring',
    value: 'true',
    effect: 'NO_SCHEDULE',
  });
});

realTest('a group that has nodes is not taken away, neither by the word of the config nor by a plan that forgot it', async () => {
  const forgetful = { ...planOf(renamed), retiring: undefined };
  project.synthesize(forgetful, config);
  const planned = await project.run('capacity', 'plan');
  expect(planned.status).toBe(1);
  expect(planned.output).toContain(
    'Node groups that still run nodes, so many each, would be taken away with their pods: auto-a (10), auto-spot (1), fixed-a (4).',
  );
  project.synthesize(planOf(renamed), configOf(subnets, { retired: ['auto-a'] }));
  expect((await project.run('capacity', 'plan')).output).toContain('would be taken away with their pods: auto-a (10).');
});

realTest('a retiring group that is empty goes when the config says so', async () => {
  await project.moveLive('auto-a', 0);
  await project.moveLive('auto-spot', 0);
  await deploy(renamed);
  config = configOf(subnets, { retired: ['auto-a', 'auto-spot'] });
  project.synthesize(planOf(renamed), config);
  expectSuccess(await project.run('capacity', 'apply', '-auto-approve'));
  expect(Object.keys(await liveNow()).sort()).toEqual(['fixed-a', 'fixed-spot', 'gpu-a', 'sched-a', 'sched-spot']);
  expectSuccess(await project.run('capacity', 'plan', '-detailed-exitcode'));
  deployed = planOf(renamed);
});

realTest('a pool that changes its owner keeps its nodes, also above the peak of the new owner', async () => {
  await project.moveLive('gpu-a', 6);
  await deploy({
    gpu: pool('terraform', group('gpu-a', { floor: 3, ceiling: 3 })),
    sched: pool('autoscaler', ...withSpot.sched.groups),
    fixed: pool('schedule', spot('fixed-spot')),
  });
  expect(await project.sizesOf('gpu-a')).toEqual({ minSize: 3, desiredSize: 6, maxSize: 6 });
});

realTest('a plan of Terraform that is saved and applied too late is refused', async () => {
  const pools = {
    gpu: pool('autoscaler', group('gpu-a', { floor: 4 })),
    sched: pool('autoscaler', ...withSpot.sched.groups),
    fixed: pool('schedule', spot('fixed-spot')),
  };
  project.synthesize(planOf(pools), configOf(subnets, { maxAge: '1s' }));
  expectSuccess(await project.run('capacity', 'plan', '-out=saved'));
  await project.moveLive('gpu-a', 12);
  const applied = await project.run('capacity', 'apply', 'saved');
  expect(applied.status).toBe(1);
  expect(applied.output).toContain('longer than 1s ago, and holds the sizes that node groups had then: plan again and apply at once.');
  expect((await project.sizesOf('gpu-a')).desiredSize).toBe(12);
});

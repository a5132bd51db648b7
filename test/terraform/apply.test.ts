import type { CapacityPlan, NodeGroupPlan } from '../../lib/plan/file/types';
import { type AwsEmulator, startAwsEmulator } from '../support/aws-emulator';
import { testConfig } from '../support/config';
import { type Deployment, deployment } from '../support/deployment';
import { samplePlan } from '../support/sample-plan';
import { canApply, realTest } from '../support/terraform';

/**
 * The emitted JSON, unchanged, with its state in a bucket, through the real Terraform and AWS provider onto an emulator. The
 * tests build on each other, in their order. What the emulator cannot show: that scheduled actions run, that machines start.
 */
const config = testConfig({ cluster: { checkAccount: false }, state: { kind: 's3', bucket: 'state-of-tests', region: 'us-east-1' } });
let emulator: AwsEmulator;
let project: Deployment;

beforeAll(async () => {
  if (!canApply) return;
  emulator = await startAwsEmulator();
  await emulator.call('s3', '/state-of-tests', '');
  project = deployment(emulator, config);
}, 60_000);
afterAll(async () => emulator?.stop());

realTest('a plan applies from nothing: network, cluster and every kind of node group', async () => {
  synthesize(planOf());
  for (const stack of ['foundation', 'cluster', 'capacity'])
    expect(await run(stack, 'apply', '-auto-approve')).toMatchObject({ status: 0 });
  expect(await sizesOf('l40s-g6e-xlarge')).toEqual({ minSize: 2, desiredSize: 2, maxSize: 12 });
  expect(await sizesOf('h100-p5-48xlarge-reserved')).toEqual({ minSize: 1, desiredSize: 1, maxSize: 1 });
});

realTest('a version of Kubernetes that EKS does not offer is refused before the cluster is made or upgraded', async () => {
  project.synthesize(planOf(), testConfig({ state: config.state, cluster: { version: '1.36' } }));
  const { status, output } = await run('cluster', 'plan');
  expect(status).toBe(1);
  expect(output).toContain('EKS does not offer Kubernetes 1.36');
  synthesize(planOf());
});

realTest('a group that the schedule owns begins with the floor that is in force, below its ceiling', async () => {
  expect(await sizesOf('general-m7i-xlarge')).toEqual({ minSize: 5, desiredSize: 5, maxSize: 10 });
});

realTest('scheduled actions move the minimum alone, on the Auto Scaling group of their node group', async () => {
  const answer = String(await emulator.call('autoscaling', '/', 'Action=DescribeScheduledActions&Version=2011-01-01'));
  const actions = [...answer.matchAll(/<member>([\s\S]*?)<\/member>/g)]
    .map(([, text]) => text)
    .sort((a, b) => (a.includes('0 6 1 1') ? -1 : b.includes('0 6 1 1') ? 1 : 0));
  const field = (text: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  expect(
    actions.map((text) => [field(text, 'Recurrence'), field(text, 'MinSize'), field(text, 'MaxSize'), field(text, 'DesiredCapacity')]),
  ).toEqual([
    ['0 6 1 1 *', '5', undefined, undefined],
    ['30 20 1 1 *', '2', undefined, undefined],
  ]);
  const group = await project.autoscalingGroupOf('general-m7i-xlarge');
  expect(actions.map((text) => field(text, 'AutoScalingGroupName'))).toEqual(Array(2).fill(group));
});

realTest('the same plan, planned again, changes nothing in any stack', async () => {
  for (const stack of ['foundation', 'cluster', 'capacity'])
    expect(await run(stack, 'plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
});

realTest('a live size that the autoscaler moved is no drift, and while EKS does not know it, Terraform tells it and no more', async () => {
  await moveLive('l40s-g6e-xlarge', 5);
  const { output } = await run('capacity', 'plan');
  expect(output).toContain('Plan: 0 to add, 1 to change, 0 to destroy.');
  expect(output).toContain('~ desired_size = 2 -> 5');
  const path = `/clusters/${config.name}/node-groups/l40s-g6e-xlarge/update-config`;
  await emulator.call('eks', path, { scalingConfig: { desiredSize: 5 } });
  expect(await run('capacity', 'plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
});

realTest('a floor that rises above the live size applies, and takes the desired size with it', async () => {
  synthesize(planOf({ floor: 8, peak: 9 }));
  expect(await run('capacity', 'apply', '-auto-approve')).toMatchObject({ status: 0 });
  expect(await sizesOf('l40s-g6e-xlarge')).toEqual({ minSize: 8, desiredSize: 8, maxSize: 12 });
});

realTest('a floor that falls takes no live node away', async () => {
  await moveLive('l40s-g6e-xlarge', 11);
  synthesize(planOf({ floor: 1, peak: 9 }));
  expect(await run('capacity', 'apply', '-auto-approve')).toMatchObject({ status: 0 });
  expect(await sizesOf('l40s-g6e-xlarge')).toEqual({ minSize: 1, desiredSize: 11, maxSize: 12 });
});

realTest('a ceiling below the live size takes no live node away, and warns', async () => {
  synthesize(planOf({ floor: 1, peak: 9, ceiling: 9 }));
  const applied = await run('capacity', 'apply', '-auto-approve');
  expect(applied).toMatchObject({ status: 0 });
  expect(applied.output).toContain('l40s-g6e-xlarge runs 11 nodes, above its ceiling of 9');
  expect(await sizesOf('l40s-g6e-xlarge')).toEqual({ minSize: 1, desiredSize: 11, maxSize: 11 });
});

realTest('another digest alone touches tags of node groups, no size and no machine', async () => {
  synthesize({ ...planOf({ floor: 1, peak: 9, ceiling: 9 }), digest: `sha256:${'9'.repeat(64)}` });
  const planned = await run('capacity', 'plan');
  expect(planned.output).toContain('Plan: 0 to add, 4 to change, 0 to destroy.');
  expect(planned.output).not.toMatch(/aws_launch_template\.\S+ will be|launch_template \{ ~|~ scaling_config|known after apply/);
});

realTest('an expired plan does not deploy, and can still be taken down', async () => {
  synthesize({ ...planOf(), validUntil: '2020-11-30T00:00:00Z' });
  const planned = await run('capacity', 'plan');
  expect(planned.status).toBe(1);
  expect(planned.output).toContain('The capacity plan expired at 2020-11-30T00:00:00Z.');
  expect(planned.output).toContain("Run 'foresize plan', review and commit the new plan, and deploy that.");
  expect(await run('capacity', 'destroy', '-auto-approve')).toMatchObject({ status: 0 });
});

/** The sample plan, valid for ever, its scheduled group between steps that no clock of today passes. */
function planOf(l40s: Partial<NodeGroupPlan> = {}): CapacityPlan {
  const plan = samplePlan();
  const pool = plan.pools.l40s;
  const [first, ...others] = pool.groups;
  const changed: NodeGroupPlan = { ...first, ...l40s };
  const schedule = [{ from: '2020-01-01T00:00:00Z', nodes: changed.floor }];
  const [general] = plan.pools.general.groups;
  return {
    ...plan,
    validUntil: '2120-01-01T00:00:00Z',
    pools: {
      ...plan.pools,
      l40s: { ...pool, groups: [{ ...changed, schedule }, ...others] },
      general: {
        ...plan.pools.general,
        groups: [
          {
            ...general,
            schedule: [
              { from: '2020-01-01T00:00:00Z', nodes: 2 },
              { from: '2020-01-01T06:00:00Z', nodes: 5 },
              { from: '2120-01-01T20:30:00Z', nodes: 2 },
            ],
          },
        ],
      },
    },
  };
}

const sizesOf = (name: string) => project.sizesOf(name);
const moveLive = (name: string, desiredSize: number) => project.moveLive(name, desiredSize);
const synthesize = (plan: CapacityPlan): void => project.synthesize(plan);
const run: Deployment['run'] = (stack, command, ...args) => project.run(stack, command, ...args);

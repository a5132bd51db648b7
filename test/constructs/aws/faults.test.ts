import { App, TerraformStack } from 'cdktf';
import { join } from 'node:path';
import { GpuNodeGroup } from '../../../constructs/aws/gpu-node-group';
import { Network } from '../../../constructs/aws/network';
import { PoolNodeGroups, type PoolNodeGroupsProps } from '../../../constructs/aws/pool-node-groups';
import type { CapacityInput } from '../../../lib/config/schema';
import type { NodeGroupPlan } from '../../../lib/plan/file/types';
import { isProblemError } from '../../../lib/problems';
import { temporaryFolder } from '../../support/foresize';
import { samplePlan } from '../../support/sample-plan';
import { buildFiles, poolWith, sampleConfig, someCluster } from './support';

/** What an app of one's own says when it is synthesised: codes and places of problems, or the paths and messages of validations. */
function saidBy(build: (stack: TerraformStack) => unknown): string {
  const app = new App({ outdir: join(temporaryFolder(), 'out'), stackTraces: false });
  try {
    build(new TerraformStack(app, 'own'));
    app.synth();
  } catch (error) {
    return textOf(error);
  }
  return 'nothing';
}

function saidOf(config: Partial<CapacityInput>): string {
  try {
    buildFiles(sampleConfig(config));
  } catch (error) {
    return textOf(error);
  }
  return 'nothing';
}

const textOf = (error: unknown): string =>
  isProblemError(error) ? error.problems.map(({ code, path }) => `${code} ${path}`).join('; ') : String(error);

const validUntil = '2026-11-30T00:00:00Z';
const propsOf = (group: Partial<NodeGroupPlan>): PoolNodeGroupsProps => ({
  poolName: 'l40s',
  pool: poolWith('l40s', group),
  validUntil,
  cluster: someCluster,
});
const groups = (group: Partial<NodeGroupPlan>) => (stack: TerraformStack) => new GpuNodeGroup(stack, 'L40s', propsOf(group));
const at = (minute: number) => new Date(Date.UTC(2026, 10, 23) + minute * 60_000).toISOString().replace('.000', '');
const manySteps = Array.from({ length: 127 }, (_, step) => ({ from: at(30 * step), nodes: 2 + (step % 2) }));

test.each<[string, (stack: TerraformStack) => unknown, string]>([
  [
    'two owners of a node group',
    (stack) => [groups({})(stack), new PoolNodeGroups(stack, 'Too', propsOf({}))],
    "[own/L40s] node group 'l40s-g6e-xlarge' must have one owner in its cluster, and own/Too makes it too",
  ],
  [
    'a capacity block without its window',
    groups({ capacityType: 'capacity-block', reservation: 'cr-0abc' }),
    'aws/no-window pools.l40s.groups.l40s-g6e-xlarge',
  ],
  [
    'more scheduled actions than an Auto Scaling group takes',
    (stack) =>
      new GpuNodeGroup(stack, 'L40s', { ...propsOf({}), pool: poolWith('l40s', { peak: 3, schedule: manySteps }, { owner: 'schedule' }) }),
    'aws/too-many-actions pools.l40s.groups.l40s-g6e-xlarge.schedule',
  ],
  ['a name that EKS does not take', groups({ name: 'l40s g6e' }), 'aws/group-name pools.l40s.groups.l40s g6e'],
  ['a negative size', groups({ floor: -1 }), 'aws/group-sizes pools.l40s.groups.l40s-g6e-xlarge'],
  ['a zone without a subnet', groups({ zone: 'us-east-1f' }), 'aws/no-zone pools.l40s.groups.l40s-g6e-xlarge'],
  ['reserved machines without a reservation', groups({ capacityType: 'reserved' }), 'aws/no-reservation pools.l40s.groups.l40s-g6e-xlarge'],
  [
    'a GPU pool of machines without a GPU',
    groups({ node: { ...samplePlan().pools.general.groups[0].node } }),
    'aws/no-gpu pools.l40s.groups',
  ],
  [
    'EFA on a type without it',
    (stack) => new GpuNodeGroup(stack, 'L40s', { ...propsOf({}), pool: poolWith('l40s', {}, { efa: true }) }),
    'aws/no-efa pools.l40s.groups.l40s-g6e-xlarge',
  ],
  ['a date that is none', (stack) => new GpuNodeGroup(stack, 'L40s', { ...propsOf({}), validUntil: 'soon' }), 'aws/valid-until validUntil'],
  [
    'a network that is too small for its subnets',
    (stack) => new Network(stack, 'Net', { name: 'own', cidr: '10.0.0.0/28', zones: 2 }),
    'aws/network-cidr cluster.cidr',
  ],
])('%s: caught before anything is deployed, with its place', (_, build, said) => {
  expect(saidBy(build)).toContain(said);
});

test.each<[string, Partial<CapacityInput>, string]>([
  ['spot without an instance type', { pools: { l40s: { kind: 'gpuPool', capacity: ['spot'] } } }, 'pools.l40s'],
  ['an API server that is open to the world', { cluster: { endpoint: 'public' } }, 'cluster.endpoint'],
  ['a version that is none', { cluster: { version: '1.3' } }, 'cluster.version'],
  ['a network that is too small', { cluster: { cidr: '10.0.0.0/28' } }, 'cluster.cidr'],
  ['a state that lies elsewhere on each machine', { state: { kind: 'local', directory: '/state' } }, 'state.directory'],
])('%s of a config: caught with its place', (_, config, place) => {
  expect(saidOf(config)).toContain(place);
});

test('what only AWS knows is refused when Terraform plans: expiry, quota, zone of a type, addresses, version', () => {
  const files = buildFiles();
  const emitted = files['stacks/capacity/cdk.tf.json'] + files['stacks/cluster/cdk.tf.json'];
  for (const said of [
    'The capacity plan expired',
    'vCPU at their peaks',
    'EC2 does not sell',
    'more addresses at their peaks',
    'EKS does not offer',
  ])
    expect(emitted).toContain(said);
});

test('disks cannot be left unencrypted: nothing in the config says so, and every template encrypts its own', () => {
  const templates = buildFiles()['stacks/capacity/cdk.tf.json'];
  expect(templates.match(/"volume_type": "gp3"/g)).toHaveLength(4);
  expect(templates.match(/"encrypted": "true"/g)).toHaveLength(4);
});

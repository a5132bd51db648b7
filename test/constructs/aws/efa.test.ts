import { PoolNodeGroups } from '../../../constructs/aws/pool-node-groups';
import { planWithEfa, samplePlan } from '../../support/sample-plan';
import { all, only, someCluster, synthesize, type Terraform } from './support';

const plan = planWithEfa();
const build = (pool = plan.pools.h100, cluster = someCluster): Terraform =>
  synthesize((stack) => new PoolNodeGroups(stack, 'H100', { poolName: 'h100', pool, validUntil: plan.validUntil, cluster }));
type Interface = {
  readonly network_card_index: number;
  readonly device_index: number;
  readonly interface_type: string;
  readonly security_groups: string[];
};
const interfacesOf = (terraform: Terraform) =>
  only(terraform, 'aws_launch_template', 'h100-p5-48xlarge_t').network_interfaces as Interface[];

test('a node has an interface on each of its network cards, of which the first has its address', () => {
  const interfaces = interfacesOf(build());
  expect(interfaces).toHaveLength(32);
  expect(interfaces.map(({ network_card_index: card }) => card)).toEqual(Array.from({ length: 32 }, (_, card) => card));
  expect(interfaces.map(({ device_index: device, interface_type: type }) => `${device} ${type}`)).toEqual([
    '0 efa',
    ...Array<string>(31).fill('1 efa-only'),
  ]);
});

test('everything passes between the nodes of the pool, and the first interface is in the security group of the cluster too', () => {
  const terraform = build();
  const between = only(terraform, 'aws_security_group');
  const open = { from_port: 0, to_port: 0, protocol: '-1', self: true };
  expect(between).toMatchObject({ ingress: [open], egress: [open] });
  const [first, ...others] = interfacesOf(terraform);
  expect(first.security_groups).toEqual([
    expect.stringMatching(/vpc_config\[0\]\.cluster_security_group_id\}$/),
    expect.stringMatching(/^\$\{aws_security_group\..*\.id\}$/),
  ]);
  for (const other of others) expect(other.security_groups).toEqual([first.security_groups[1]]);
  expect(all(terraform, 'aws_launch_template').map(({ vpc_security_group_ids: ids }) => ids)).toEqual([undefined, undefined]);
});

test('security groups that the config names are those of the first interface', () => {
  const [first] = interfacesOf(build(undefined, { ...someCluster, securityGroupIds: ['sg-cluster', 'sg-own'] }));
  expect(first.security_groups.slice(0, 2)).toEqual(['sg-cluster', 'sg-own']);
});

test('nodes start close together, and those of a reservation where it lies', () => {
  const terraform = build();
  expect(only(terraform, 'aws_placement_group')).toMatchObject({ strategy: 'cluster' });
  expect(only(terraform, 'aws_launch_template', 'h100-p5-48xlarge_t').placement).toEqual({
    group_name: expect.stringMatching(/^\$\{aws_placement_group\..*\.name\}$/) as string,
  });
  expect(only(terraform, 'aws_launch_template', 'cr-0abc')).not.toHaveProperty('placement');
});

test('a pool all of whose nodes are of a reservation makes no placement group, and one without efa nothing of this', () => {
  const reserved = build({ ...samplePlan().pools.h100, efa: true });
  expect(reserved.resource).not.toHaveProperty('aws_placement_group');
  expect(reserved.resource).toHaveProperty('aws_security_group');
  const without = build(samplePlan().pools.h100);
  expect(Object.keys(without.resource)).not.toEqual(expect.arrayContaining(['aws_security_group']));
  expect(only(without, 'aws_launch_template')).not.toHaveProperty('network_interfaces');
});

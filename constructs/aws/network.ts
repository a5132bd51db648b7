import { DataAwsAvailabilityZones } from '@cdktf/provider-aws/lib/data-aws-availability-zones';
import { Eip } from '@cdktf/provider-aws/lib/eip';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { type Problem, ProblemError } from '../../lib/problems';
import { expression } from './expression';

export interface NetworkProps {
  /** The name of the cluster that uses the network. The names and tags of all parts of the network contain it. */
  readonly name: string;
  /** The IPv4 range, a /16 to /20 without host bits, such as `10.0.0.0/16`. */
  readonly cidr: string;
  /** The availability zones for nodes: a number from 1 to 6, or the names of two or more zones, such as `['eu-west-1a', 'eu-west-1b']`. */
  readonly zones: number | readonly string[];
  /**
   * NAT gateways: one in each zone that has nodes, or one in the first of them, for all.
   * @default 'each-zone'
   */
  readonly nat?: 'each-zone' | 'one';
  /**
   * Whether Terraform refuses to destroy or replace the VPC.
   * @default false
   */
  readonly protect?: boolean;
}

/** The fewest zones that an EKS control plane accepts. */
const CONTROL_PLANE_ZONES = 2;

/** The ids of zones where EKS has no control plane. The network does not use them where it chooses the zones. */
const ZONES_WITHOUT_EKS = ['use1-az3', 'usw1-az2', 'cac1-az3'];

/**
 * A VPC with a private and a public subnet in each zone, and a NAT gateway for each zone that has nodes, so that a zone still works
 * when another one fails, or one for all.
 *
 * A private subnet takes a sixteenth of the range, such as a /20 of a /16, because every pod has an address of the network. A public
 * subnet takes a 256th, at the end of the range. The part of the range that a named zone gets depends only on the last letter of its
 * name, so that adding a zone does not move the others.
 *
 * @throws ProblemError `aws/network-cidr` when the range is not a /16 to /20 or has host bits
 */
export class Network extends Construct {
  /** The id of the VPC. */
  readonly vpcId: string;
  /** The ids of the private subnets for nodes, one for each zone that has nodes; with named zones, in the order of their names. */
  readonly nodeSubnetIds: readonly string[];
  /** The ids of all private subnets: those for nodes, and with a single zone a second one, which the control plane needs. */
  readonly privateSubnetIds: readonly string[];
  /** The ids of the public subnets, one for each private subnet. */
  readonly publicSubnetIds: readonly string[];
  /** The ids of the route tables of the private subnets. */
  readonly privateRouteTableIds: readonly string[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { name, cidr, zones, nat = 'each-zone', protect = false } = props;
    const problems = networkProblems(cidr);
    if (problems.length > 0) throw new ProblemError(problems);
    const places = typeof zones === 'number' ? this.anyZones(Math.max(zones, CONTROL_PLANE_ZONES)) : namedZones(zones);
    const vpc = new Vpc(this, 'vpc', {
      cidrBlock: cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: name },
      lifecycle: protect ? { preventDestroy: true } : undefined,
    });
    const internet = new InternetGateway(this, 'internet', { vpcId: vpc.id, tags: { Name: name } });
    const publicRoutes = new RouteTable(this, 'public-routes', { vpcId: vpc.id, tags: { Name: `${name}-public` } });
    new Route(this, 'public-default', { routeTableId: publicRoutes.id, destinationCidrBlock: '0.0.0.0/0', gatewayId: internet.id });

    const subnet = (kind: 'public' | 'private', { label, name: zoneName, place, lifecycle }: Place) =>
      new Subnet(this, `${kind}-${label}`, {
        vpcId: vpc.id,
        availabilityZone: zoneName,
        cidrBlock: kind === 'private' ? Fn.cidrsubnet(cidr, 4, place) : Fn.cidrsubnet(cidr, 8, 240 + place),
        tags: {
          Name: `${name}-${kind}-${label}`,
          [`kubernetes.io/cluster/${name}`]: 'shared',
          [kind === 'private' ? 'kubernetes.io/role/internal-elb' : 'kubernetes.io/role/elb']: '1',
        },
        lifecycle,
      });

    const count = typeof zones === 'number' ? zones : zones.length;
    const publicSubnets = places.map((place) => subnet('public', place));
    const privateSubnets = places.map((place) => subnet('private', place));
    publicSubnets.forEach(({ id }, index) => {
      new RouteTableAssociation(this, `public-${places[index].label}-routes`, { subnetId: id, routeTableId: publicRoutes.id });
    });
    const gateways = publicSubnets.slice(0, nat === 'one' ? 1 : count).map((publicSubnet, index) => {
      const zone = places[index].label;
      const address = new Eip(this, `nat-${zone}-address`, { domain: 'vpc', tags: { Name: `${name}-nat-${zone}` }, dependsOn: [internet] });
      return new NatGateway(this, `nat-${zone}`, {
        subnetId: publicSubnet.id,
        allocationId: address.id,
        tags: { Name: `${name}-${zone}` },
        dependsOn: [internet],
      });
    });
    const privateRoutes = publicSubnets.slice(0, count).map((_, index) => {
      const zone = places[index].label;
      const gateway = gateways[Math.min(index, gateways.length - 1)];
      const table = new RouteTable(this, `private-${zone}-table`, { vpcId: vpc.id, tags: { Name: `${name}-private-${zone}` } });
      new Route(this, `private-${zone}-default`, { routeTableId: table.id, destinationCidrBlock: '0.0.0.0/0', natGatewayId: gateway.id });
      return table;
    });
    privateSubnets.forEach(({ id }, index) => {
      const table = privateRoutes[Math.min(index, count - 1)];
      new RouteTableAssociation(this, `private-${places[index].label}-routes`, { subnetId: id, routeTableId: table.id });
    });

    this.vpcId = vpc.id;
    this.publicSubnetIds = publicSubnets.map(({ id }) => id);
    this.privateSubnetIds = privateSubnets.map(({ id }) => id);
    this.privateRouteTableIds = privateRoutes.map(({ id }) => id);
    this.nodeSubnetIds = this.privateSubnetIds.slice(0, count);
  }

  /** The first zones of the region in which EKS has control planes. Terraform fails where the region has fewer than `count`. */
  private anyZones(count: number): readonly Place[] {
    const available = new DataAwsAvailabilityZones(this, 'zones', {
      state: 'available',
      excludeZoneIds: ZONES_WITHOUT_EKS,
      filter: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
      lifecycle: {
        postcondition: [
          {
            condition: expression(`length(self.names) >= ${count}`),
            errorMessage: `The network needs ${count} availability zones, more than this region has: lower limits.zones in the config.`,
          },
        ],
      },
    });
    return Array.from({ length: count }, (_, place) => ({
      label: `${place}`,
      name: expression(`data.aws_availability_zones.${available.friendlyUniqueId}.names[${place}]`),
      place,
      // AWS does not promise the order of the zones of a region, so a subnet that exists stays in its zone.
      lifecycle: { ignoreChanges: ['availability_zone'] },
    }));
  }
}

/** A zone of the network. */
type Place = {
  /** The part of names and ids that tells its subnets from those of other zones. */
  readonly label: string;
  /** The name of the zone, or a Terraform expression of it. */
  readonly name: string;
  /** Which part of the range its subnets get, counted from 0. */
  readonly place: number;
  readonly lifecycle?: { ignoreChanges: string[] };
};

function namedZones(zones: readonly string[]): readonly Place[] {
  return [...zones].sort().map((name) => ({ label: name, name, place: name.charCodeAt(name.length - 1) - 'a'.charCodeAt(0) }));
}

/** The problem `aws/network-cidr` where a range is not a /16 to /20 or has host bits; none otherwise. */
export function networkProblems(cidr: string): Problem[] {
  const [address = '', length = ''] = cidr.split('/');
  const bits = Number(length);
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  if (bits >= 16 && bits <= 20 && value % 2 ** (32 - bits) === 0) return [];
  const message = `'${cidr}' must be a /16 to /20 without host bits in order for every zone to get its subnets`;
  return [{ code: 'aws/network-cidr', path: 'cluster.cidr', message, hint: "for example '10.0.0.0/16'" }];
}

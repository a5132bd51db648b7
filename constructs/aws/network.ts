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
  /** Name of the cluster that lives here; names and tags follow from it. */
  readonly name: string;
  /** IPv4 range, a /16 to /20 without host bits: `10.0.0.0/16`. */
  readonly cidr: string;
  /** Availability zones that hold nodes: how many, 1 to 6, or which, two or more. */
  readonly zones: number | readonly string[];
}

/** An EKS control plane refuses fewer zones. */
const CONTROL_PLANE_ZONES = 2;

/** Zones, by id, where EKS offers no control plane: the network keeps out of them. */
const ZONES_WITHOUT_EKS = ['use1-az3', 'usw1-az2', 'cac1-az3'];

/**
 * A VPC with a public and a private subnet in each zone, and one NAT gateway for each zone that holds nodes, so that the
 * loss of a zone takes no other with it.
 *
 * Of the range, each private subnet takes a sixteenth (a /20 of a /16: pods have addresses of the network) and each public
 * one a 256th at its end. Named zones have places in the range by their letter, so that one more moves no other.
 *
 * @throws ProblemError `aws/network-cidr` when the range cannot be split so
 */
export class Network extends Construct {
  readonly vpcId: string;
  /** One for each zone that holds nodes; of named zones in the order of their names. */
  readonly nodeSubnetIds: readonly string[];
  /** The nodes' subnets, and with a single zone a second one that the control plane asks for. */
  readonly privateSubnetIds: readonly string[];
  readonly publicSubnetIds: readonly string[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { name, cidr, zones } = props;
    const problems = networkProblems(cidr);
    if (problems.length > 0) throw new ProblemError(problems);
    const places = typeof zones === 'number' ? this.anyZones(Math.max(zones, CONTROL_PLANE_ZONES)) : namedZones(zones);
    const vpc = new Vpc(this, 'vpc', { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: { Name: name } });
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
    const publicSubnets = places.map((each) => subnet('public', each));
    const privateSubnets = places.map((each) => subnet('private', each));
    publicSubnets.forEach((each, index) => {
      new RouteTableAssociation(this, `public-${places[index].label}-routes`, { subnetId: each.id, routeTableId: publicRoutes.id });
    });
    const privateRoutes = publicSubnets.slice(0, count).map((each, index) => {
      const zone = places[index].label;
      const address = new Eip(this, `nat-${zone}-address`, { domain: 'vpc', tags: { Name: `${name}-nat-${zone}` }, dependsOn: [internet] });
      const nat = new NatGateway(this, `nat-${zone}`, {
        subnetId: each.id,
        allocationId: address.id,
        tags: { Name: `${name}-${zone}` },
        dependsOn: [internet],
      });
      const table = new RouteTable(this, `private-${zone}-table`, { vpcId: vpc.id, tags: { Name: `${name}-private-${zone}` } });
      new Route(this, `private-${zone}-default`, { routeTableId: table.id, destinationCidrBlock: '0.0.0.0/0', natGatewayId: nat.id });
      return table;
    });
    privateSubnets.forEach((each, index) => {
      const table = privateRoutes[Math.min(index, count - 1)];
      new RouteTableAssociation(this, `private-${places[index].label}-routes`, { subnetId: each.id, routeTableId: table.id });
    });

    this.vpcId = vpc.id;
    this.publicSubnetIds = publicSubnets.map((each) => each.id);
    this.privateSubnetIds = privateSubnets.map((each) => each.id);
    this.nodeSubnetIds = this.privateSubnetIds.slice(0, count);
  }

  /** The first of the region that EKS takes. */
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
      // The order of a region's zones is not promised: a subnet that exists stays where it is.
      lifecycle: { ignoreChanges: ['availability_zone'] },
    }));
  }
}

/** A zone of the network, and its place in the range. */
type Place = {
  readonly label: string;
  readonly name: string;
  readonly place: number;
  readonly lifecycle?: { ignoreChanges: string[] };
};

function namedZones(zones: readonly string[]): readonly Place[] {
  return [...zones].sort().map((name) => ({ label: name, name, place: name.charCodeAt(name.length - 1) - 'a'.charCodeAt(0) }));
}

/** Why a network cannot be laid out over a range. */
export function networkProblems(cidr: string): Problem[] {
  const [address = '', length = ''] = cidr.split('/');
  const bits = Number(length);
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  if (bits >= 16 && bits <= 20 && value % 2 ** (32 - bits) === 0) return [];
  const message = `'${cidr}' must be a /16 to /20 without host bits in order for every zone to get its subnets`;
  return [{ code: 'aws/network-cidr', path: 'cluster.cidr', message, hint: "for example '10.0.0.0/16'" }];
}

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
  /** Availability zones that hold nodes, 1 to 6. */
  readonly zones: number;
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
 * one a 256th at its end.
 *
 * @throws ProblemError `aws/network-cidr` when the range cannot be split so
 */
export class Network extends Construct {
  readonly vpcId: string;
  /** One for each zone that holds nodes. */
  readonly nodeSubnetIds: readonly string[];
  /** The nodes' subnets, and with a single zone a second one that the control plane asks for. */
  readonly privateSubnetIds: readonly string[];
  readonly publicSubnetIds: readonly string[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { name, cidr, zones } = props;
    const problems = networkProblems(cidr);
    if (problems.length > 0) throw new ProblemError(problems);
    const zoneCount = Math.max(zones, CONTROL_PLANE_ZONES);
    const available = new DataAwsAvailabilityZones(this, 'zones', {
      state: 'available',
      excludeZoneIds: ZONES_WITHOUT_EKS,
      filter: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
      lifecycle: {
        postcondition: [
          {
            condition: expression(`length(self.names) >= ${zoneCount}`),
            errorMessage: `The network needs ${zoneCount} availability zones, more than this region has: lower limits.zones in the config.`,
          },
        ],
      },
    });
    const vpc = new Vpc(this, 'vpc', { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: { Name: name } });
    const internet = new InternetGateway(this, 'internet', { vpcId: vpc.id, tags: { Name: name } });
    const publicRoutes = new RouteTable(this, 'public-routes', { vpcId: vpc.id, tags: { Name: `${name}-public` } });
    new Route(this, 'public-default', { routeTableId: publicRoutes.id, destinationCidrBlock: '0.0.0.0/0', gatewayId: internet.id });

    const subnet = (kind: 'public' | 'private', zone: number) =>
      new Subnet(this, `${kind}-${zone}`, {
        vpcId: vpc.id,
        availabilityZone: expression(`data.aws_availability_zones.${available.friendlyUniqueId}.names[${zone}]`),
        cidrBlock: kind === 'private' ? Fn.cidrsubnet(cidr, 4, zone) : Fn.cidrsubnet(cidr, 8, 240 + zone),
        tags: {
          Name: `${name}-${kind}-${zone}`,
          [`kubernetes.io/cluster/${name}`]: 'shared',
          [kind === 'private' ? 'kubernetes.io/role/internal-elb' : 'kubernetes.io/role/elb']: '1',
        },
        // The order of a region's zones is not promised: a subnet that exists stays where it is.
        lifecycle: { ignoreChanges: ['availability_zone'] },
      });

    const all = Array.from({ length: zoneCount }, (_, zone) => zone);
    const publicSubnets = all.map((zone) => subnet('public', zone));
    const privateSubnets = all.map((zone) => subnet('private', zone));
    publicSubnets.forEach((each, zone) => {
      new RouteTableAssociation(this, `public-${zone}-routes`, { subnetId: each.id, routeTableId: publicRoutes.id });
    });
    const privateRoutes = publicSubnets.slice(0, zones).map((each, zone) => {
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
    privateSubnets.forEach((each, zone) => {
      const table = privateRoutes[Math.min(zone, zones - 1)];
      new RouteTableAssociation(this, `private-${zone}-routes`, { subnetId: each.id, routeTableId: table.id });
    });

    this.vpcId = vpc.id;
    this.publicSubnetIds = publicSubnets.map((each) => each.id);
    this.privateSubnetIds = privateSubnets.map((each) => each.id);
    this.nodeSubnetIds = this.privateSubnetIds.slice(0, zones);
  }
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

import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { FlowLog } from '@cdktf/provider-aws/lib/flow-log';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { Construct } from 'constructs';
import { trust } from './node-role';

export interface NetworkGuardsProps {
  /** The name of the cluster that uses the network. The names of roles and logs contain it. */
  readonly name: string;
  /** The AWS region of the network. */
  readonly region: string;
  /** The IPv4 range of the network. */
  readonly cidr: string;
  /** The id of the VPC. */
  readonly vpcId: string;
  /** The ids of the route tables of its private subnets. */
  readonly privateRouteTableIds: readonly string[];
  /** The ids of the subnets of the nodes, in which interface endpoints lie. */
  readonly nodeSubnetIds: readonly string[];
  /** Which traffic is logged: what security groups rejected, all, or none. */
  readonly flowLogs: 'rejected' | 'all' | 'none';
  /** The services of AWS that are reached inside the network, such as `ecr.api`, each by an interface endpoint. */
  readonly endpoints: readonly string[];
}

/**
 * What keeps a network in bounds: S3 is reached without a NAT gateway, other services by interface endpoints, the default security group
 * lets nothing through, and traffic is logged.
 */
export class NetworkGuards extends Construct {
  constructor(scope: Construct, id: string, props: NetworkGuardsProps) {
    super(scope, id);
    const { name, region, vpcId, privateRouteTableIds, flowLogs } = props;
    new DefaultSecurityGroup(this, 'default', { vpcId, ingress: [], egress: [], tags: { Name: `${name}-default-closed` } });
    new VpcEndpoint(this, 's3', {
      vpcId,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [...privateRouteTableIds],
      tags: { Name: `${name}-s3` },
    });
    this.addInterfaces(props);
    if (flowLogs !== 'none') this.addFlowLogs(props);
  }

  private addInterfaces({ name, region, cidr, vpcId, nodeSubnetIds, endpoints }: NetworkGuardsProps): void {
    if (endpoints.length === 0) return;
    const group = new SecurityGroup(this, 'endpoints', {
      name: `${name}-endpoints`,
      description: `HTTPS from the network of ${name} to its endpoints`,
      vpcId,
      ingress: [{ protocol: 'tcp', fromPort: 443, toPort: 443, cidrBlocks: [cidr], description: 'HTTPS from the network' }],
      tags: { Name: `${name}-endpoints` },
    });
    for (const service of [...new Set(endpoints)].sort())
      new VpcEndpoint(this, service, {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: [...nodeSubnetIds],
        securityGroupIds: [group.id],
        tags: { Name: `${name}-${service}` },
      });
  }

  private addFlowLogs({ name, region, vpcId, flowLogs }: NetworkGuardsProps): void {
    const logs = new CloudwatchLogGroup(this, 'flow-logs', { name: `/aws/vpc/${name}/flow-logs`, retentionInDays: 90 });
    const role = new IamRole(this, 'flow-logs-role', {
      name: `${name}-${region}-flow`,
      assumeRolePolicy: trust('vpc-flow-logs.amazonaws.com'),
    });
    new IamRolePolicy(this, 'flow-logs-write', {
      name: 'write',
      role: role.name,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogGroups', 'logs:DescribeLogStreams'],
            Resource: [logs.arn, `${logs.arn}:*`],
          },
        ],
      }),
    });
    new FlowLog(this, 'flow-log', {
      vpcId,
      trafficType: flowLogs === 'all' ? 'ALL' : 'REJECT',
      logDestinationType: 'cloud-watch-logs',
      logDestination: logs.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 600,
      tags: { Name: name },
    });
  }
}

import { DataAwsSubnet } from '@cdktf/provider-aws/lib/data-aws-subnet';
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { TerraformIterator, TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import type { CapacityConfig } from '../../lib/config';
import { AwsStack } from './aws-stack';
import { expression } from './expression';
import { Network } from './network';
import { NetworkGuards } from './network-guards';

export interface FoundationStackProps {
  /** The config, of which this stack needs the name, the region, the state, the network range and the zones. */
  readonly config: CapacityConfig;
}

/** The stack with what hardly ever changes: the network, where the config names no subnets, and the KMS key that encrypts the secrets of the cluster. */
export class FoundationStack extends AwsStack {
  constructor(scope: Construct, id: string, { config }: FoundationStackProps) {
    super(scope, id, { config });
    const { subnets, protect } = config.cluster;
    const network = subnets === undefined ? networkOutputs(this.addNetwork(config)) : this.readNetwork(subnets);
    const key = new KmsKey(this, 'secrets', {
      description: `Secrets of the Kubernetes cluster ${config.name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      lifecycle: protect ? { preventDestroy: true } : undefined,
    });
    new KmsAlias(this, 'secrets-alias', { name: `alias/${config.name}-secrets`, targetKeyId: key.keyId });

    const outputs = { ...network, secrets_key_arn: key.arn };
    for (const [output, value] of Object.entries(outputs)) new TerraformOutput(this, output, { value, staticId: true });
  }

  private addNetwork({ name, region, cluster, limits }: CapacityConfig): Network {
    const { cidr, network: stated, protect } = cluster;
    const network = new Network(this, 'network', { name, cidr, zones: limits.zones, nat: stated.nat, protect });
    const { flowLogs, endpoints } = stated;
    new NetworkGuards(this, 'guards', {
      name,
      region,
      cidr,
      flowLogs,
      endpoints,
      vpcId: network.vpcId,
      nodeSubnetIds: network.nodeSubnetIds,
      privateRouteTableIds: network.privateRouteTableIds,
    });
    return network;
  }

  /** Subnets that are there, in place of a network of our own. The control plane needs two zones. */
  private readNetwork(subnets: string[]) {
    const each = TerraformIterator.fromList(subnets);
    const zones = 'distinct(values(data.aws_subnet.subnet)[*].availability_zone)';
    const inTwoZones = {
      condition: expression(`length(${zones}) > 1`),
      error_message: 'The subnets of cluster.subnets lie in one zone, and the control plane needs two: name another.',
    };
    const subnet = new DataAwsSubnet(this, 'subnet', { forEach: each, id: each.value as string });
    subnet.overrideLogicalId('subnet');
    // The framework leaves the precondition of an output out.
    new TerraformOutput(this, 'zones', { value: expression(zones), staticId: true }).addOverride('precondition', [inTwoZones]);
    return {
      vpc_id: expression(`data.aws_subnet.subnet["${subnets[0]}"].vpc_id`),
      node_subnet_ids: subnets,
      private_subnet_ids: subnets,
    };
  }
}

const networkOutputs = ({ vpcId, nodeSubnetIds, privateSubnetIds, publicSubnetIds }: Network) => ({
  vpc_id: vpcId,
  node_subnet_ids: nodeSubnetIds,
  private_subnet_ids: privateSubnetIds,
  public_subnet_ids: publicSubnetIds,
});

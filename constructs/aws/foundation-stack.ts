import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import type { CapacityConfig } from '../../lib/config';
import { AwsStack } from './aws-stack';
import { Network } from './network';

export interface FoundationStackProps {
  /** The config, of which this stack needs the name, the region, the state, the network range and the zones. */
  readonly config: CapacityConfig;
}

/** The stack with what hardly ever changes: the network, and the KMS key that encrypts the secrets of the cluster. */
export class FoundationStack extends AwsStack {
  constructor(scope: Construct, id: string, { config }: FoundationStackProps) {
    super(scope, id, { config });
    const network = new Network(this, 'network', { name: config.name, cidr: config.cluster.cidr, zones: config.limits.zones });
    const key = new KmsKey(this, 'secrets', {
      description: `Secrets of the Kubernetes cluster ${config.name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    });
    new KmsAlias(this, 'secrets-alias', { name: `alias/${config.name}-secrets`, targetKeyId: key.keyId });

    const outputs = {
      vpc_id: network.vpcId,
      node_subnet_ids: network.nodeSubnetIds,
      private_subnet_ids: network.privateSubnetIds,
      public_subnet_ids: network.publicSubnetIds,
      secrets_key_arn: key.arn,
    };
    for (const [output, value] of Object.entries(outputs)) new TerraformOutput(this, output, { value, staticId: true });
  }
}

import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import type { CapacityConfig } from '../../lib/config';
import { AwsStack } from './aws-stack';
import { Cluster } from './cluster';

export interface ClusterStackProps {
  /** The config, of which this stack needs the name, the region, the state, and the Kubernetes version and endpoint of the cluster. */
  readonly config: CapacityConfig;
  /** The stack with the network and the encryption key, a `FoundationStack`. */
  readonly foundation: AwsStack;
}

/** The stack with the EKS cluster and the IAM role of its nodes. Its outputs tell `CapacityStack` which cluster nodes join. */
export class ClusterStack extends AwsStack {
  constructor(scope: Construct, id: string, { config, foundation }: ClusterStackProps) {
    super(scope, id, { config });
    const foundationOutputs = this.outputsOf(foundation);
    const cluster = new Cluster(this, 'cluster', {
      name: config.name,
      region: config.region,
      version: config.cluster.version,
      endpoint: config.cluster.endpoint,
      subnetIds: foundationOutputs.getList('private_subnet_ids'),
      secretsKeyArn: foundationOutputs.getString('secrets_key_arn'),
    });
    const outputs = { cluster_name: cluster.name, cluster_version: cluster.version, node_role_arn: cluster.nodeRoleArn };
    for (const [output, value] of Object.entries(outputs)) new TerraformOutput(this, output, { value, staticId: true });
  }
}

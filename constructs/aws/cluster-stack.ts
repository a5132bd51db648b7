import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import type { CapacityConfig } from '../../lib/config';
import { AwsStack } from './aws-stack';
import { Cluster } from './cluster';

export interface ClusterStackProps {
  /** Gives region, state, Kubernetes version and endpoint. */
  readonly config: CapacityConfig;
  /** Has the network and the key. */
  readonly foundation: AwsStack;
}

/** The EKS control plane and the role of its nodes. */
export class ClusterStack extends AwsStack {
  constructor(scope: Construct, id: string, { config, foundation }: ClusterStackProps) {
    super(scope, id, { config });
    const given = this.outputsOf(foundation);
    const cluster = new Cluster(this, 'cluster', {
      name: config.name,
      region: config.region,
      version: config.cluster.version,
      endpoint: config.cluster.endpoint,
      subnetIds: given.getList('private_subnet_ids'),
      secretsKeyArn: given.getString('secrets_key_arn'),
    });
    const outputs = { cluster_name: cluster.name, cluster_version: cluster.version, node_role_arn: cluster.nodeRoleArn };
    for (const [output, value] of Object.entries(outputs)) new TerraformOutput(this, output, { value, staticId: true });
  }
}

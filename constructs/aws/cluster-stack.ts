import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import type { CapacityConfig } from '../../lib/config';
import { AccessEntries } from './access-entries';
import { AwsStack } from './aws-stack';
import { Cluster } from './cluster';
import { OfferedVersion } from './offered-version';

export interface ClusterStackProps {
  /** The config, of which this stack needs the name, the region, the state, and of the cluster its version, its endpoint and who may use it. */
  readonly config: CapacityConfig;
  /** The stack with the network and the encryption key, a `FoundationStack`. */
  readonly foundation: AwsStack;
}

/**
 * The stack with the EKS cluster, who may use it, and the IAM role of its nodes. Its outputs tell the stacks after it, and Terraform of
 * your own, which cluster that is.
 */
export class ClusterStack extends AwsStack {
  constructor(scope: Construct, id: string, { config, foundation }: ClusterStackProps) {
    super(scope, id, { config });
    const foundationOutputs = this.outputsOf(foundation);
    const { version, endpoint, access, protect } = config.cluster;
    if (config.cluster.checkAccount) new OfferedVersion(this, 'offered', { version });
    const cluster = new Cluster(this, 'cluster', {
      name: config.name,
      region: config.region,
      version,
      endpoint,
      publicCidrs: access.cidrs,
      protect,
      subnetIds: foundationOutputs.getList('private_subnet_ids'),
      secretsKeyArn: foundationOutputs.getString('secrets_key_arn'),
    });
    if (Object.keys(access.principals).length > 0)
      new AccessEntries(this, 'access', {
        clusterName: cluster.name,
        partition: new DataAwsPartition(this, 'partition').partition,
        principals: access.principals,
      });
    const { resource } = cluster;
    const outputs = {
      cluster_name: cluster.name,
      cluster_version: cluster.version,
      node_role_arn: cluster.nodeRoleArn,
      cluster_arn: resource.arn,
      cluster_endpoint: resource.endpoint,
      cluster_certificate_authority: resource.certificateAuthority.get(0).data,
      cluster_security_group_id: resource.vpcConfig.clusterSecurityGroupId,
      oidc_issuer: resource.identity.get(0).oidc.get(0).issuer,
    };
    for (const [output, value] of Object.entries(outputs)) new TerraformOutput(this, output, { value, staticId: true });
  }
}

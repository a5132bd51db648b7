import { DataAwsEksCluster } from '@cdktf/provider-aws/lib/data-aws-eks-cluster';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { TerraformLocal } from 'cdktf';
import { Construct } from 'constructs';
import type { CapacityConfig } from '../../lib/config';
import type { ClusterRef } from './cluster';
import { expression, literal } from './expression';
import { addNodeRole } from './node-role';
import { NodeSubnets } from './node-subnets';
import type { Precondition } from './precondition';

export interface ExistingClusterProps {
  /** The config, of which this needs the name, the region and the cluster. */
  readonly config: Pick<CapacityConfig, 'name' | 'region' | 'cluster'>;
  /** The name of the cluster. */
  readonly name: string;
}

/**
 * An EKS cluster that is there: what node groups need of it is read when Terraform plans, and nothing of it is changed.
 *
 * The nodes get a role of their own where the config names none, with the policies that AWS keeps for nodes. Where it names security
 * groups, the nodes have those and the cluster's.
 */
export class ExistingCluster extends Construct {
  /** The cluster, for `PoolNodeGroups`. */
  readonly ref: ClusterRef;
  /** The subnets of the nodes. */
  readonly subnets: NodeSubnets;
  /** What must be true of the cluster before a node group joins it. */
  readonly preconditions: readonly Precondition[];

  constructor(scope: Construct, id: string, { config, name }: ExistingClusterProps) {
    super(scope, id);
    const { nodeRole, securityGroups, subnets, version } = config.cluster;
    const cluster = new DataAwsEksCluster(this, 'cluster', { name: literal(name) });
    const data = `data.aws_eks_cluster.${cluster.friendlyUniqueId}`;
    const network = cluster.vpcConfig.get(0);
    this.subnets = new NodeSubnets(this, 'subnets', {
      ids: subnets ?? network.subnetIds,
      privateOnly: subnets === undefined,
      owner: `Cluster ${name}`,
    });
    this.ref = {
      name: cluster.name,
      version: cluster.version,
      nodeRoleArn: nodeRole ?? this.ownRole(`${config.name}-${config.region}-node`),
      nodeSubnetIds: this.subnets.ids,
      securityGroupIds: securityGroups && [network.clusterSecurityGroupId, ...securityGroups],
    };
    const there = expression(`${data}.version`);
    const isLateEnough = {
      condition: expression(`tonumber(split(".", ${data}.version)[1]) >= ${version.split('.')[1]}`),
      errorMessage: `Cluster ${name} runs Kubernetes ${there}, and the config says ${version}, which manifests are made for: set cluster.version to '${there}' there, and run 'foresize synth'.`,
    };
    this.preconditions = [isLateEnough, this.subnets.precondition];
  }

  /** The ARN of a new role, which is known to whoever uses it only once the role may do what nodes need. */
  private ownRole(name: string): string {
    const { role, policies } = addNodeRole(this, name, new DataAwsPartition(this, 'partition').partition);
    const afterwards = policies.map((policy) => `aws_iam_role_policy_attachment.${policy.friendlyUniqueId}.id`).join(', ');
    const arn = new TerraformLocal(this, 'node-role-arn', expression(`[aws_iam_role.${role.friendlyUniqueId}.arn, ${afterwards}][0]`));
    return arn.asString;
  }
}

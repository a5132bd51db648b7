import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { type Problem, ProblemError } from '../../lib/problems';
import { addNodeRole, managedPolicy, trust } from './node-role';

export interface ClusterProps {
  /** The name of the cluster. It must be unique in the account and region. */
  readonly name: string;
  /** The AWS region of the cluster. It is part of the names of the IAM roles, which are shared by all regions of an account. */
  readonly region: string;
  /** The Kubernetes version, such as `1.33`. */
  readonly version: string;
  /** The ids of private subnets for the control plane, in at least two zones. */
  readonly subnetIds: string[];
  /** The ARN of the KMS key that encrypts Kubernetes secrets. */
  readonly secretsKeyArn: string;
  /**
   * From where the API server can be reached: `private` only from inside the network, `public` also from the internet.
   * @default 'private'
   */
  readonly endpoint?: 'private' | 'public';
  /**
   * With a public endpoint: the ranges of IPv4 addresses that may call it, such as `['192.0.2.0/24']`.
   * @default none, which a public endpoint does not take
   */
  readonly publicCidrs?: readonly string[];
  /**
   * How long the logs of the control plane are kept, in days.
   * @default 90
   */
  readonly logRetentionDays?: number;
  /**
   * Whether Terraform refuses to destroy or replace the cluster.
   * @default false
   */
  readonly protect?: boolean;
}

/** The cluster that node groups join: either a `Cluster` and its subnets, or any other EKS cluster. */
export interface ClusterRef {
  /** The name of the cluster. */
  readonly name: string;
  /** The Kubernetes version of the control plane. Nodes get the same version. */
  readonly version: string;
  /** The ARN of the IAM role of the nodes. */
  readonly nodeRoleArn: string;
  /** The ids of the subnets for nodes, used where `PoolNodeGroups` is given no others. */
  readonly nodeSubnetIds: string[];
  /**
   * The ids of all security groups of the nodes. EKS adds its own to them only where none is named, so the cluster's must be among them.
   * @default the security group of the cluster
   */
  readonly securityGroupIds?: string[];
}

const CONTROL_PLANE_LOGS = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/**
 * An EKS cluster (control plane) and the IAM role of its nodes. The nodes themselves are made by `PoolNodeGroups`.
 *
 * Access is granted only by EKS access entries; there is no `aws-auth` map. The identity that creates the cluster becomes its
 * administrator; `AccessEntries` lets others in. EKS itself grants access to the node role when a managed node group joins.
 *
 * Two settings would replace the cluster when they change, so they are stated and stay: the creator's admin permission, and the add-ons
 * that EKS puts into a bare cluster (docs/decisions/0016-a-cluster-that-is-never-replaced.md).
 *
 * @throws ProblemError `aws/open-endpoint` for a public endpoint without the addresses that may call it
 */
export class Cluster extends Construct {
  /** The name of the cluster. It is known only once the cluster exists, so what uses it is created later. */
  readonly name: string;
  /** The Kubernetes version of the control plane. */
  readonly version: string;
  /** The ARN of the IAM role of the nodes. */
  readonly nodeRoleArn: string;
  /** The EKS cluster itself, for what its outputs tell: endpoint, certificate, issuer, security group. */
  readonly resource: EksCluster;

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    const {
      name,
      region,
      version,
      endpoint = 'private',
      publicCidrs = [],
      subnetIds,
      secretsKeyArn,
      logRetentionDays = 90,
      protect = false,
    } = props;
    if (endpoint === 'public' && (publicCidrs.length === 0 || publicCidrs.some((cidr) => cidr.endsWith('/0'))))
      throw new ProblemError(openEndpoint);
    const partition = new DataAwsPartition(this, 'partition').partition;

    const role = new IamRole(this, 'role', { name: `${name}-${region}-cluster`, assumeRolePolicy: trust('eks.amazonaws.com') });
    const policy = new IamRolePolicyAttachment(this, 'role-policy', {
      role: role.name,
      policyArn: managedPolicy(partition, 'AmazonEKSClusterPolicy'),
    });
    const useKey = new IamRolePolicy(this, 'role-secrets', {
      name: 'secrets',
      role: role.name,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ListGrants', 'kms:DescribeKey'], Resource: secretsKeyArn },
        ],
      }),
    });
    // Made here, because a log group that EKS makes itself keeps its logs for ever.
    const logs = new CloudwatchLogGroup(this, 'logs', { name: `/aws/eks/${name}/cluster`, retentionInDays: logRetentionDays });

    const cluster = new EksCluster(this, 'Resource', {
      name,
      version,
      roleArn: role.arn,
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: true },
      bootstrapSelfManagedAddons: true,
      encryptionConfig: { provider: { keyArn: secretsKeyArn }, resources: ['secrets'] },
      vpcConfig: {
        subnetIds,
        endpointPrivateAccess: true,
        endpointPublicAccess: endpoint === 'public',
        publicAccessCidrs: endpoint === 'public' ? [...publicCidrs] : undefined,
      },
      enabledClusterLogTypes: CONTROL_PLANE_LOGS,
      dependsOn: [policy, useKey, logs],
      lifecycle: protect ? { preventDestroy: true } : undefined,
    });

    const { role: nodeRole } = addNodeRole(this, `${name}-${region}-node`, partition);

    this.name = cluster.name;
    this.version = cluster.version;
    this.nodeRoleArn = nodeRole.arn;
    this.resource = cluster;
  }
}

const openEndpoint: Problem = {
  code: 'aws/open-endpoint',
  path: 'endpoint',
  message: 'is public for the whole internet, and the API server of a cluster must not be',
  hint: "name the addresses that may call it: publicCidrs: ['192.0.2.0/24']",
};

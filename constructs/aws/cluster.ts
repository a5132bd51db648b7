import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';

export interface ClusterProps {
  /** Name of the cluster, unique in its account and region. */
  readonly name: string;
  /** Region of the cluster: part of the names of its roles, which are global to an account. */
  readonly region: string;
  /** Kubernetes version, `1.33`. */
  readonly version: string;
  /** Private subnets in two zones or more. */
  readonly subnetIds: string[];
  /** KMS key that encrypts Kubernetes secrets. */
  readonly secretsKeyArn: string;
  /**
   * Where the API server answers; `public` leaves the private endpoint on.
   * @default 'private'
   */
  readonly endpoint?: 'private' | 'public';
  /**
   * How long control-plane logs are kept, in days.
   * @default 90
   */
  readonly logRetentionDays?: number;
}

/** What a node group must know of the cluster it joins. */
export interface ClusterRef {
  readonly name: string;
  /** Kubernetes version of the control plane, which nodes follow. */
  readonly version: string;
  /** Role that nodes run under. */
  readonly nodeRoleArn: string;
  /** Subnets for nodes, unless a pool says otherwise. */
  readonly nodeSubnetIds: string[];
}

const CONTROL_PLANE_LOGS = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/**
 * An EKS cluster and the role of its nodes.
 *
 * Access goes by EKS access entries alone (no `aws-auth` map): whoever applies it first becomes administrator, and EKS adds
 * the node role itself when a managed node group joins.
 */
export class Cluster extends Construct {
  readonly name: string;
  readonly version: string;
  readonly nodeRoleArn: string;

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    const { name, region, version, endpoint = 'private', subnetIds, secretsKeyArn, logRetentionDays = 90 } = props;
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
    // Made here because EKS would make it without an end to its retention.
    const logs = new CloudwatchLogGroup(this, 'logs', { name: `/aws/eks/${name}/cluster`, retentionInDays: logRetentionDays });

    const cluster = new EksCluster(this, 'Resource', {
      name,
      version,
      roleArn: role.arn,
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: true },
      encryptionConfig: { provider: { keyArn: secretsKeyArn }, resources: ['secrets'] },
      vpcConfig: { subnetIds, endpointPrivateAccess: true, endpointPublicAccess: endpoint === 'public' },
      enabledClusterLogTypes: CONTROL_PLANE_LOGS,
      dependsOn: [policy, useKey, logs],
    });

    const nodeRole = new IamRole(this, 'node-role', { name: `${name}-${region}-node`, assumeRolePolicy: trust('ec2.amazonaws.com') });
    for (const each of ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', 'AmazonEC2ContainerRegistryPullOnly']) {
      new IamRolePolicyAttachment(this, `node-role-${each}`, { role: nodeRole.name, policyArn: managedPolicy(partition, each) });
    }

    this.name = cluster.name;
    this.version = cluster.version;
    this.nodeRoleArn = nodeRole.arn;
  }
}

const managedPolicy = (partition: string, name: string): string => `arn:${partition}:iam::aws:policy/${name}`;

const trust = (service: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] });

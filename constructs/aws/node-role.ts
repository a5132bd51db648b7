import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { Construct } from 'constructs';

/** The role of the nodes of a cluster, and what lets it do what the nodes need: join, give pods addresses, pull images. */
export type NodeRole = { readonly role: IamRole; readonly policies: readonly IamRolePolicyAttachment[] };

/**
 * Adds the IAM role of the nodes of a cluster to a construct. EKS itself lets the role into the cluster when a managed node group joins.
 *
 * @param name of the role, unique in the account
 * @param partition of AWS, such as `aws`
 */
export function addNodeRole(scope: Construct, name: string, partition: string): NodeRole {
  const role = new IamRole(scope, 'node-role', { name, assumeRolePolicy: trust('ec2.amazonaws.com') });
  const policies = ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', 'AmazonEC2ContainerRegistryPullOnly'].map(
    (policy) => new IamRolePolicyAttachment(scope, `node-role-${policy}`, { role: role.name, policyArn: managedPolicy(partition, policy) }),
  );
  return { role, policies };
}

/** The ARN of a policy that AWS keeps. */
export const managedPolicy = (partition: string, name: string): string => `arn:${partition}:iam::aws:policy/${name}`;

/** The trust policy of a role that a service of AWS takes on. */
export const trust = (service: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] });

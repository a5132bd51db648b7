import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { digestOf } from '../../lib/digest';

/** A statement of an IAM policy. */
export type Statement = {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export interface PodRoleProps {
  /** The name of the role, unique in the account. Of a name that is too long for IAM, the end is replaced by a digest. */
  readonly name: string;
  /**
   * ARNs of policies that the role has.
   * @default none
   */
  readonly policyArns?: readonly string[];
  /**
   * What the role may do beside that.
   * @default nothing
   */
  readonly statements?: readonly Statement[];
}

/**
 * An IAM role that pods have by EKS Pod Identity: the agent on their node hands out its credentials. A role belongs to a service account by
 * an association, of an add-on or by itself.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
 */
export class PodRole extends Construct {
  /** The ARN of the role. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, policyArns = [], statements = [] }: PodRoleProps) {
    super(scope, id);
    const role = new IamRole(this, 'Resource', { name: roleName(name), assumeRolePolicy: podTrust });
    for (const policyArn of policyArns)
      new IamRolePolicyAttachment(this, policyArn.split('/').slice(1).join('.'), { role: role.name, policyArn });
    if (statements.length > 0)
      new IamRolePolicy(this, 'own', {
        name: 'own',
        role: role.name,
        policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      });
    this.arn = role.arn;
  }
}

/** IAM takes 64 characters. */
const roleName = (name: string): string => (name.length <= 64 ? name : `${name.slice(0, 55)}-${digestOf(name).slice(-8)}`);

const podTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] }],
});

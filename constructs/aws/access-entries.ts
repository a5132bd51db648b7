import { EksAccessEntry } from '@cdktf/provider-aws/lib/eks-access-entry';
import { EksAccessPolicyAssociation } from '@cdktf/provider-aws/lib/eks-access-policy-association';
import { Construct } from 'constructs';

export interface AccessEntriesProps {
  /** The name of the cluster. */
  readonly clusterName: string;
  /** The partition of AWS, such as `aws`. */
  readonly partition: string;
  /** What IAM roles and users may do in Kubernetes, by their ARN. No namespaces stand for all. */
  readonly principals: Readonly<Record<string, { readonly policy: 'admin' | 'edit' | 'view'; readonly namespaces: readonly string[] }>>;
}

/**
 * The access entries of a cluster: what IAM roles and users may do in Kubernetes, by policies that AWS keeps. The identity that made the
 * cluster has an entry already, which EKS makes.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html
 */
export class AccessEntries extends Construct {
  constructor(scope: Construct, id: string, { clusterName, partition, principals }: AccessEntriesProps) {
    super(scope, id);
    for (const principalArn of Object.keys(principals).sort()) {
      const { policy, namespaces } = principals[principalArn];
      const isEverywhere = namespaces.length === 0;
      // Ids of constructs hold no '/'.
      const each = new Construct(this, principalArn.replaceAll('/', '.'));
      const entry = new EksAccessEntry(each, 'entry', { clusterName, principalArn });
      new EksAccessPolicyAssociation(each, 'policy', {
        clusterName,
        principalArn: entry.principalArn,
        policyArn: `arn:${partition}:eks::aws:cluster-access-policy/${isEverywhere ? everywhere[policy] : inNamespaces[policy]}`,
        accessScope: isEverywhere ? { type: 'cluster' } : { type: 'namespace', namespaces: [...namespaces] },
      });
    }
  }
}

/** An administrator of the cluster may change nodes and roles too; one of namespaces what is in them. */
const everywhere = { admin: 'AmazonEKSClusterAdminPolicy', edit: 'AmazonEKSEditPolicy', view: 'AmazonEKSViewPolicy' } as const;
const inNamespaces = { ...everywhere, admin: 'AmazonEKSAdminPolicy' } as const;

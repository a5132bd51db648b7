import { DataAwsEksClusterVersions } from '@cdktf/provider-aws/lib/data-aws-eks-cluster-versions';
import { Construct } from 'constructs';
import { expression } from './expression';
import { Gate } from './gate';

export interface OfferedVersionProps {
  /** The version of Kubernetes, such as `1.35`. */
  readonly version: string;
}

/** Refuses a version of Kubernetes that EKS does not offer, or no longer, and says which it does. It is read when Terraform plans. */
export class OfferedVersion extends Construct {
  constructor(scope: Construct, id: string, { version }: OfferedVersionProps) {
    super(scope, id);
    const versions = new DataAwsEksClusterVersions(this, 'versions', {});
    const offered = `data.aws_eks_cluster_versions.${versions.friendlyUniqueId}.cluster_versions[*].cluster_version`;
    new Gate(this, 'gate', [
      {
        condition: expression(`contains(${offered}, "${version}")`),
        errorMessage: `EKS does not offer Kubernetes ${version}, but ${expression(`join(", ", sort(${offered}))`)}: set cluster.version in the config to one of these.`,
      },
    ]);
  }
}

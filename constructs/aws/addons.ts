import { EksAddon } from '@cdktf/provider-aws/lib/eks-addon';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AddonChoice } from '../../lib/config';

export interface AddonsProps {
  /** The name of the cluster. */
  readonly clusterName: string;
  /** The add-ons, each with its version where it is pinned. */
  readonly addons: readonly AddonChoice[];
  /** The ARNs of the IAM roles of add-ons, by add-on. */
  readonly roleArns: Readonly<Partial<Record<AddonChoice['name'], string>>>;
  /** What add-ons wait for that are there only once nodes run them. */
  readonly nodes: readonly ITerraformDependable[];
}

/**
 * The add-ons of a cluster that EKS installs and keeps. Where EKS or somebody has put the same part there before, the add-on takes it over.
 *
 * A version that is not pinned is the default of EKS for the version of Kubernetes when the add-on is made, and stays: an add-on moves
 * in a change that somebody reviews, not because AWS has released one.
 */
export class Addons extends Construct {
  constructor(scope: Construct, id: string, { clusterName, addons, roleArns, nodes }: AddonsProps) {
    super(scope, id);
    for (const { name, version } of addons) {
      const roleArn = roleArns[name];
      const settings = configurations[name];
      new EksAddon(this, name, {
        clusterName,
        addonName: name,
        addonVersion: version,
        resolveConflictsOnCreate: 'OVERWRITE',
        // A setting that somebody has changed in the cluster stays.
        resolveConflictsOnUpdate: 'PRESERVE',
        configurationValues: settings && JSON.stringify(settings),
        podIdentityAssociation: roleArn === undefined ? undefined : [{ roleArn, serviceAccount: serviceAccounts[name] ?? name }],
        dependsOn: needsNodes.has(name) ? [...nodes] : undefined,
      });
    }
  }
}

/** Settings of add-ons that differ from those of EKS. */
const configurations: Readonly<Partial<Record<AddonChoice['name'], object>>> = {
  // Without it a NetworkPolicy is an object that nobody reads.
  'vpc-cni': { enableNetworkPolicy: 'true' },
};

/** The service accounts of add-ons that call AWS, in kube-system. */
const serviceAccounts: Readonly<Partial<Record<AddonChoice['name'], string>>> = {
  'aws-ebs-csi-driver': 'ebs-csi-controller-sa',
  'aws-mountpoint-s3-csi-driver': 's3-csi-driver-sa',
};

/** Add-ons with a Deployment: EKS waits until its pods run, which without a node they never do. The others run on each node, also on none. */
const needsNodes: ReadonlySet<string> = new Set(['coredns', 'aws-ebs-csi-driver', 'metrics-server', 'aws-mountpoint-s3-csi-driver']);

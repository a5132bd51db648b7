import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { EksPodIdentityAssociation } from '@cdktf/provider-aws/lib/eks-pod-identity-association';
import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { addonsOf, bucketsOf, type CapacityConfig, needsClusterAutoscaler } from '../../lib/config';
import { Addons } from './addons';
import { autoscalerStatements, bucketStatements } from './addon-policies';
import { AwsStack } from './aws-stack';
import { managedPolicy } from './node-role';
import { PodRole } from './pod-identity';
import { SystemNodes } from './system-nodes';

export interface AddonsStackProps {
  /** The config, of which this stack needs the name, the region, the state, the cluster, and which pools and buckets workloads use. */
  readonly config: CapacityConfig;
  /** The stack with the network, a `FoundationStack`. */
  readonly foundation: AwsStack;
  /** The stack with the cluster, a `ClusterStack`. */
  readonly cluster: AwsStack;
}

/**
 * The stack with what a new cluster needs before pods run in it: nodes that belong to no pool, the add-ons of EKS, and IAM roles for the
 * pods that call AWS. Nothing in it comes from the plan.
 */
export class AddonsStack extends AwsStack {
  constructor(scope: Construct, id: string, { config, foundation, cluster }: AddonsStackProps) {
    super(scope, id, { config });
    const { name, region } = config;
    const { system, identities, endpoint } = config.cluster;
    const [foundationOutputs, clusterOutputs] = [this.outputsOf(foundation), this.outputsOf(cluster)];
    const clusterName = clusterOutputs.getString('cluster_name');
    const { partition } = new DataAwsPartition(this, 'partition');

    const nodes =
      system === false
        ? []
        : [
            new SystemNodes(this, 'system', {
              cluster: {
                name: clusterName,
                version: clusterOutputs.getString('cluster_version'),
                nodeSubnetIds: foundationOutputs.getList('node_subnet_ids'),
              },
              roleName: `${name}-${region}-system`,
              partition,
              instanceType: system.instance,
              nodes: system.nodes,
              allowsSessions: endpoint === 'private',
            }).resource,
          ];

    const addons = addonsOf(config);
    const has = (addon: (typeof addons)[number]['name']) => addons.some((one) => one.name === addon);
    const buckets = bucketsOf(config);
    const roles: Record<string, string> = {};
    const role = (part: string, props: Partial<ConstructorParameters<typeof PodRole>[2]>) =>
      (roles[part] = new PodRole(this, `${part}-role`, { name: `${name}-${region}-${part}`, ...props }).arn);
    const roleArns = {
      'aws-ebs-csi-driver': has('aws-ebs-csi-driver')
        ? role('ebs-csi', { policyArns: [managedPolicy(partition, 'service-role/AmazonEBSCSIDriverPolicy')] })
        : undefined,
      'aws-mountpoint-s3-csi-driver':
        has('aws-mountpoint-s3-csi-driver') && buckets.length > 0
          ? role('s3-csi', { statements: bucketStatements(partition, buckets) })
          : undefined,
    };
    new Addons(this, 'addons', { clusterName, addons, roleArns, nodes });

    const associate = (namespace: string, serviceAccount: string, roleArn: string) =>
      new EksPodIdentityAssociation(this, `${namespace}.${serviceAccount}`, { clusterName, namespace, serviceAccount, roleArn });
    if (needsClusterAutoscaler(config))
      associate('kube-system', 'cluster-autoscaler', role('autoscaler', { statements: autoscalerStatements(partition, region, name) }));
    for (const account of Object.keys(identities).sort()) {
      const [namespace, serviceAccount] = account.split('/');
      associate(namespace, serviceAccount, role(`${namespace}.${serviceAccount}`, { policyArns: identities[account] }));
    }
    new TerraformOutput(this, 'pod_role_arns', { value: roles, staticId: true });
  }
}

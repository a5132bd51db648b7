import { Fn } from 'cdktf';
import type { Construct } from 'constructs';
import { type CapacityConfig, networkZones } from '../../lib/config';
import { ProblemError } from '../../lib/problems';
import type { AwsStack } from './aws-stack';
import type { ClusterRef } from './cluster';
import { ExistingCluster } from './existing-cluster';
import { NodeSubnets } from './node-subnets';
import type { Precondition } from './precondition';

/** The cluster that nodes join, and the subnets of a zone, each with what must be true before a node group is made. */
export type JoinedCluster = {
  readonly ref: ClusterRef;
  readonly preconditions: readonly Precondition[];
  /** The subnets of its nodes; they are read where somebody asks for them. */
  readonly subnets: () => NodeSubnets;
  readonly inZone: (zone: string) => { readonly ids: string[]; readonly precondition?: Precondition };
};

/** The stacks with a network and a cluster that foresize makes. */
export type ClusterStacks = { readonly foundation?: AwsStack; readonly cluster?: AwsStack };

/** Whether the network is one that foresize makes. */
export const hasOwnNetwork = ({ cluster }: Pick<CapacityConfig, 'cluster'>): boolean =>
  cluster.existing === undefined && cluster.subnets === undefined;

/**
 * The cluster that the config names, or that of the stacks before this one.
 *
 * @throws ProblemError `aws/no-cluster` where there is neither
 */
export function joinCluster(stack: AwsStack & Construct, config: CapacityConfig, { foundation, cluster }: ClusterStacks): JoinedCluster {
  const { existing, subnets } = config.cluster;
  if (existing !== undefined) {
    const there = new ExistingCluster(stack, 'existing', { config, name: existing });
    return {
      ref: there.ref,
      preconditions: there.preconditions,
      subnets: () => there.subnets,
      inZone: (zone) => there.subnets.inZone(zone),
    };
  }
  if (foundation === undefined || cluster === undefined) {
    const message = 'is missing: without the stacks of the network and of the cluster, nodes have none to join';
    const hint = "pass foundation and cluster, or add existing: '...'";
    throw new ProblemError({ code: 'aws/no-cluster', path: 'cluster.existing', message, hint });
  }
  const foundationOutputs = stack.outputsOf(foundation);
  const clusterOutputs = stack.outputsOf(cluster);
  const ref = {
    name: clusterOutputs.getString('cluster_name'),
    version: clusterOutputs.getString('cluster_version'),
    nodeRoleArn: clusterOutputs.getString('node_role_arn'),
    nodeSubnetIds: foundationOutputs.getList('node_subnet_ids'),
  };
  if (subnets !== undefined) {
    const there = new NodeSubnets(stack, 'subnets', { ids: subnets, owner: 'The config' });
    return { ref, preconditions: [], subnets: () => there, inZone: (zone) => there.inZone(zone) };
  }
  const zones = networkZones(config);
  const own = () => new NodeSubnets(stack, 'subnets', { ids: ref.nodeSubnetIds, owner: 'The network' });
  return {
    ref,
    preconditions: [],
    subnets: own,
    inZone: (zone) => ({ ids: [Fn.element(ref.nodeSubnetIds, zones.indexOf(zone)) as string] }),
  };
}

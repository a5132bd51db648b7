import { DataAwsEksCluster } from '@cdktf/provider-aws/lib/data-aws-eks-cluster';
import type { LaunchTemplateNetworkInterfaces } from '@cdktf/provider-aws/lib/launch-template';
import { PlacementGroup } from '@cdktf/provider-aws/lib/placement-group';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { Construct } from 'constructs';
import type { NodeGroupPlan } from '../../lib/plan/file';
import type { ClusterRef } from './cluster';

export interface EfaProps {
  /** The name of the pool, which is part of the names of what is made. */
  readonly poolName: string;
  /** The cluster of the nodes. */
  readonly cluster: ClusterRef;
  /** Whether the pool has nodes outside of a reservation, which start close together in a placement group. */
  readonly isPlaced: boolean;
}

/**
 * What the nodes of a pool have in common where they have EFA interfaces: a security group that lets everything pass between them, which
 * EFA needs by name, and a cluster placement group.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-start.html, security group
 */
export class Efa extends Construct {
  private readonly primary: string[];
  private readonly between: string;
  private readonly placement?: PlacementGroup;

  constructor(scope: Construct, id: string, { poolName, cluster, isPlaced }: EfaProps) {
    super(scope, id);
    const network = new DataAwsEksCluster(this, 'cluster', { name: cluster.name }).vpcConfig.get(0);
    const name = `${cluster.name}-${poolName}-efa`;
    const all = { fromPort: 0, toPort: 0, protocol: '-1', selfAttribute: true };
    const between = new SecurityGroup(this, 'between', {
      name,
      description: `EFA between the nodes of pool ${poolName}`,
      vpcId: network.vpcId,
      ingress: [all],
      egress: [all],
      tags: { Name: name },
    });
    this.between = between.id;
    this.primary = [...(cluster.securityGroupIds ?? [network.clusterSecurityGroupId]), between.id];
    if (isPlaced) this.placement = new PlacementGroup(this, 'close', { name, strategy: 'cluster' });
  }

  /** All interfaces of a node: one on each network card, of which the first also has the address of the node. */
  interfaces({ node }: Pick<NodeGroupPlan, 'node'>): LaunchTemplateNetworkInterfaces[] {
    return Array.from({ length: node.efaInterfaces }, (_, card) => ({
      networkCardIndex: card,
      deviceIndex: card === 0 ? 0 : 1,
      interfaceType: card === 0 ? 'efa' : 'efa-only',
      securityGroups: card === 0 ? this.primary : [this.between],
      deleteOnTermination: 'true',
    }));
  }

  /** The placement group of a node group; none for one of a reservation, which may lie outside of it. */
  placementOf({ capacityType }: Pick<NodeGroupPlan, 'capacityType'>): string | undefined {
    return capacityType === 'reserved' || capacityType === 'capacity-block' ? undefined : this.placement?.name;
  }
}

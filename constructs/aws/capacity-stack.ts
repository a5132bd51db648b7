import { Fn } from 'cdktf';
import type { Construct } from 'constructs';
import { type CapacityConfig, networkZones, poolOwners } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { AwsStack } from './aws-stack';
import { GpuNodeGroup } from './gpu-node-group';
import { PoolNodeGroups } from './pool-node-groups';

export interface CapacityStackProps {
  /** Gives region and state. */
  readonly config: CapacityConfig;
  /** Gives every size. */
  readonly plan: CapacityPlan;
  /** Has the network. */
  readonly foundation: AwsStack;
  /** Has the cluster. */
  readonly cluster: AwsStack;
}

/**
 * The node groups of every pool: the one stack that a forecast changes, and the only one that carries the plan's digest.
 *
 * The digest is a tag of the node groups alone. On their launch templates it would make the template's version unknown at
 * each new plan, as if every node were to be replaced.
 */
export class CapacityStack extends AwsStack {
  constructor(scope: Construct, id: string, { config, plan, foundation, cluster }: CapacityStackProps) {
    super(scope, id, { config });
    const network = this.outputsOf(foundation);
    const given = this.outputsOf(cluster);
    const target = {
      name: given.getString('cluster_name'),
      version: given.getString('cluster_version'),
      nodeRoleArn: given.getString('node_role_arn'),
      nodeSubnetIds: network.getList('node_subnet_ids'),
    };
    const tags = { 'foresize:plan': plan.digest };
    for (const poolName of Object.keys(plan.pools).sort()) {
      const pool = plan.pools[poolName];
      // Machines of one's own are joined to a cluster by whoever has them.
      if (!poolOwners[pool.owner].isInTerraform) continue;
      const NodeGroups = pool.kind === 'gpuPool' ? GpuNodeGroup : PoolNodeGroups;
      const zones = networkZones(config);
      const zoneSubnetIds = Object.fromEntries(
        pool.groups.flatMap(({ zone }) => (zone === undefined ? [] : [[zone, [Fn.element(target.nodeSubnetIds, zones.indexOf(zone))]]])),
      );
      new NodeGroups(this, `pool-${poolName}`, { poolName, pool, validUntil: plan.validUntil, cluster: target, zoneSubnetIds, tags });
    }
  }
}

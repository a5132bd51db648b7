import type { Construct } from 'constructs';
import { type CapacityConfig, poolOwners } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { AwsStack } from './aws-stack';
import { blockWindows } from './block-windows';
import { literal } from './expression';
import { GpuNodeGroup } from './gpu-node-group';
import { joinCluster } from './joined-cluster';
import { PoolNodeGroups } from './pool-node-groups';

export interface CapacityStackProps {
  /** The config, of which this stack needs the region, the state, the zones and the cluster. */
  readonly config: CapacityConfig;
  /** The plan: every size. */
  readonly plan: CapacityPlan;
  /**
   * The stack with the network, a `FoundationStack`.
   * @default none, where the config names an existing cluster
   */
  readonly foundation?: AwsStack;
  /**
   * The stack with the cluster, a `ClusterStack`.
   * @default none, where the config names an existing cluster
   */
  readonly cluster?: AwsStack;
}

/**
 * The stack with the node groups of all pools in Terraform. It is the only stack that changes with the forecast, and the only one that
 * holds the digest of the plan. The nodes join the cluster that the config names, or that of the two other stacks.
 *
 * The digest is a tag of the node groups, and not of their launch templates: there it would make the version of the template unknown
 * with every new plan, as if all nodes were to be replaced.
 *
 * @throws ProblemError `aws/...` with the problems of the first pool that cannot be built; `aws/no-cluster` without a cluster to join
 */
export class CapacityStack extends AwsStack {
  constructor(scope: Construct, id: string, { config, plan, foundation, cluster }: CapacityStackProps) {
    super(scope, id, { config });
    // Machines of one's own and nodes of somebody else's join the cluster without Terraform.
    const poolNames = Object.keys(plan.pools).filter((name) => poolOwners[plan.pools[name].owner].isInTerraform);
    if (poolNames.length === 0) return;
    const joined = joinCluster(this, config, { foundation, cluster });
    const tags = { 'foresize:plan': literal(plan.digest) };
    const zones = [...new Set(poolNames.flatMap((name) => plan.pools[name].groups.flatMap(({ zone }) => zone ?? [])))].sort();
    const subnets = Object.fromEntries(zones.map((zone) => [zone, joined.inZone(zone)]));
    const zoneSubnetIds = Object.fromEntries(zones.map((zone) => [zone, subnets[zone].ids]));
    for (const poolName of poolNames.sort()) {
      const pool = plan.pools[poolName];
      const NodeGroups = pool.kind === 'gpuPool' ? GpuNodeGroup : PoolNodeGroups;
      const ofZones = zones.flatMap((zone) => (pool.groups.some((group) => group.zone === zone) ? (subnets[zone].precondition ?? []) : []));
      new NodeGroups(this, `pool-${poolName}`, {
        poolName,
        pool,
        validUntil: plan.validUntil,
        cluster: joined.ref,
        zoneSubnetIds,
        windows: blockWindows(config, poolName),
        preconditions: [...joined.preconditions, ...ofZones],
        tags,
      });
    }
  }
}

import { Fn } from 'cdktf';
import type { Construct } from 'constructs';
import { type CapacityConfig, networkZones, poolOwners } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { AwsStack } from './aws-stack';
import { blockWindows } from './block-windows';
import { literal } from './expression';
import { GpuNodeGroup } from './gpu-node-group';
import { PoolNodeGroups } from './pool-node-groups';

export interface CapacityStackProps {
  /** The config, of which this stack needs the region, the state and the zones. */
  readonly config: CapacityConfig;
  /** The plan: every size. */
  readonly plan: CapacityPlan;
  /** The stack with the network, a `FoundationStack`. */
  readonly foundation: AwsStack;
  /** The stack with the cluster, a `ClusterStack`. */
  readonly cluster: AwsStack;
}

/**
 * The stack with the node groups of all pools in Terraform. It is the only stack that changes with the forecast, and the only one that
 * holds the digest of the plan.
 *
 * The digest is a tag of the node groups, and not of their launch templates: there it would make the version of the template unknown
 * with every new plan, as if all nodes were to be replaced.
 *
 * @throws ProblemError `aws/...` with the problems of the first pool that cannot be built
 */
export class CapacityStack extends AwsStack {
  constructor(scope: Construct, id: string, { config, plan, foundation, cluster }: CapacityStackProps) {
    super(scope, id, { config });
    const foundationOutputs = this.outputsOf(foundation);
    const clusterOutputs = this.outputsOf(cluster);
    const target = {
      name: clusterOutputs.getString('cluster_name'),
      version: clusterOutputs.getString('cluster_version'),
      nodeRoleArn: clusterOutputs.getString('node_role_arn'),
      nodeSubnetIds: foundationOutputs.getList('node_subnet_ids'),
    };
    const tags = { 'foresize:plan': literal(plan.digest) };
    for (const poolName of Object.keys(plan.pools).sort()) {
      const pool = plan.pools[poolName];
      // The user's own machines (provider `none`) join the cluster without Terraform.
      if (!poolOwners[pool.owner].isInTerraform) continue;
      const NodeGroups = pool.kind === 'gpuPool' ? GpuNodeGroup : PoolNodeGroups;
      const zones = networkZones(config);
      const zoneSubnetIds = Object.fromEntries(
        pool.groups.flatMap(({ zone }) => (zone === undefined ? [] : [[zone, [Fn.element(target.nodeSubnetIds, zones.indexOf(zone))]]])),
      );
      const windows = blockWindows(config, poolName);
      const { validUntil } = plan;
      new NodeGroups(this, `pool-${poolName}`, { poolName, pool, validUntil, cluster: target, zoneSubnetIds, windows, tags });
    }
  }
}

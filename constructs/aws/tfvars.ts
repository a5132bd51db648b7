import { poolOwners } from '../../lib/config';
import type { CapacityPlan, NodeGroupPlan, PoolPlan } from '../../lib/plan/file';
import { amiType, capacityTypeOf, taintEffects } from './node-kind';
import { nodeLabels, nodeTaints } from '../node-marks';

/**
 * The text of `capacity.auto.tfvars.json`: the sizes of a plan as the value of one Terraform variable, `capacity`, for modules of one's
 * own. `docs/own-modules.md` has its type.
 *
 * @param pools `external`: those whose nodes somebody else's tools make; `all`: also those that foresize could make
 */
export function terraformVariables(plan: CapacityPlan, pools: 'external' | 'all'): string {
  const isWanted = (owner: PoolPlan['owner']) => owner === 'external' || (pools === 'all' && poolOwners[owner].isInTerraform);
  const names = Object.keys(plan.pools)
    .filter((name) => isWanted(plan.pools[name].owner))
    .sort();
  const groups = names.flatMap((name) => plan.pools[name].groups.map((group) => [group.name, variableOf(name, plan.pools[name], group)]));
  const capacity = { plan: plan.digest, valid_until: plan.validUntil, node_groups: Object.fromEntries(groups) as object };
  return `${JSON.stringify({ capacity }, null, 2)}\n`;
}

function variableOf(poolName: string, pool: PoolPlan, group: NodeGroupPlan) {
  const { isFixed } = poolOwners[pool.owner];
  return {
    pool: poolName,
    owner: pool.owner,
    instance_type: group.instanceType,
    ami_type: amiType(group),
    capacity_type: capacityTypeOf(group),
    reservation: group.reservation ?? (group.capacityType === 'reserved' ? pool.reservation : null),
    zone: group.zone ?? null,
    min_size: isFixed ? group.peak : group.floor,
    desired_size: isFixed ? group.peak : group.floor,
    max_size: isFixed ? Math.max(1, group.peak) : group.ceiling,
    gpus: group.node.gpus,
    labels: nodeLabels(poolName, pool, group),
    taints: nodeTaints(pool, group).map(({ key, value, effect }) => ({ key, value: value ?? null, effect: taintEffects[effect] })),
    schedule: group.schedule,
  };
}

import { type CapacityConfig, poolOwners } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import type { Problem } from '../../lib/problems';
import { stateProblems } from './aws-stack';
import { networkProblems } from './network';
import { poolProblems } from './pool-problems';

/** All that keeps a config and its plan from becoming Terraform that AWS takes, pools by name. */
export function terraformProblems(config: CapacityConfig, plan: CapacityPlan): Problem[] {
  const { validUntil, pools } = plan;
  return [
    ...stateProblems(config.state),
    ...networkProblems(config.cluster.cidr),
    ...Object.keys(pools)
      .sort()
      .filter((poolName) => poolOwners[pools[poolName].owner].isInTerraform)
      .flatMap((poolName) => poolProblems({ poolName, pool: pools[poolName], validUntil })),
  ];
}

import { type CapacityConfig, poolOwners } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import type { Problem } from '../../lib/problems';
import { blockWindows } from './block-windows';
import { stateProblems } from './aws-stack';
import { hasOwnNetwork } from './joined-cluster';
import { networkProblems } from './network';
import { poolProblems } from './pool-problems';

/** Everything in a config and its plan that AWS or Terraform would refuse: state, network, and the pools in the order of their names. */
export function terraformProblems(config: CapacityConfig, plan: CapacityPlan): Problem[] {
  const { validUntil, pools } = plan;
  return [
    ...stateProblems(config.state),
    ...(hasOwnNetwork(config) ? networkProblems(config.cluster.cidr) : []),
    ...Object.keys(pools)
      .sort()
      .filter((poolName) => poolOwners[pools[poolName].owner].isInTerraform)
      .flatMap((poolName) => poolProblems({ poolName, pool: pools[poolName], validUntil, windows: blockWindows(config, poolName) })),
  ];
}

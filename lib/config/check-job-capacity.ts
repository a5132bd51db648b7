import { type Add } from './check-pools';
import { isDeferrable, poolOwners } from './kinds';
import { reservationsOf } from './placement';
import type { CapacityConfig } from './schema';

/** Jobs that say on which kind of node they run: the pool has such nodes, and something tells them apart in the cluster. */
export function checkJobCapacity(config: CapacityConfig, add: Add): void {
  for (const [name, workload] of Object.entries(config.workloads)) {
    if (!isDeferrable(workload) || workload.capacity === undefined || !Object.hasOwn(config.pools, workload.pool)) continue;
    const { capacity, pool } = workload;
    const at = ['workloads', name, 'capacity'] as const;
    const { owner, capacity: ordered, machines } = config.pools[pool];
    if (capacity.includes('spot') && !ordered.includes('spot'))
      add('deferrable', at, `names spot, and pool '${pool}' has none`, `add 'spot' to pools.${pool}.capacity, or leave it out`);
    const hasOthers = ordered.includes('on-demand') || machines !== undefined || reservationsOf(config, pool).length > 0;
    if (capacity.includes('on-demand') && !hasOthers)
      add(
        'deferrable',
        at,
        `names on-demand, and pool '${pool}' has spot alone`,
        `add 'on-demand' to pools.${pool}.capacity, or leave it out`,
      );
    if (ordered.includes('spot') && owner !== 'karpenter' && !poolOwners[owner].isInTerraform)
      add(
        'deferrable',
        at,
        `tells spot from other nodes, and those of pool '${pool}' are made elsewhere (owner '${owner}'): no label is known that says which are spot`,
        'leave it out, or give spot a pool of its own',
      );
  }
}

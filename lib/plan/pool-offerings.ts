import type { Offering } from '../catalog/offering';
import { offeringsOf } from '../catalog/offerings';
import { ownMachines } from '../catalog/own-machines';
import type { CapacityConfig, PoolConfig } from '../config/schema';
import { mapTogether } from './map-together';

/** By pool. */
export type PoolOfferings = Readonly<Record<string, readonly Offering[]>>;

/**
 * What nodes of each pool may be, of pools that a workload asks for.
 *
 * @throws ProblemError as `offeringsOf`
 */
export function poolOfferings(config: CapacityConfig): PoolOfferings {
  const used = new Set(Object.values(config.workloads).map(({ pool }) => pool));
  const names = Object.keys(config.pools).filter((pool) => used.has(pool));
  return mapTogether(names, (name) => {
    const pool = config.pools[name];
    if (pool.machines) return ownMachines(pool.machines, `pools.${name}.machines`);
    return offeringsOf({ ...offeringRequest(pool), region: config.region, path: `pools.${name}.instances` });
  });
}

function offeringRequest(pool: PoolConfig) {
  return { instances: pool.instances, capacity: pool.capacity, reservation: pool.kind === 'gpuPool' ? pool.reservation : undefined };
}

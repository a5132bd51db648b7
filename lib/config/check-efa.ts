import type { Add } from './check-pools';
import { poolOwnerOf, poolOwners } from './kinds';
import { networkZones, plainReservation, poolZones } from './placement';
import type { CapacityConfig } from './schema';

/** Whether pools can have EFA interfaces, and whether runs that use them get nodes that have some. */
export function checkEfa(config: CapacityConfig, add: Add): void {
  for (const [name, pool] of Object.entries(config.pools)) {
    if (pool.efa === undefined) continue;
    const at = ['pools', name, 'efa'] as const;
    const owner = poolOwnerOf(pool);
    if (!poolOwners[owner].isInTerraform)
      add('efa', at, `says nothing where the owner is '${owner}': whoever makes the nodes attaches the interfaces`, 'leave it out');
    if (pool.adopt !== undefined) add('efa', at, 'is beside adopt, whose nodes stay as they are', 'leave one out');
    if (plainReservation(pool) === null && (poolZones(config, name) ?? networkZones(config)).length > 1)
      add('efa', at, 'reaches no further than a zone, and nodes of the pool lie in several', zoneHint(config));
  }
  for (const [name, workload] of Object.entries(config.workloads)) {
    const run = workload.kind === 'training' ? workload.run : undefined;
    const pool = Object.hasOwn(config.pools, workload.pool) ? config.pools[workload.pool] : undefined;
    if (run?.efa === undefined || pool === undefined || pool.efa || pool.adopt !== undefined) continue;
    if (poolOwners[poolOwnerOf(pool)].isInTerraform)
      add(
        'efa',
        ['workloads', name, 'run', 'efa'],
        `is set, and nodes of pool '${workload.pool}' get no EFA interfaces: its workers would wait for ever`,
        `pools.${workload.pool}.efa: true`,
      );
  }
}

const zoneHint = (config: CapacityConfig): string =>
  typeof config.limits.zones === 'number' ? 'zones: 1' : `zones: ['${networkZones(config)[0]}']`;

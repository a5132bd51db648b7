import type { Add } from './check-pools';
import { poolOwnerOf, poolOwners } from './kinds';
import { poolZones } from './placement';
import type { CapacityConfig } from './schema';

/** What of the cluster does not go together, or with the pools. */
export function checkCluster(config: CapacityConfig, add: Add): void {
  const { cluster, assumed } = config;
  const { existing, subnets } = cluster;
  const isStated = (key: 'cidr' | 'endpoint') => !assumed.includes('cluster') && !assumed.includes(`cluster.${key}`);
  if (existing !== undefined) {
    if (isStated('cidr'))
      add('cluster', ['cluster', 'cidr'], 'says nothing of an existing cluster, whose network is there', 'leave it out');
    if (isStated('endpoint'))
      add('cluster', ['cluster', 'endpoint'], 'says nothing of an existing cluster, whose endpoint is there', 'leave it out');
  } else {
    for (const key of ['nodeRole', 'securityGroups'] as const)
      if (cluster[key] !== undefined)
        add('cluster', ['cluster', key], 'is of an existing cluster, and none is named', "leave it out, or add existing: '...'");
    if (subnets !== undefined && isStated('cidr'))
      add('cluster', ['cluster', 'cidr'], 'says nothing beside subnets, whose network is there', 'leave it out');
    if (subnets !== undefined && new Set(subnets).size < 2)
      add('cluster', ['cluster', 'subnets'], 'names one, and the control plane needs two, in different zones', 'name another');
  }
  if (existing !== undefined || subnets !== undefined) checkZoneNames(config, add);
}

/** In a network that is there a zone is known by its name alone. */
function checkZoneNames(config: CapacityConfig, add: Add): void {
  const { limits, pools, region } = config;
  if (typeof limits.zones !== 'number') return;
  for (const [name, pool] of Object.entries(pools)) {
    if (!poolOwners[poolOwnerOf(pool)].isInTerraform || poolZones(config, name) === null) continue;
    add(
      'cluster',
      ['pools', name, pool.zones === undefined ? 'zoneShare' : 'zones'],
      'asks for a node group in each zone, and limits.zones says only how many zones there are',
      `name those of the subnets there: zones: ['${region}a', '${region}b']`,
    );
  }
}

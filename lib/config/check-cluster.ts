import { checkAddresses } from './check-addresses';
import type { Add } from './check-pools';
import { poolOwnerOf, poolOwners } from './kinds';
import { poolZones } from './placement';
import type { CapacityConfig } from './schema';

/** What of the cluster does not go together, or with the pools. */
export function checkCluster(config: CapacityConfig, add: Add): void {
  const { cluster, assumed } = config;
  const { existing, subnets } = cluster;
  const isStated = (key: keyof typeof ofNewCluster) => !assumed.includes('cluster') && !assumed.includes(`cluster.${key}`);
  if (existing !== undefined) {
    for (const key of Object.keys(ofNewCluster) as (keyof typeof ofNewCluster)[])
      if (isStated(key))
        add('cluster', ['cluster', key], `says nothing of an existing cluster, whose ${ofNewCluster[key]} there`, 'leave it out');
  } else {
    for (const key of ['nodeRole', 'securityGroups'] as const)
      if (cluster[key] !== undefined)
        add('cluster', ['cluster', key], 'is of an existing cluster, and none is named', "leave it out, or add existing: '...'");
    if (subnets !== undefined && isStated('cidr'))
      add('cluster', ['cluster', 'cidr'], 'says nothing beside subnets, whose network is there', 'leave it out');
    if (subnets !== undefined && isStated('network'))
      add('cluster', ['cluster', 'network'], 'says nothing beside subnets, whose network is there', 'leave it out');
    if (subnets !== undefined && new Set(subnets).size < 2)
      add('cluster', ['cluster', 'subnets'], 'names one, and the control plane needs two, in different zones', 'name another');
    checkEndpoint(cluster, add);
  }
  if (existing !== undefined || subnets !== undefined) checkZoneNames(config, add);
}

/** What is of a new cluster alone, and why it says nothing of another. */
const ofNewCluster = {
  cidr: 'network is',
  network: 'network is',
  protect: 'owner decides what is',
  endpoint: 'endpoint is',
  access: 'access entries are',
  system: 'nodes are',
  addons: 'add-ons are',
  identities: 'identities are',
} as const;

/** A public endpoint answers to some addresses, never to the world. */
function checkEndpoint({ endpoint, access: { cidrs } }: CapacityConfig['cluster'], add: Add): void {
  if (endpoint === 'public' && cidrs === undefined)
    add(
      'cluster',
      ['cluster', 'endpoint'],
      "'public' without addresses opens the API server to the whole internet",
      "name those from which it is called, as the internet sees them: access: { cidrs: ['192.0.2.0/24'] }; or leave endpoint out",
    );
  if (endpoint === 'private' && cidrs !== undefined)
    add(
      'cluster',
      ['cluster', 'access', 'cidrs'],
      'are of a public endpoint, and this one is private',
      "add endpoint: 'public', or leave them out",
    );
  if (endpoint === 'public') (cidrs ?? []).forEach((cidr, index) => checkAddresses(cidr, ['cluster', 'access', 'cidrs', index], add));
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

import type { Add } from './check-pools';
import { poolOwnerOf, poolOwners } from './kinds';
import { plainReservation, poolZones } from './placement';
import type { CapacityConfig } from './schema';

/** The name in EKS of the node group that is there for an offering, where the pool adopts one. */
export function adoptedName(
  { pools }: Pick<CapacityConfig, 'pools'>,
  poolName: string,
  { instanceType, capacityType }: { readonly instanceType: string; readonly capacityType: string },
): string | undefined {
  const adopt = Object.hasOwn(pools, poolName) ? pools[poolName].adopt : undefined;
  return Object.entries(adopt ?? {}).find(([key]) => offering(key).join('/') === `${instanceType}/${capacityType}`)?.[1];
}

/** The instance type and the capacity type of `g6e.xlarge` or `g6e.xlarge/spot`. */
const offering = (key: string): readonly [string, string] => {
  const [type, capacity = 'on-demand'] = key.split('/');
  return [type, capacity];
};

/** Whether the node groups that a pool adopts can be what the plan sizes. */
export function checkAdopted(config: CapacityConfig, add: Add): void {
  for (const name of Object.keys(config.pools)) checkPool(name, config, add);
}

function checkPool(name: string, config: CapacityConfig, add: Add): void {
  const pool = config.pools[name];
  if (pool.adopt === undefined || pool.provider === 'none') return;
  const at = ['pools', name, 'adopt'] as const;
  const owner = poolOwnerOf(pool);
  if (config.cluster.existing === undefined)
    add('adopt', at, 'names node groups of a cluster that is there, and none is named', "add cluster: { existing: '...' }");
  if (!poolOwners[owner].isInTerraform)
    add('adopt', at, `says nothing where the owner is '${owner}': Terraform has no node group of the pool`, 'leave it out');
  if (pool.nodeSelector === undefined)
    add(
      'adopt',
      at,
      'needs the labels that the nodes have, by which pods choose them: they get none from here',
      "nodeSelector: { 'eks.amazonaws.com/nodegroup': '...' }, or a label that all of them have",
    );
  if (poolZones(config, name) !== null)
    add(
      'adopt',
      at,
      'is beside zones, where each zone has a node group',
      'leave zones and zoneShare out: adopted groups stay where they are',
    );
  if (plainReservation(pool) !== null) add('adopt', at, 'is beside a reservation, which all nodes of the pool are of', 'leave one out');
  for (const [key, group] of Object.entries(pool.adopt)) {
    const [type, capacity] = offering(key);
    if (!pool.instances.includes(type)) add('adopt', [...at, key], `'${type}' is none of the instances of the pool`, 'add it to them');
    if (!pool.capacity.some((each) => each === capacity))
      add('adopt', [...at, key], `'${capacity}' is no capacity type of the pool`, 'add it to capacity');
    if (otherPlaces(config, group) > 1) add('adopt', [...at, key], `'${group}' is adopted twice`, 'name it once');
  }
}

const otherPlaces = ({ pools }: CapacityConfig, group: string): number =>
  Object.values(pools).flatMap(({ adopt = {} }) => Object.values(adopt).filter((each) => each === group)).length;

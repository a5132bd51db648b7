import { type Offering, offeringOf, offeringsOf, ownMachines } from '../catalog';
import { plainReservation, type Reservation, reservationsOf } from '../config/reservations';
import type { CapacityConfig } from '../config/schema';
import { poolZones } from '../config/zones';
import { type ReplicaNeeds, roomFor } from './lone-cost';
import { mapTogether } from './map-together';

/** By pool. */
export type PoolOfferings = Readonly<Record<string, readonly Offering[]>>;

/**
 * What nodes of each pool may be, of pools that a workload asks for: what can be ordered, zone by zone where the pool says so, and what
 * its reservations hold.
 *
 * @throws ProblemError as `offeringsOf`
 */
export function poolOfferings(config: CapacityConfig): PoolOfferings {
  const used = new Set(Object.values(config.workloads).map(({ pool }) => pool));
  const names = Object.keys(config.pools).filter((pool) => used.has(pool));
  return mapTogether(names, (name) => {
    const { machines, instances, capacity } = config.pools[name];
    if (machines) return ownMachines(machines, `pools.${name}.machines`);
    const reservation = plainReservation(config.pools[name]) ?? undefined;
    const ordered = offeringsOf({ instances, capacity, reservation, region: config.region, path: `pools.${name}.instances` });
    const zones = poolZones(config, name);
    const byZone = zones === null ? ordered : ordered.flatMap((offering) => zones.map((zone) => inZone(offering, zone)));
    const reserved = reservationsOf(config, name).map((one) => reservedOffering(one, config.region));
    return [...byZone, ...reserved].sort((a, b) => (a.id < b.id ? -1 : 1));
  });
}

/** What a pool can order, each kind once; where nothing of that holds such a replica, all that it has. */
export function orderable(offerings: readonly Offering[], resources: ReplicaNeeds): readonly Offering[] {
  const ordered = offerings.filter(({ reservation }) => !reservation);
  const kinds = ordered.filter(
    ({ instanceType, capacityType }, index) =>
      ordered.findIndex((other) => other.instanceType === instanceType && other.capacityType === capacityType) === index,
  );
  return kinds.some((kind) => roomFor(resources, kind) > 0) ? kinds : offerings;
}

function inZone(offering: Offering, zone: string): Offering {
  return { ...offering, id: `${offering.id}/${zone}`, zone };
}

/** What a reservation holds costs nothing by use. */
function reservedOffering({ id, kind, instance, count, zone, from, to, usdPerHour, path }: Reservation, region: string): Offering {
  const { price, ...facts } = offeringOf(instance, kind, region, `${path}.instance`);
  void price;
  return {
    ...facts,
    id: `${instance}/${kind}/${id}`,
    usdPerHour: 0,
    ...(zone !== null && { zone }),
    reservation: { id, count, from, to, path: `${path}.count`, oneMoreUsdPerHour: usdPerHour },
  };
}

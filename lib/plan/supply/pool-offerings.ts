import { gpuFacts, type Offering, offeringOf, checkInstance, offeringsOf, ownMachines } from '../../catalog';
import {
  type CapacityConfig,
  isMeasuredByLoad,
  plainReservation,
  type PoolConfig,
  poolZones,
  type Reservation,
  reservationsOf,
  type WorkloadConfig,
} from '../../config';
import { type ReplicaNeeds, roomFor } from './lone-cost';
import { mapNames } from '../map-together';
import { type Problem, ProblemError } from '../../problems';

/** The offerings of each pool, by the name of the pool. */
export type PoolOfferings = Readonly<Record<string, readonly Offering[]>>;

/**
 * The offerings of each pool that a workload uses, sorted by id: what can be ordered, zone by zone where the pool says so, what its
 * reservations hold, or its machines.
 *
 * @throws ProblemError as `offeringsOf`, and for prices and commitments of types that are not in the catalogue
 */
export function poolOfferings(config: CapacityConfig): PoolOfferings {
  checkStatedTypes(config);
  const used = new Set(Object.values(config.workloads).map(({ pool }) => pool));
  const names = Object.keys(config.pools).filter((pool) => used.has(pool));
  return mapNames(names, (name) => {
    const { machines, instances, capacity, daemonSets } = config.pools[name];
    if (machines) return ownMachines(machines, `pools.${name}.machines`, daemonSets);
    const plain = plainReservation(config.pools[name]) ?? undefined;
    const { region, prices } = config;
    const ordered = offeringsOf({ instances, capacity, reservation: plain, region, prices, daemonSets, path: `pools.${name}.instances` });
    const zones = poolZones(config, name);
    const byZone = zones === null ? ordered : ordered.flatMap((offering) => zones.map((zone) => inZone(offering, zone)));
    const reserved = reservationsOf(config, name).map((reservation) => reservedOffering(reservation, config, daemonSets));
    return [...byZone, ...reserved].sort((a, b) => (a.id < b.id ? -1 : 1));
  });
}

/** A price or a commitment of a type that nobody knows would be used by nothing, without a word. */
function checkStatedTypes({ prices, commitments }: CapacityConfig): void {
  mapNames(Object.keys(prices), (type) => checkInstance(type, `prices.${type}`));
  commitments.forEach(({ instance }, index) => checkInstance(instance, `commitments[${index}].instance`));
}

/**
 * The offerings of a pool that can be ordered, one for each instance type and capacity type (zones and reservations left out). Where none
 * of them has room for the replica, all offerings of the pool, reservations included.
 */
export function orderableOfferings(offerings: readonly Offering[], resources: ReplicaNeeds): readonly Offering[] {
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
function reservedOffering(
  { id, kind, instance, count, zone, from, to, usdPerHour, path }: Reservation,
  { region, prices }: CapacityConfig,
  daemonSets: PoolConfig['daemonSets'],
): Offering {
  const { price, ...facts } = offeringOf(instance, kind, { region, prices, daemonSets, path: `${path}.instance` });
  void price;
  return {
    ...facts,
    id: `${instance}/${kind}/${id}`,
    usdPerHour: 0,
    ...(zone !== null && { zone }),
    reservation: { id, count, from, to, path: `${path}.count`, oneMoreUsdPerHour: usdPerHour },
  };
}

/**
 * GPU types that a workload may use, by the catalogue's names, sorted; `undefined` where it may use all of its pool.
 *
 * @throws ProblemError `catalog/unknown-gpu`
 */
export function gpuTypesOf(name: string, workload: WorkloadConfig): readonly string[] | undefined {
  if (!isMeasuredByLoad(workload) || workload.replica.gpuTypes === undefined) return undefined;
  const types = workload.replica.gpuTypes.map((type, index) => gpuFacts(type, `workloads.${name}.replica.gpuTypes[${index}]`).name);
  return [...new Set(types)].sort();
}

/**
 * The offerings of its pool that a workload may use: all of them, or those with a GPU of its `replica.gpuTypes`.
 *
 * @throws ProblemError `sizing/no-gpu` where that is nothing
 */
export function usableOfferings(name: string, workload: WorkloadConfig, offerings: readonly Offering[]): readonly Offering[] {
  const types = gpuTypesOf(name, workload);
  if (types === undefined) return offerings;
  const usable = offerings.filter(({ gpuName }) => gpuName !== null && types.includes(gpuName));
  if (usable.length > 0) return usable;
  throw new ProblemError({
    code: 'sizing/no-gpu',
    path: `workloads.${name}.replica.gpuTypes`,
    message: `no instance type of pool '${workload.pool}' has a GPU that ${name} may use`,
    expected: types.join(' or '),
    received: [...new Set(offerings.map(({ gpuName }) => gpuName ?? 'no GPU'))].sort().join(', '),
    hint: `add an instance type with such a GPU to pools.${workload.pool}.instances`,
  });
}

/** @throws ProblemError `plan/no-gpu` for each instance type without a GPU in a pool with GPUs, `plan/no-efa` likewise */
export function checkTypes({ pools }: Pick<CapacityConfig, 'pools'>, offerings: PoolOfferings): void {
  const names = Object.keys(offerings).sort();
  const problems = [
    ...names
      .filter((name) => pools[name].kind === 'gpuPool')
      .flatMap((name) =>
        typesOf(name, offerings[name], ({ gpus }) => gpus === 0).map(({ path, instanceType }): Problem => ({
          code: 'plan/no-gpu',
          path,
          message: `'${instanceType}' has no GPU, in a pool with GPUs`,
          hint: 'choose a type with GPUs, or make it a pool',
        })),
      ),
    ...names
      .filter((name) => pools[name].efa)
      .flatMap((name) =>
        typesOf(name, offerings[name], (offering) => offering.efaInterfaces === 0 || hasOtherCards(offering)).map(
          ({ path, instanceType, efaInterfaces }): Problem => ({
            code: 'plan/no-efa',
            path,
            message:
              efaInterfaces === 0
                ? `'${instanceType}' has no EFA interface, in a pool with efa`
                : `'${instanceType}' has its EFA interfaces on other network cards than foresize knows, in a pool with efa`,
            hint: 'choose a type with EFA, or leave efa out',
          }),
        ),
      ),
  ];
  if (problems.length > 0) throw new ProblemError(problems);
}

/** Its first network card has no EFA. */
const hasOtherCards = ({ instanceType }: Offering): boolean => instanceType.startsWith('p6-b300.');

/** Each instance type of a pool that is so, once for each place in the config that names it. */
function typesOf(name: string, offerings: readonly Offering[], isSo: (offering: Offering) => boolean) {
  const places = offerings.filter(isSo).map(({ instanceType, efaInterfaces, reservation }) => ({
    path: reservation ? reservation.path.replace(/\.count$/, '.instance') : `pools.${name}.instances`,
    instanceType,
    efaInterfaces,
  }));
  return [...new Map(places.map((place) => [`${place.path} ${place.instanceType}`, place])).values()];
}

import { type Offering, podRoom, type Reservation } from '../../catalog';
import { type Problem, ProblemError } from '../../problems';
import { HOUR_MS } from '../../units';
import { handOverMs } from './hand-over';
import { compareText, inOrder, quotaLimit, sizesOf, spotLimit } from './limits';
import type { HorizonClass, HorizonLimit, HorizonOffering, HorizonProblem } from './horizon';
import { unservedClasses } from './unserved';
import { outsideReservations, titleOf } from './reserved-time';
import { type DemandSegment, nodeKey, type ReplicaClass, type SizingLimits, type SizingPool } from './pools';

/**
 * Pools, their workloads and spans of demand as a problem over a horizon, a period a span. Workloads of a pool whose replicas are
 * alike are one class, so that their names show in no result; everything is sorted.
 *
 * @throws ProblemError `sizing/no-fit` for each workload whose replica no offering of its pool can hold, `sizing/reservation-time`
 */
export function poolProblem(pools: readonly SizingPool[], limits: SizingLimits, segments: readonly DemandSegment[]): HorizonProblem {
  const sorted = [...pools].sort((a, b) => compareText(a.name, b.name));
  const unfit = sorted.flatMap(unfitWorkloads);
  if (unfit.length > 0) throw new ProblemError(unfit);
  for (const segment of segments) checkSegment(segment, sorted);
  const outside = sorted.flatMap((pool) => outsideReservations(pool, segments));
  if (outside.length > 0) throw new ProblemError(outside);
  const byPool = sorted.map((pool) => ({ pool, offerings: offeringsIn(pool, segments) }));
  const within = ({ name }: SizingPool) => byPool.flatMap(({ pool, offerings }) => (pool.within === name ? offerings : []));
  const classes = sorted.flatMap((pool) => [
    ...new Map(pool.classes.map((one) => [className(pool.name, one), classOf(pool, one)])).values(),
  ]);
  return {
    periods: segments.length,
    periodHours: segments.map(({ from, to }) => (to - from) / HOUR_MS),
    start: segments.length > 0 ? segments[0].from : 0,
    offerings: byPool.flatMap(({ offerings }) => offerings).sort((a, b) => compareText(a.name, b.name)),
    classes: classes.sort((a, b) => compareText(a.name, b.name)),
    demand: Object.fromEntries(classes.map(({ name }) => [name, segments.map(({ replicas }) => replicasOf(sorted, replicas, name))])),
    limits: [
      ...Object.keys(limits.quotas).map((code) =>
        quotaLimit(
          code,
          limits.quotas[code],
          Object.fromEntries(
            sorted.flatMap((pool) =>
              pool.offerings.flatMap((one) => (one.quotaCode === code ? [[nodeKey(pool.name, one), one.vCpu] as const] : [])),
            ),
          ),
        ),
      ),
      ...byPool.flatMap(({ pool, offerings }) => [
        ...ceilingOf(pool, [...offerings, ...within(pool)]),
        ...groupSizesOf(pool, offerings, within(pool)),
        ...spotShareOf(pool, offerings),
        ...spotTypesOf(pool, offerings),
        ...zonesOf(pool, offerings),
      ]),
    ].sort(inOrder),
    noneEmpty: true,
  };
}

/** Replicas by class of the problem, from those by workload. */
export function demandOf(pools: readonly SizingPool[], { classes }: HorizonProblem, replicas: Readonly<Record<string, number>>) {
  return Object.fromEntries(classes.map(({ name }) => [name, replicasOf(pools, replicas, name)]));
}

function replicasOf(pools: readonly SizingPool[], replicas: Readonly<Record<string, number>>, name: string): number {
  let sum = 0;
  for (const pool of pools) for (const one of pool.classes) if (className(pool.name, one) === name) sum += replicas[one.workload];
  return sum;
}

function checkSegment({ from, to, replicas }: DemandSegment, pools: readonly SizingPool[]): void {
  if (!(to > from)) throw new Error(`the segment at ${from} ends at ${to}`);
  for (const { workload } of pools.flatMap((pool) => pool.classes)) {
    const count = replicas[workload] as number | undefined;
    if (count === undefined || !Number.isInteger(count) || count < 0)
      throw new Error(`the segment at ${from} has ${count} replicas of ${workload}`);
  }
}

/** A reservation is counted on from when its nodes are up until others must take over. */
function offeringsIn(pool: SizingPool, segments: readonly DemandSegment[]): readonly HorizonOffering[] {
  const lead = handOverMs(pool);
  return pool.offerings.map((one) => {
    const { reservation } = one;
    const absent = reservation && absence({ from: reservation.from + lead, to: reservation.to - lead }, segments);
    return { ...offeringOf(pool.name, one), ...absent };
  });
}

function offeringOf(pool: string, offering: Offering): HorizonOffering {
  const { capacityType, instanceType, gpuName, gpus, vCpu, usdPerHour, own, zone, reservation } = offering;
  return {
    name: nodeKey(pool, offering),
    pool,
    instanceType,
    capacityType,
    gpu: gpuName,
    gpus,
    vCpu,
    ...podRoom(offering),
    usdPerHour,
    ...(zone !== undefined && { zone }),
    // Machines that are there are paid for already, and so is what a reservation holds.
    ...(own && { committed: { least: own.count, most: own.count }, path: own.path }),
    ...(reservation && {
      committed: { least: reservation.count, most: reservation.count },
      path: reservation.path,
      title: titleOf(offering),
    }),
  };
}

function classOf(pool: SizingPool, one: ReplicaClass): HorizonClass {
  const { gpus, cpuMilli, memoryMiB, gpuNames, noSpot } = one;
  const there = [...new Set(pool.offerings.map(({ gpuName }) => gpuName ?? 'none'))].sort();
  const kinds = gpuNames === undefined ? there : [...gpuNames].sort();
  return {
    name: className(pool.name, one),
    pool: pool.name,
    cpuMilli,
    memoryMiB,
    on: Object.fromEntries(kinds.map((gpu) => [gpu, { gpus, throughput: 1 }])),
    ...(noSpot && { noSpot }),
  };
}

/** A node of a reservation is there for a span that lies within its time. */
function absence({ from, to }: Pick<Reservation, 'from' | 'to'>, segments: readonly DemandSegment[]) {
  const absentIn = segments.flatMap((segment, period) => (segment.from >= from && segment.to <= to ? [] : [period]));
  return absentIn.length === 0 ? {} : { absentIn };
}

function className(pool: string, { gpus, cpuMilli, memoryMiB, gpuNames, noSpot }: ReplicaClass): string {
  const only = gpuNames === undefined ? '' : ` ${[...gpuNames].sort().join(' or ')}`;
  return `${pool}/${gpus} GPU${only}, ${cpuMilli}m, ${memoryMiB}Mi${noSpot ? ', no spot' : ''}`;
}

function ceilingOf({ name, ceiling }: SizingPool, offerings: readonly HorizonOffering[]): readonly HorizonLimit[] {
  if (ceiling === null) return [];
  const { amount, unit } = ceiling;
  const path = `pools.${name}.ceiling`;
  const sizes = sizesOf(offerings, ({ gpus, vCpu }) => (unit === 'GPU' ? gpus : unit === 'vCPU' ? vCpu : 1));
  return [{ name: `pool.${name}.ceiling`, kind: 'ceiling', path, title: 'ceiling', of: `pool ${name}`, unit, sizes, most: amount }];
}

/** A row an offering: of it, and so in its node group, are at most so many nodes. */
function groupSizesOf(
  { name, nodesPerGroup }: SizingPool,
  offerings: readonly HorizonOffering[],
  others: readonly HorizonOffering[],
): readonly HorizonLimit[] {
  if (nodesPerGroup === undefined) return [];
  return offerings
    .filter(({ committed }) => !committed)
    .map((offering) => ({
      name: `pool.${name}.group.${offering.name.slice(name.length + 1)}`,
      kind: 'group-size',
      path: 'limits.nodesPerGroup',
      title: 'node group limit',
      of: `pool ${name}`,
      unit: 'nodes',
      sizes: Object.fromEntries([
        [offering.name, 1],
        ...others.filter((one) => groupOf(one) === groupOf(offering)).map((one) => [one.name, 1] as const),
      ]),
      most: nodesPerGroup,
    }));
}

const groupOf = ({ pool = '', name }: HorizonOffering): string => name.slice(pool.length + 1);

/** In GPUs where the pool has any, in vCPU otherwise; none where the share is no limit: no spot in the pool, or all of it may be. */
function spotShareOf({ name, spotShare }: SizingPool, offerings: readonly HorizonOffering[]): readonly HorizonLimit[] {
  const part = offerings.filter(({ capacityType }) => capacityType === 'spot').map((offering) => offering.name);
  if (spotShare >= 1 || part.length === 0) return [];
  const { unit, sizes } = sizesIn(offerings);
  return [spotLimit(`pool.${name}.spotShare`, spotShare, unit, sizes, part)];
}

/** A row an instance type: of all spot of the pool, at most the share is of that type. */
function spotTypesOf({ name, spotTypeShare = 1 }: SizingPool, offerings: readonly HorizonOffering[]): readonly HorizonLimit[] {
  if (spotTypeShare >= 1) return [];
  const { unit } = sizesIn(offerings);
  const spot = offerings.filter(({ capacityType }) => capacityType === 'spot');
  const { sizes } = sizesIn(spot, unit);
  return [...new Set(spot.map(({ instanceType }) => instanceType))].sort().map((type) => ({
    name: `pool.${name}.spotTypeShare.${type}`,
    kind: 'spot-type',
    path: 'limits.spotTypeShare',
    title: 'spot on one instance type',
    unit,
    sizes,
    share: spotTypeShare,
    part: spot.filter(({ instanceType }) => instanceType === type).map((offering) => offering.name),
  }));
}

/** A row a zone: of all nodes of the pool, at most the share is in that zone. */
function zonesOf({ name, zoneShare = 1 }: SizingPool, offerings: readonly HorizonOffering[]): readonly HorizonLimit[] {
  if (zoneShare >= 1) return [];
  return [...new Set(offerings.flatMap(({ zone }) => zone ?? []))].sort().map((zone) => ({
    name: `pool.${name}.zoneShare.${zone}`,
    kind: 'zone-share',
    path: `pools.${name}.zoneShare`,
    title: 'in one zone',
    of: `pool ${name}`,
    ...sizesIn(offerings),
    share: zoneShare,
    part: offerings.filter((offering) => offering.zone === zone).map((offering) => offering.name),
  }));
}

function sizesIn(offerings: readonly HorizonOffering[], stated?: 'GPU' | 'vCPU') {
  const unit = stated ?? (offerings.some(({ gpus }) => gpus > 0) ? 'GPU' : 'vCPU');
  return { unit, sizes: sizesOf(offerings, ({ gpus, vCpu }) => (unit === 'GPU' ? gpus : vCpu)) } as const;
}

function unfitWorkloads(pool: SizingPool): readonly Problem[] {
  const classes = [...pool.classes].sort((a, b) => compareText(a.workload, b.workload));
  return unservedClasses({
    offerings: pool.offerings.map((one) => offeringOf(pool.name, one)),
    classes: classes.map((one) => ({ ...classOf(pool, one), name: one.workload, path: `workloads.${one.workload}.replica` })),
    demand: Object.fromEntries(classes.map(({ workload }) => [workload, [1]])),
  });
}

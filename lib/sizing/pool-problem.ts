import type { Offering } from '../catalog/offering';
import { podRoom } from '../catalog/pod-room';
import { type Problem, ProblemError } from '../problems';
import { HOUR_MS } from '../units';
import { compareText } from './compare-text';
import { quotaLimit, sizesOf, spotLimit } from './horizon/limits';
import { inOrder } from './horizon/model';
import type { HorizonClass, HorizonLimit, HorizonOffering, HorizonProblem } from './horizon/types';
import { unservedClasses } from './horizon/unserved';
import { type DemandSegment, nodeKey, type ReplicaClass, type SizingLimits, type SizingPool } from './types';

/**
 * Pools, their workloads and spans of demand as a problem over a horizon, a period a span. Workloads of a pool whose replicas are
 * alike are one class, so that their names show in no result; everything is sorted.
 *
 * @throws ProblemError `sizing/no-fit` for each workload whose replica no offering of its pool can hold
 */
export function poolProblem(pools: readonly SizingPool[], limits: SizingLimits, segments: readonly DemandSegment[]): HorizonProblem {
  const sorted = [...pools].sort((a, b) => compareText(a.name, b.name));
  const unfit = sorted.flatMap(unfitWorkloads);
  if (unfit.length > 0) throw new ProblemError(unfit);
  for (const segment of segments) checkSegment(segment, sorted);
  const byPool = sorted.map((pool) => ({ pool, offerings: pool.offerings.map((one) => offeringOf(pool.name, one)) }));
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
      ...byPool.flatMap(({ pool, offerings }) => [...ceilingOf(pool, offerings), ...spotShareOf(pool, offerings)]),
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

function offeringOf(pool: string, offering: Offering): HorizonOffering {
  const { capacityType, instanceType, gpuName, gpus, vCpu, usdPerHour, own } = offering;
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
    // Machines that are there are paid for already.
    ...(own ? { held: { least: own.count, most: own.count }, path: own.path } : {}),
  };
}

function classOf(pool: SizingPool, { gpus, cpuMilli, memoryMiB, workload }: ReplicaClass): HorizonClass {
  const kinds = [...new Set(pool.offerings.map(({ gpuName }) => gpuName ?? 'none'))].sort();
  return {
    name: className(pool.name, { gpus, cpuMilli, memoryMiB, workload }),
    pool: pool.name,
    cpuMilli,
    memoryMiB,
    on: Object.fromEntries(kinds.map((gpu) => [gpu, { gpus, throughput: 1 }])),
  };
}

function className(pool: string, { gpus, cpuMilli, memoryMiB }: ReplicaClass): string {
  return `${pool}/${gpus} GPU, ${cpuMilli}m, ${memoryMiB}Mi`;
}

function ceilingOf({ name, ceiling }: SizingPool, offerings: readonly HorizonOffering[]): readonly HorizonLimit[] {
  if (ceiling === null) return [];
  const { amount, unit } = ceiling;
  const path = `pools.${name}.ceiling`;
  const sizes = sizesOf(offerings, ({ gpus, vCpu }) => (unit === 'GPU' ? gpus : unit === 'vCPU' ? vCpu : 1));
  return [{ name: `pool.${name}.ceiling`, kind: 'ceiling', path, title: 'ceiling', of: `pool ${name}`, unit, sizes, most: amount }];
}

/** In GPUs where the pool has any, in vCPU otherwise; none where the share is no limit: no spot in the pool, or all of it may be. */
function spotShareOf({ name, spotShare }: SizingPool, offerings: readonly HorizonOffering[]): readonly HorizonLimit[] {
  const part = offerings.filter(({ capacityType }) => capacityType === 'spot').map((offering) => offering.name);
  if (spotShare >= 1 || part.length === 0) return [];
  const unit = offerings.some(({ gpus }) => gpus > 0) ? 'GPU' : 'vCPU';
  return [
    spotLimit(
      `pool.${name}.spotShare`,
      spotShare,
      unit,
      sizesOf(offerings, ({ gpus, vCpu }) => (unit === 'GPU' ? gpus : vCpu)),
      part,
    ),
  ];
}

function unfitWorkloads(pool: SizingPool): readonly Problem[] {
  const classes = [...pool.classes].sort((a, b) => compareText(a.workload, b.workload));
  return unservedClasses({
    offerings: pool.offerings.map((one) => offeringOf(pool.name, one)),
    classes: classes.map((one) => ({ ...classOf(pool, one), name: one.workload, path: `workloads.${one.workload}.replica` })),
    demand: Object.fromEntries(classes.map(({ workload }) => [workload, [1]])),
  });
}

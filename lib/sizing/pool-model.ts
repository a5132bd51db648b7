import type { Offering } from '../catalog/offering';
import { type Problem, ProblemError } from '../problems';
import { maximalPatterns, type Pattern } from './patterns';
import type { ReplicaClass, SizingPool } from './types';

/** Pods of a node that are left to DaemonSets. */
export const daemonSetPods = 10;

/** GPUs, millicores, MiB, pods. */
export type Resources = readonly [gpus: number, cpuMilli: number, memoryMiB: number, pods: number];

/**
 * A pool as the program sees it: everything that is alike is merged and everything is sorted, so that neither the order of
 * offerings and workloads in the config nor their names show in the result.
 */
export type PoolModel = {
  readonly name: string;
  /** By `id`. */
  readonly offerings: readonly Offering[];
  /** Distinct node shapes: what a node can hold does not depend on how it is paid. */
  readonly shapes: readonly NodeShape[];
  /** Index of the shape of each offering. */
  readonly shapeOf: readonly number[];
  /** Distinct sizes of a replica, largest first. */
  readonly kinds: readonly Resources[];
  /** Workloads of the pool, sorted, and the index of their kind. */
  readonly workloads: readonly string[];
  readonly kindOf: ReadonlyMap<string, number>;
  readonly ceiling: SizingPool['ceiling'];
  readonly spotShare: number;
};

export type NodeShape = {
  readonly room: Resources;
  /** Most replicas of each kind that a node holds when it holds nothing else. */
  readonly fits: readonly number[];
  /** Every maximal content of a node; `null` where there are too many to list. */
  readonly patterns: readonly Pattern[] | null;
};

/** @throws ProblemError `sizing/no-fit` for each workload whose replica no offering of its pool can hold */
export function poolModels(pools: readonly SizingPool[]): readonly PoolModel[] {
  const models: PoolModel[] = [];
  const problems: Problem[] = [];
  for (const pool of [...pools].sort((a, b) => compareText(a.name, b.name))) {
    const model = poolModel(pool);
    if ('model' in model) models.push(model.model);
    else problems.push(...model.problems);
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return models;
}

function poolModel(pool: SizingPool): { readonly model: PoolModel } | { readonly problems: readonly Problem[] } {
  const offerings = [...pool.offerings].sort((a, b) => compareText(a.id, b.id));
  const classes = [...pool.classes].sort((a, b) => compareText(a.workload, b.workload));
  const kinds = distinct(classes.map(needOf)).sort(largestFirst);
  const rooms = distinct(offerings.map(roomOf));
  const shapes = rooms.map((room): NodeShape => {
    const fits = kinds.map((need) => mostOf(room, need));
    return { room, fits, patterns: maximalPatterns(room, kinds) };
  });
  const unfit = classes.filter((replica) => shapes.every(({ room }) => mostOf(room, needOf(replica)) === 0));
  if (unfit.length > 0) return { problems: unfit.map((replica) => noFit(pool.name, replica, offerings)) };
  const model: PoolModel = {
    name: pool.name,
    offerings,
    shapes,
    shapeOf: offerings.map((offering) => indexOf(rooms, roomOf(offering))),
    kinds,
    workloads: classes.map(({ workload }) => workload),
    kindOf: new Map(classes.map((replica) => [replica.workload, indexOf(kinds, needOf(replica))])),
    ceiling: pool.ceiling,
    spotShare: pool.spotShare,
  };
  return { model };
}

/** Replicas by workload -> replicas by kind of the pool. */
export function demandOf(pool: PoolModel, replicas: Readonly<Record<string, number>>): readonly number[] {
  const demand = pool.kinds.map(() => 0);
  for (const [workload, kind] of pool.kindOf) demand[kind] += replicas[workload];
  return demand;
}

/** What spot share is measured in: GPUs where the pool has any, vCPU otherwise. */
export function shareUnit(pool: PoolModel): 'GPU' | 'vCPU' {
  return pool.offerings.some(({ gpus }) => gpus > 0) ? 'GPU' : 'vCPU';
}

/** GPUs or vCPU of an offering, or 1 for nodes. */
export function sizeIn(unit: 'GPU' | 'vCPU' | 'nodes', { gpus, vCpu }: Offering): number {
  return unit === 'GPU' ? gpus : unit === 'vCPU' ? vCpu : 1;
}

/**
 * Nodes of each offering that a cheapest mix never exceeds: those that hold everything alone, kind by kind; where on-demand nodes
 * also serve to keep the share of spot, one a replica, since every node holds one.
 */
export function mostNodes(pool: PoolModel, demand: readonly number[]): readonly number[] {
  const replicas = demand.reduce((sum, count) => sum + count, 0);
  return pool.offerings.map(({ capacityType }, index) => {
    if (capacityType === 'spot' && pool.spotShare === 0) return 0;
    if (capacityType !== 'spot' && pool.spotShare < 1) return replicas;
    const { fits } = pool.shapes[pool.shapeOf[index]];
    return demand.reduce((sum, count, kind) => sum + (fits[kind] > 0 ? Math.ceil(count / fits[kind]) : 0), 0);
  });
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function needOf({ gpus, cpuMilli, memoryMiB }: ReplicaClass): Resources {
  return [gpus, cpuMilli, memoryMiB, 1];
}

function roomOf(offering: Offering): Resources {
  return [
    offering.gpus,
    offering.allocatableCpuMilli - offering.daemonSetCpuMilli,
    offering.allocatableMemoryMiB - offering.daemonSetMemoryMiB,
    offering.maxPods - daemonSetPods,
  ];
}

function mostOf(room: Resources, need: Resources): number {
  return Math.max(0, Math.min(...need.map((amount, resource) => (amount === 0 ? Infinity : Math.floor(room[resource] / amount)))));
}

function distinct(all: readonly Resources[]): Resources[] {
  return all.filter((item, index) => indexOf(all, item) === index);
}

function indexOf(all: readonly Resources[], wanted: Resources): number {
  return all.findIndex((item) => item.every((amount, resource) => amount === wanted[resource]));
}

function largestFirst(a: Resources, b: Resources): number {
  return b[0] - a[0] || b[2] - a[2] || b[1] - a[1];
}

function noFit(pool: string, replica: ReplicaClass, offerings: readonly Offering[]): Problem {
  const largest = [...offerings].sort((a, b) => largestFirst(roomOf(a), roomOf(b)))[0] as Offering | undefined;
  const best = largest ? `the largest is ${largest.instanceType} with ${describe(roomOf(largest))} for pods` : 'it has none';
  return {
    code: 'sizing/no-fit',
    path: `workloads.${replica.workload}.replica`,
    message: `no offering of pool ${pool} fits a replica of workload ${replica.workload}: it asks for ${describe(needOf(replica))}; ${best}`,
    hint: `ask for less, or add a larger instance type to pools.${pool}.instances`,
  };
}

function describe([gpus, cpuMilli, memoryMiB]: Resources): string {
  return `${gpus} GPU, ${Number((cpuMilli / 1_000).toFixed(2))} CPU, ${Number((memoryMiB / 1_024).toFixed(2))} GiB`;
}

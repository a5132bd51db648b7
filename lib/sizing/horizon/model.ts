import { maximalPatterns, type Pattern } from '../patterns';
import { compareText, type Resources } from '../pool-model';
import type { HorizonClass, HorizonOffering, HorizonProblem } from './types';

/** A node shape and, by class, what it can do for it (`null`: nothing). */
export type Shape = {
  readonly gpu: string;
  readonly room: Resources;
  readonly serves: readonly (Service | null)[];
};

export type Service = {
  readonly need: Resources;
  readonly throughput: number;
  /** Most replicas of it alone on a node. */ readonly fits: number;
};

/** Offerings that differ in nothing but zone and name, as one: apart they would be symmetric, which costs a search dearly. */
export type Merged = {
  readonly members: readonly HorizonOffering[];
  readonly shape: number;
  readonly gpus: number;
  readonly vCpu: number;
  readonly isSpot: boolean;
  readonly quota: string | null;
  /** With the price of interruptions. */
  readonly usdPerHour: number;
  readonly least: number;
  readonly most: number;
  readonly held: { readonly least: number; readonly most: number } | null;
};

/** A part of a problem that shares no limit with the rest; everything in it is sorted. */
export type HorizonModel = {
  readonly periods: number;
  readonly periodHours: number;
  readonly offerings: readonly Merged[];
  readonly shapes: readonly Shape[];
  readonly classes: readonly HorizonClass[];
  /** By class and period. */
  readonly demand: readonly (readonly number[])[];
  /** By code; those that concern an offering. */
  readonly quotas: readonly (readonly [code: string, vCpu: number])[];
  readonly gpuCeiling: number | null;
  readonly spotShare: number;
};

const unlimitedPods = 1e6;

/**
 * The problem in its independent parts: two offerings belong together when a class may run on both, or a quota, the ceiling or the
 * share of spot concerns both.
 */
export function horizonModels(problem: HorizonProblem): readonly HorizonModel[] {
  const { limits } = problem;
  const offerings = [...problem.offerings].sort((a, b) => compareText(a.name, b.name));
  const classes = [...problem.classes].sort((a, b) => compareText(a.name, b.name));
  const parent = offerings.map((_, index) => index);
  const root = (index: number): number => (parent[index] === index ? index : (parent[index] = root(parent[index])));
  const join = (all: readonly number[]) => all.forEach((index) => (parent[root(index)] = root(all[0])));
  const where = (test: (offering: HorizonOffering) => boolean) => offerings.flatMap((offering, index) => (test(offering) ? [index] : []));
  for (const one of classes) join(where((offering) => serviceOf(offering, one) !== null));
  for (const code of Object.keys(limits.quotas)) join(where(({ quota }) => quota === code));
  if (limits.gpuCeiling !== null || limits.spotShare < 1) join(where(({ gpus }) => gpus > 0));
  const roots = [...new Set(offerings.map((_, index) => root(index)))];
  return roots.flatMap((each) => {
    const members = offerings.filter((_, index) => root(index) === each);
    const served = classes.filter((one) => members.some((offering) => serviceOf(offering, one) !== null));
    const needed = served.length > 0 || members.some(({ leastNodes = 0 }) => leastNodes > 0);
    return needed ? [modelOf(problem, members, served)] : [];
  });
}

/** The whole problem in one part, for the program in one piece. */
export function wholeModel(problem: HorizonProblem, merge = true): HorizonModel {
  const offerings = [...problem.offerings].sort((a, b) => compareText(a.name, b.name));
  const classes = [...problem.classes].sort((a, b) => compareText(a.name, b.name));
  return modelOf(problem, offerings, classes, merge);
}

function modelOf(
  problem: HorizonProblem,
  offerings: readonly HorizonOffering[],
  classes: readonly HorizonClass[],
  merge = true,
): HorizonModel {
  const { limits, periods, periodHours, demand, lostHoursPerInterruption = 0 } = problem;
  const shapeKeys = [...new Set(offerings.map(shapeKey))];
  const shapes = shapeKeys.map((key): Shape => {
    const example = offerings.find((offering) => shapeKey(offering) === key) as HorizonOffering;
    return { gpu: example.gpu ?? 'none', room: roomOf(example), serves: classes.map((one) => serviceOf(example, one)) };
  });
  const groups = new Map<string, HorizonOffering[]>();
  for (const offering of offerings) {
    const key = merge ? mergeKey(offering) : offering.name;
    groups.set(key, [...(groups.get(key) ?? []), offering]);
  }
  const sum = (members: readonly HorizonOffering[], value: (offering: HorizonOffering) => number) =>
    members.reduce((total, offering) => total + value(offering), 0);
  return {
    periods,
    periodHours,
    offerings: [...groups.values()].map((members): Merged => {
      const [first] = members;
      return {
        members,
        shape: shapeKeys.indexOf(shapeKey(first)),
        gpus: first.gpus,
        vCpu: first.vCpu,
        isSpot: first.capacityType === 'spot',
        quota: first.quota !== null && first.quota in limits.quotas ? first.quota : null,
        usdPerHour: first.usdPerHour * (1 + (first.interruptionsPerHour ?? 0) * lostHoursPerInterruption),
        least: sum(members, ({ leastNodes = 0 }) => leastNodes),
        most: sum(members, ({ mostNodes, held }) => Math.min(mostNodes, held?.most ?? Infinity)),
        held: first.held
          ? { least: sum(members, ({ held }) => held?.least ?? 0), most: sum(members, ({ held }) => held?.most ?? 0) }
          : null,
      };
    }),
    shapes,
    classes,
    demand: classes.map(({ name }) => demand[name] ?? []),
    quotas: Object.keys(limits.quotas)
      .sort(compareText)
      .filter((code) => offerings.some(({ quota }) => quota === code))
      .map((code) => [code, limits.quotas[code]] as const),
    gpuCeiling: offerings.some(({ gpus }) => gpus > 0) ? limits.gpuCeiling : null,
    spotShare: limits.spotShare,
  };
}

/** What a node of the offering can do for a replica of the class; `null`: nothing. */
export function serviceOf(offering: HorizonOffering, { on, cpuMilli, memoryMiB }: HorizonClass): Service | null {
  const use = on[offering.gpu ?? 'none'] as { gpus: number; throughput: number } | undefined;
  if (!use || use.throughput <= 0) return null;
  const need: Resources = [use.gpus, cpuMilli, memoryMiB, 1];
  const room = roomOf(offering);
  const fits = Math.min(...need.map((amount, resource) => (amount === 0 ? Infinity : Math.floor(room[resource] / amount))));
  return fits >= 1 ? { need, throughput: use.throughput, fits } : null;
}

const known = new WeakMap<Shape, readonly Pattern[] | null>();

/** Every maximal content of a node, over the classes that it serves; `null` where there are too many to list. */
export function contentsOf(shape: Shape): readonly Pattern[] | null {
  if (!known.has(shape)) {
    const needs = shape.serves.flatMap((service) => (service ? [service.need] : []));
    known.set(shape, maximalPatterns(shape.room, needs));
  }
  return known.get(shape) ?? null;
}

function roomOf({ gpus, cpuMilli, memoryMiB, pods = unlimitedPods }: HorizonOffering): Resources {
  return [gpus, cpuMilli, memoryMiB, pods];
}

function shapeKey(offering: HorizonOffering): string {
  return JSON.stringify([offering.gpu, ...roomOf(offering)]);
}

function mergeKey(offering: HorizonOffering): string {
  const { capacityType, vCpu, usdPerHour, quota, held, leastNodes = 0, interruptionsPerHour = 0 } = offering;
  const alone = leastNodes > 0 ? offering.name : '';
  return JSON.stringify([
    shapeKey(offering),
    offering.instanceType,
    capacityType,
    vCpu,
    usdPerHour,
    quota,
    held !== undefined,
    interruptionsPerHour,
    alone,
  ]);
}

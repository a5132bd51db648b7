import { maximalPatterns, type Pattern, type Resources } from './patterns';
import { compareText, inOrder, weightOf } from './limits';
import type { HorizonClass, HorizonLimit, HorizonOffering, HorizonProblem } from './horizon';

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
  readonly usdPerHour: number;
  readonly least: number;
  readonly most: number;
  readonly committed: { readonly least: number; readonly most: number } | null;
  /** Periods in which there is none of it. */
  readonly absent: ReadonlySet<number>;
};

/** A limit as a row over the offerings of a model: sum of weight x nodes <= most. */
export type LimitRow = {
  readonly limit: HorizonLimit;
  /** By offering. */
  readonly weights: readonly number[];
  readonly most: number;
};

/** A problem, or a part of it; everything in it is sorted. */
export type HorizonModel = {
  readonly periods: number;
  /** By period. */
  readonly hours: readonly number[];
  readonly offerings: readonly Merged[];
  readonly shapes: readonly Shape[];
  readonly classes: readonly HorizonClass[];
  /** By class and period. */
  readonly demand: readonly (readonly number[])[];
  /** Those that concern an offering. */
  readonly limits: readonly LimitRow[];
  readonly noneEmpty: boolean;
};

const unlimitedPods = 1e6;

/** Length of a period. */
export function hoursOf({ periodHours }: Pick<HorizonProblem, 'periodHours'>, period: number): number {
  return typeof periodHours === 'number' ? periodHours : periodHours[period];
}

/** The whole problem in one part. @param merge whether offerings that differ in nothing but zone and name are one */
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
  const { periods, demand } = problem;
  const limits = [...problem.limits].filter(({ sizes }) => offerings.some(({ name }) => Object.hasOwn(sizes, name))).sort(inOrder);
  const tellsSpot = classes.some(({ noSpot }) => noSpot);
  const keyOf = (offering: HorizonOffering) => shapeKey(offering, tellsSpot);
  const shapeKeys = [...new Set(offerings.map(keyOf))];
  const shapes = shapeKeys.map((key): Shape => {
    const example = offerings.find((offering) => keyOf(offering) === key) as HorizonOffering;
    return { gpu: example.gpu ?? 'none', room: roomOf(example), serves: classes.map((one) => serviceOf(example, one)) };
  });
  const groups = new Map<string, HorizonOffering[]>();
  for (const offering of offerings) {
    const weights = limits.map((limit) => weightOf(limit, offering.name));
    const key = merge ? mergeKey(offering, weights) : offering.name;
    groups.set(key, [...(groups.get(key) ?? []), offering]);
  }
  const sum = (members: readonly HorizonOffering[], value: (offering: HorizonOffering) => number) =>
    members.reduce((total, offering) => total + value(offering), 0);
  const merged = [...groups.values()].map((members): Merged => {
    const [first] = members;
    return {
      members,
      shape: shapeKeys.indexOf(keyOf(first)),
      usdPerHour: first.usdPerHour,
      least: sum(members, ({ leastNodes = 0 }) => leastNodes),
      most: sum(members, ({ mostNodes = Infinity, committed }) => Math.min(mostNodes, committed?.most ?? Infinity)),
      committed: first.committed
        ? { least: sum(members, ({ committed }) => committed?.least ?? 0), most: sum(members, ({ committed }) => committed?.most ?? 0) }
        : null,
      absent: new Set(first.absentIn),
    };
  });
  return {
    periods,
    hours: Array.from({ length: periods }, (_, period) => hoursOf(problem, period)),
    offerings: merged,
    shapes,
    classes,
    demand: classes.map(({ name }) => demand[name] ?? []),
    limits: limits.map((limit) => ({
      limit,
      weights: merged.map(({ members: [{ name }] }) => weightOf(limit, name)),
      most: 'most' in limit ? limit.most : 0,
    })),
    noneEmpty: problem.noneEmpty ?? false,
  };
}

/** Which offerings a period lacks: periods of equal demand are alike only where this is equal too. */
export function absenceOf({ offerings }: HorizonModel, period: number): string {
  return offerings.map(({ absent }) => (absent.has(period) ? 'x' : '')).join();
}

/** What a node of the offering can do for a replica of the class; `null`: nothing. */
export function serviceOf(offering: HorizonOffering, { pool, on, cpuMilli, memoryMiB, noSpot = false }: HorizonClass): Service | null {
  if (offering.pool !== pool || (noSpot && offering.capacityType === 'spot')) return null;
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

/** @param tellsSpot whether some class runs on no spot */
function shapeKey(offering: HorizonOffering, tellsSpot: boolean): string {
  const isSpot = tellsSpot && offering.capacityType === 'spot';
  return JSON.stringify([offering.pool ?? null, offering.gpu, ...roomOf(offering), ...(isSpot ? ['spot'] : [])]);
}

function mergeKey(offering: HorizonOffering, weights: readonly number[]): string {
  const { capacityType, vCpu, usdPerHour, committed, leastNodes = 0, absentIn = [] } = offering;
  const alone = leastNodes > 0 ? offering.name : '';
  return JSON.stringify([
    shapeKey(offering, false),
    offering.instanceType,
    capacityType,
    vCpu,
    usdPerHour,
    weights,
    committed !== undefined,
    absentIn,
    alone,
  ]);
}

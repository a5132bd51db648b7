import type { ProgramBuilder, Term } from './program';
import { contentsOf, type HorizonModel, type Service, type Shape } from './model';
import { greedyPatterns, type Pattern, type Resources } from './patterns';
import { roundingCuts } from './rounding-cuts';
import type { HorizonLimit } from './horizon';

export type PeriodOptions = {
  /** Price of a node of the offering for the period, in dollars. */
  readonly price: (offering: number) => number;
  /** Most nodes of the offering. */
  readonly most: (offering: number) => number;
  /** Whole nodes and replicas, or the relaxation of it. */
  readonly whole: boolean;
  /** Adds the rounding cuts, which whole solutions keep anyway. */
  readonly cuts?: boolean;
  /** Shapes whose placement is written by contents of single nodes, so that it packs. */
  readonly strict?: ReadonlySet<number>;
  /** Slack variables by which limits may be exceeded. */
  readonly slack?: (limit: string) => number | undefined;
  /** Without the bounds that only help a search, which would take part of the prices of a relaxation. @default false */
  readonly priced?: boolean;
  /** Limits that the period keeps. @default all */
  readonly kinds?: (limit: HorizonLimit) => boolean;
  readonly label?: string;
};

export type PeriodVariables = {
  /** By offering. */
  readonly nodes: readonly number[];
  /** By shape and class; -1: none. */
  readonly placed: readonly (readonly number[])[];
};

/**
 * One period of the program: nodes by offering, replicas by shape and class, and the limits of the period.
 *
 * Placement is by the summed room of all nodes of a shape, each class never more often than nodes x what one takes of it alone;
 * that is a relaxation of real packing, so a bound from it holds.
 */
export function addPeriod(builder: ProgramBuilder, model: HorizonModel, period: number, options: PeriodOptions): PeriodVariables {
  const { price, most, whole, cuts = false, strict, slack = () => undefined, kinds, priced = false, label = `period ${period} ` } = options;
  const { offerings, shapes, classes } = model;
  const wanted = model.demand.map((series) => series[period] ?? 0);
  const useful = priced ? offerings.map(() => Infinity) : usefulNodes(model, wanted);
  const floorSlacks = offerings.map(({ members, least }) => (least > 0 ? slack(`floor ${members[0].name}`) : undefined));
  const uppers = offerings.map(({ least, absent }, index) =>
    Math.max(least, absent.has(period) ? 0 : Math.min(most(index), useful[index])),
  );
  // What cannot run is in no row: without it a program of one period is half as large.
  const isOpen = (offering: number) => priced || uppers[offering] > 0;
  const nodes = offerings.map(({ members, least }, index) => {
    const lower = floorSlacks[index] === undefined ? least : 0;
    return builder.variable({ name: label + members[0].name, cost: price(index), lower, upper: uppers[index], integer: whole });
  });
  floorSlacks.forEach((short, index) => {
    const terms = [[nodes[index], 1] as const, ...(short === undefined ? [] : [[short, 1] as const])];
    if (short !== undefined) builder.row(`${label}floor`, terms, { lower: offerings[index].least });
  });
  const nodesOf = (shape: number) => nodes.filter((_, index) => offerings[index].shape === shape && isOpen(index));
  const placed = shapes.map(({ serves }, shape) =>
    serves.map((service, index) => {
      if (!service || nodesOf(shape).length === 0 || wanted[index] <= 0) return -1;
      const upper = priced ? 1e6 : Math.ceil(wanted[index] / service.throughput - 1e-9);
      return builder.variable({
        name: `${label}shape ${shape} ${classes[index].name}`,
        cost: 0,
        upper: Math.max(1, upper),
        integer: whole,
      });
    }),
  );

  shapes.forEach(({ room, serves }, shape) => {
    const ofShape = nodesOf(shape);
    const here = serves.flatMap((service, index) =>
      service && placed[shape][index] >= 0 ? [{ service, variable: placed[shape][index] }] : [],
    );
    const rows = roomRows(
      room,
      here.map(({ service }) => service),
    );
    for (const { name, needs } of rows) {
      const terms = here.map(({ variable }, index): Term => [variable, needs[index]]);
      builder.row(label + name, [...terms, ...ofShape.map((node): Term => [node, -1])], { upper: 0 });
    }
    if (strict?.has(shape)) addContents(builder, model, shape, { ofShape, placed: placed[shape], wanted, label });
  });

  classes.forEach(({ name }, index) => {
    if (wanted[index] <= 0) return;
    const served = shapes.flatMap(({ serves }, shape): Term[] => {
      const service = serves[index];
      return service && placed[shape][index] >= 0 ? [[placed[shape][index], service.throughput]] : [];
    });
    builder.row(`${label}demand ${name}`, served, { lower: wanted[index] });
    if (!cuts) return;
    const byNode = offerings.flatMap(({ shape }, offering): Term[] => {
      const service = shapes[shape].serves[index];
      return service && isOpen(offering) ? [[nodes[offering], Math.min(wanted[index], service.fits * service.throughput)]] : [];
    });
    for (const cut of [...roundingCuts(served, wanted[index]), ...roundingCuts(byNode, wanted[index])]) {
      builder.row(`${label}cut ${name}`, cut.terms, { lower: cut.lower });
    }
  });

  const idle = model.noneEmpty ? addIdle(builder, model, nodes, label) : new Map<number, number>();
  if (model.noneEmpty && model.limits.some(({ limit }) => !('most' in limit)))
    addInUse(builder, model, { nodes, placed, wanted, idle, label });
  for (const { limit, weights, most: upper } of model.limits) {
    if (kinds && !kinds(limit)) continue;
    const over = slack(limit.name);
    const terms = nodes.flatMap((node, index): Term[] => (weights[index] === 0 || !isOpen(index) ? [] : [[node, weights[index]]]));
    // What is idle for a share of a zone lets no more into a share of spot.
    const gained = isOfSpot(limit) ? [...idle].flatMap(([index, one]): Term[] => (weights[index] < 0 ? [[one, -weights[index]]] : [])) : [];
    if (terms.length > 0)
      builder.row(label + limit.name, [...terms, ...gained, ...(over === undefined ? [] : [[over, -1] as const])], { upper });
  }
  return { nodes, placed };
}

/**
 * Nodes of each offering that a cheapest period never exceeds: those that hold everything alone, class by class; where empty nodes
 * would let more spot into a share and none may run empty, one a replica.
 */
function usefulNodes({ offerings, shapes, limits, noneEmpty }: HorizonModel, wanted: readonly number[]): readonly number[] {
  return offerings.map(({ shape }, index) => {
    const each = shapes[shape].serves.map((service, kind) =>
      service && wanted[kind] > 0 ? { ...service, replicas: Math.ceil(wanted[kind] / service.throughput - 1e-9) } : null,
    );
    const sum = (nodes: (service: NonNullable<(typeof each)[number]>) => number) =>
      each.reduce((total, service) => total + (service ? nodes(service) : 0), 0);
    if (limits.some(({ limit, weights }) => limit.kind === 'zone-share' && weights[index] < 0)) return Infinity;
    if (limits.some(({ limit, weights }) => !('most' in limit) && weights[index] < 0))
      return noneEmpty ? sum(({ replicas }) => replicas) : Infinity;
    return sum(({ replicas, fits }) => Math.ceil(replicas / fits));
  });
}

/** Nodes that may run empty, by offering: those of pools with a share of a zone, which they even out. */
function addIdle(
  builder: ProgramBuilder,
  { offerings, limits }: HorizonModel,
  nodes: readonly number[],
  label: string,
): ReadonlyMap<number, number> {
  const zoned = limits.filter(({ limit }) => limit.kind === 'zone-share');
  return new Map(
    offerings.flatMap(({ members: [{ name }] }, index) => {
      if (zoned.every(({ weights }) => weights[index] === 0)) return [];
      const idle = builder.variable({ name: `${label}idle ${name}`, cost: 0, upper: 1e6, integer: false });
      builder.noLarger(`${label}idle`, idle, nodes[index]);
      return [[index, idle] as const];
    }),
  );
}

function isOfSpot({ kind }: HorizonLimit): boolean {
  return kind === 'spot-share' || kind === 'spot-type';
}

/**
 * As many replicas as nodes on a shape, those left out that run in any case, and no replica beyond the demand, are enough: one of a
 * node with several fits on an empty one.
 */
function addInUse(
  builder: ProgramBuilder,
  { offerings, shapes, classes }: HorizonModel,
  {
    nodes,
    placed,
    wanted,
    idle,
    label,
  }: PeriodVariables & { readonly wanted: readonly number[]; readonly idle: ReadonlyMap<number, number>; readonly label: string },
): void {
  shapes.forEach((_, shape) => {
    const terms = [
      ...nodes.flatMap((node, index): Term[] => (offerings[index].shape === shape ? [[node, 1]] : [])),
      ...placed[shape].flatMap((variable): Term[] => (variable < 0 ? [] : [[variable, -1]])),
      ...[...idle].flatMap(([index, one]): Term[] => (offerings[index].shape === shape ? [[one, -1]] : [])),
    ];
    const least = offerings.reduce((sum, offering) => sum + (offering.shape === shape ? offering.least : 0), 0);
    builder.row(`${label}in use`, terms, { upper: least });
  });
  classes.forEach((_, kind) => {
    const served = shapes.flatMap(({ serves }, shape): Term[] => {
      const service = serves[kind];
      return service && placed[shape][kind] >= 0 ? [[placed[shape][kind], service.throughput]] : [];
    });
    if (served.length === 0) return;
    const largest = Math.max(...served.map(([, throughput]) => throughput));
    const least = Math.min(...served.map(([, throughput]) => throughput));
    // One replica less would serve too little; of equal ones that is a whole number.
    const upper = largest === least ? largest * Math.ceil(wanted[kind] / largest - 1e-9) : wanted[kind] + largest;
    builder.row(`${label}served`, served, { upper });
  });
}

/**
 * What a replica of each class takes of a node: of each resource, and as one of as many as fit alone. A row that asks no more of any
 * class than another one is left out.
 */
function roomRows(room: Resources, services: readonly Service[]): readonly { readonly name: string; readonly needs: readonly number[] }[] {
  const rows = [
    ...services.map(({ fits }, only) => ({ name: 'fits', needs: services.map((_, index) => (index === only ? 1 / fits : 0)) })),
    ...room.map((amount, resource) => ({
      name: 'room',
      needs: services.map(({ need }) => (amount > 0 ? need[resource] / amount : 0)),
    })),
  ];
  const covers = (row: readonly number[], other: readonly number[]) => row.every((need, index) => need >= other[index] - 1e-12);
  return rows.filter(({ needs }, at) => {
    return !rows.some((other, index) => index !== at && covers(other.needs, needs) && (index > at || !covers(needs, other.needs)));
  });
}

/** Whether a row is about what nodes of a shape can carry, by its name where there is no label. */
export function isRoom(name: string): boolean {
  return name === 'fits' || name === 'room';
}

type ShapeVariables = {
  readonly ofShape: readonly number[];
  readonly placed: readonly number[];
  readonly wanted: readonly number[];
  readonly label: string;
};

function addContents(
  builder: ProgramBuilder,
  model: HorizonModel,
  shape: number,
  { ofShape, placed, wanted, label }: ShapeVariables,
): void {
  const { serves } = model.shapes[shape];
  const kinds = serves.flatMap((service, index) => (service && placed[index] >= 0 ? [index] : []));
  const replicas = kinds.map((kind) => Math.ceil(wanted[kind] / (serves[kind]?.throughput ?? 1) - 1e-9));
  const patterns = contentsFor(model.shapes[shape], kinds, replicas);
  const uses = patterns.map((pattern) =>
    builder.variable({ name: `${label}shape ${shape} [${pattern.join(' ')}]`, cost: 0, upper: 1e4, integer: true }),
  );
  builder.row(`${label}contents`, [...uses.map((use): Term => [use, 1]), ...ofShape.map((node): Term => [node, -1])], { upper: 0 });
  kinds.forEach((kind, position) => {
    const room = patterns.map((pattern, index): Term => [uses[index], -pattern[position]]);
    builder.row(`${label}contents of`, [[placed[kind], 1], ...room], { upper: 0 });
  });
}

/**
 * The contents of a node that matter to a demand, by kind: cut down to what it asks for, each once, none that another one covers.
 * Where all are too many to list, some.
 */
function contentsFor(shape: Shape, kinds: readonly number[], replicas: readonly number[]): readonly Pattern[] {
  const needs = shape.serves.flatMap((service, index) => (service ? [{ index, need: service.need }] : []));
  const listed = contentsOf(shape)?.map((pattern) => kinds.map((kind) => pattern[needs.findIndex(({ index }) => index === kind)]));
  const some = () =>
    greedyPatterns(
      shape.room,
      kinds.map((kind) => shape.serves[kind]?.need ?? [0, 0, 0, 1]),
      replicas.map((count) => Math.min(count, 1_000)),
    );
  const cut = new Map<string, Pattern>();
  for (const pattern of listed ?? some()) {
    const wanted = pattern.map((count, at) => Math.min(count, replicas[at]));
    if (wanted.some((count) => count > 0)) cut.set(wanted.join(), wanted);
  }
  const distinct = [...cut.values()];
  if (distinct.length > 500) return distinct;
  return distinct.filter((pattern) => !distinct.some((other) => other !== pattern && other.every((count, at) => count >= pattern[at])));
}

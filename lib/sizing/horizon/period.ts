import type { ProgramBuilder, Term } from '../program';
import { contentsOf, type HorizonModel } from './model';
import { roundingCuts } from './rounding-cuts';

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
  /** Variables that serve a class beyond its demand (work with a deadline), by class. */
  readonly extra?: ReadonlyMap<number, number>;
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
  const { price, most, whole, cuts = false, strict, slack = () => undefined, extra, label = `period ${period} ` } = options;
  const { offerings, shapes, classes } = model;
  const wanted = model.demand.map((series) => series[period] ?? 0);
  const floorSlacks = offerings.map(({ members, least }) => (least > 0 ? slack(`floor ${members[0].name}`) : undefined));
  const nodes = offerings.map(({ members, least }, index) => {
    const lower = floorSlacks[index] === undefined ? least : 0;
    return builder.variable({
      name: label + members[0].name,
      cost: price(index),
      lower,
      upper: Math.max(least, most(index)),
      integer: whole,
    });
  });
  floorSlacks.forEach((short, index) => {
    const terms = [[nodes[index], 1] as const, ...(short === undefined ? [] : [[short, 1] as const])];
    if (short !== undefined) builder.row(`${label}floor`, terms, { lower: offerings[index].least });
  });
  const nodesOf = (shape: number) => nodes.filter((_, index) => offerings[index].shape === shape);
  const placed = shapes.map(({ serves }, shape) =>
    serves.map((service, index) => {
      if (!service || (wanted[index] <= 0 && !extra?.has(index))) return -1;
      const upper = extra?.has(index) ? 1e6 : Math.ceil(wanted[index] / service.throughput - 1e-9);
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
    for (const { service, variable } of here) {
      builder.row(`${label}fits`, [[variable, 1], ...ofShape.map((node): Term => [node, -service.fits])], { upper: 0 });
    }
    if (here.length > 1) {
      room.forEach((amount, resource) => {
        if (amount <= 0) return;
        const terms = here.map(({ service, variable }): Term => [variable, service.need[resource] / amount]);
        if (here.some(({ service }) => service.need[resource] > 0))
          builder.row(`${label}room`, [...terms, ...ofShape.map((node): Term => [node, -1])], { upper: 0 });
      });
    }
    if (strict?.has(shape)) addContents(builder, model, shape, { ofShape, placed: placed[shape], label });
  });

  classes.forEach(({ name }, index) => {
    if (wanted[index] <= 0 && !extra?.has(index)) return;
    const served = shapes.flatMap(({ serves }, shape): Term[] => {
      const service = serves[index];
      return service && placed[shape][index] >= 0 ? [[placed[shape][index], service.throughput]] : [];
    });
    const beyond = extra?.get(index);
    const short = slack(`demand ${name}`);
    const terms = [
      ...served,
      ...(beyond === undefined ? [] : [[beyond, -1] as const]),
      ...(short === undefined ? [] : [[short, 1] as const]),
    ];
    builder.row(`${label}demand ${name}`, terms, { lower: wanted[index] });
    if (!cuts || beyond !== undefined || short !== undefined) return;
    const byNode = offerings.flatMap(({ shape }, offering): Term[] => {
      const service = shapes[shape].serves[index];
      return service ? [[nodes[offering], Math.min(wanted[index], service.fits * service.throughput)]] : [];
    });
    for (const cut of [...roundingCuts(served, wanted[index]), ...roundingCuts(byNode, wanted[index])]) {
      builder.row(`${label}cut ${name}`, cut.terms, { lower: cut.lower });
    }
  });

  const limit = (name: string, terms: readonly Term[], upper: number) => {
    const over = slack(name);
    if (terms.length > 0) builder.row(label + name, over === undefined ? terms : [...terms, [over, -1]], { upper });
  };
  const weighted = (weight: (offering: HorizonModel['offerings'][number]) => number) =>
    offerings.flatMap((offering, index): Term[] => (weight(offering) === 0 ? [] : [[nodes[index], weight(offering)]]));
  for (const [code, vCpu] of model.quotas)
    limit(
      `quota ${code}`,
      weighted((offering) => (offering.quota === code ? offering.vCpu : 0)),
      vCpu,
    );
  if (model.gpuCeiling !== null)
    limit(
      'ceiling',
      weighted(({ gpus }) => gpus),
      model.gpuCeiling,
    );
  if (model.spotShare < 1 && offerings.some(({ isSpot }) => isSpot))
    limit(
      'spot share',
      weighted(({ gpus, isSpot }) => gpus * ((isSpot ? 1 : 0) - model.spotShare)),
      0,
    );
  return { nodes, placed };
}

type ShapeVariables = { readonly ofShape: readonly number[]; readonly placed: readonly number[]; readonly label: string };

function addContents(builder: ProgramBuilder, model: HorizonModel, shape: number, { ofShape, placed, label }: ShapeVariables): void {
  const patterns = contentsOf(model.shapes[shape]) ?? [];
  const kinds = model.shapes[shape].serves.flatMap((service, index) => (service ? [index] : []));
  const uses = patterns.map((pattern) =>
    builder.variable({ name: `${label}shape ${shape} [${pattern.join(' ')}]`, cost: 0, upper: 1e4, integer: true }),
  );
  builder.row(`${label}contents`, [...uses.map((use): Term => [use, 1]), ...ofShape.map((node): Term => [node, -1])], { upper: 0 });
  kinds.forEach((kind, position) => {
    if (placed[kind] < 0) return;
    const room = patterns.map((pattern, index): Term => [uses[index], -pattern[position]]);
    builder.row(`${label}contents of`, [[placed[kind], 1], ...room], { upper: 0 });
  });
}

import { greedyPatterns, type Pattern } from './patterns';
import type { NodeShape, PoolModel } from './pool-model';
import type { ProgramBuilder, Term } from './program';

/** Replicas of a pool that must find room on its nodes. */
export type Placement = {
  readonly pool: PoolModel;
  /** By kind. */
  readonly demand: readonly number[];
  /** The variable that counts the nodes of each offering. */
  readonly nodes: readonly number[];
};

/**
 * How placement stands in the program: `aggregate` by the summed room of all nodes of a shape, which is small but may promise
 * what does not pack; `patterns` by contents of single nodes, which always packs; `greedy` by some such contents only, which
 * packs but may cost more than the cheapest.
 */
export type PlacementForm = 'aggregate' | 'patterns' | 'greedy';

export type Formed =
  | { readonly form: 'patterns' | 'greedy' }
  | { readonly form: 'aggregate'; /** By shape. */ readonly placed: readonly (readonly Placed[])[] };

/** The variable that counts the replicas of a kind on a shape. */
export type Placed = { readonly kind: number; readonly variable: number };

/** Up to so many contents in all, patterns are the smaller program. */
const fewPatterns = 60;

/**
 * Adds the rows that let the nodes hold the replicas.
 *
 * @param strict patterns, however many; otherwise only where they are few
 */
export function addPlacement(builder: ProgramBuilder, placement: Placement, strict: boolean): Formed {
  const { pool, demand } = placement;
  const listed = pool.shapes.map((shape) => (shape.patterns === null ? null : contentsFor(shape.patterns, demand)));
  const all = listed.every((contents) => contents !== null);
  if (!strict && (!all || listed.reduce((sum, contents) => sum + (contents?.length ?? 0), 0) > fewPatterns)) {
    return { form: 'aggregate', placed: addAggregate(builder, placement) };
  }
  addPatterns(
    builder,
    placement,
    listed.map((contents, index) => contents ?? contentsFor(greedyPatterns(pool.shapes[index].room, pool.kinds, demand), demand)),
  );
  return { form: all ? 'patterns' : 'greedy' };
}

/** What the nodes of one shape take, by kind: each sum of terms is an upper bound of the replicas placed there. */
type Taken = readonly (readonly Term[])[];

function addPatterns(builder: ProgramBuilder, placement: Placement, contents: readonly (readonly Pattern[])[]): void {
  const { pool, demand, nodes } = placement;
  const taken = contents.map((patterns, shape): Taken => {
    const ofShape = nodesOfShape(pool, nodes, shape);
    if (patterns.length === 1) return patterns[0].map((count) => ofShape.map((node): Term => [node, count]));
    const most = Math.max(...demand);
    const uses = patterns.map((pattern) =>
      builder.variable({ name: `${pool.name} shape ${shape} [${pattern.join(' ')}]`, cost: 0, upper: most, integer: true }),
    );
    const rows = [...uses.map((use): Term => [use, 1]), ...ofShape.map((node): Term => [node, -1])];
    if (uses.length > 0) builder.row(`${pool.name} shape ${shape} contents`, rows, { upper: 0 });
    return demand.map((_, kind) => patterns.map((pattern, index): Term => [uses[index], pattern[kind]]));
  });
  if (!mustBeInUse(pool)) {
    demand.forEach((replicas, kind) => {
      const cover = taken.flatMap((byKind) => byKind[kind] ?? []);
      if (replicas > 0) builder.row(`${pool.name} kind ${kind}`, cover, { lower: replicas });
    });
    return;
  }
  // Given whole nodes, what is left is a flow with whole bounds: it has whole solutions without being told to.
  const placed = addPlaced(builder, placement, false);
  placed.forEach((byKind, shape) => {
    byKind.forEach(({ kind, variable }) => {
      const room = (taken[shape][kind] ?? []).map(([use, count]): Term => [use, -count]);
      builder.row(`${pool.name} shape ${shape} kind ${kind}`, [[variable, 1], ...room], { upper: 0 });
    });
  });
}

/**
 * Each resource in sum over all nodes of a shape (scaled to one node), and no kind more often than a node takes of it alone.
 */
function addAggregate(builder: ProgramBuilder, placement: Placement): readonly (readonly Placed[])[] {
  const { pool, nodes } = placement;
  const placed = addPlaced(builder, placement, true);
  placed.forEach((byKind, index) => {
    const { room, fits } = pool.shapes[index];
    const ofShape = nodesOfShape(pool, nodes, index);
    for (const { kind, variable } of byKind) {
      const terms = ofShape.map((node): Term => [node, -fits[kind]]);
      builder.row(`${pool.name} shape ${index} kind ${kind}`, [[variable, 1], ...terms], { upper: 0 });
    }
    if (byKind.length < 2) return;
    room.forEach((amount, resource) => {
      if (amount <= 0) return;
      const terms = byKind.map(({ kind, variable }): Term => [variable, pool.kinds[kind][resource] / amount]);
      builder.row(`${pool.name} shape ${index} resource ${resource}`, [...terms, ...ofShape.map((node): Term => [node, -1])], { upper: 0 });
    });
  });
  return placed;
}

/** Variables for the replicas of each kind on each shape, which add up to the demand and, where they must, leave no node empty. */
function addPlaced(builder: ProgramBuilder, { pool, demand, nodes }: Placement, integer: boolean): readonly (readonly Placed[])[] {
  const placed = pool.shapes.map(({ fits }, shape) =>
    demand.flatMap((replicas, kind): Placed[] =>
      replicas === 0 || fits[kind] === 0
        ? []
        : [{ kind, variable: builder.variable({ name: `${pool.name} shape ${shape} kind ${kind}`, cost: 0, upper: replicas, integer }) }],
    ),
  );
  demand.forEach((replicas, kind) => {
    const terms = placed.flat().flatMap((one): Term[] => (one.kind === kind ? [[one.variable, 1]] : []));
    if (replicas > 0) builder.row(`${pool.name} kind ${kind}`, terms, { lower: replicas, upper: replicas });
  });
  if (mustBeInUse(pool)) {
    placed.forEach((byKind, shape) => {
      const terms = [
        ...nodesOfShape(pool, nodes, shape).map((node): Term => [node, 1]),
        ...byKind.map(({ variable }): Term => [variable, -1]),
      ];
      builder.row(`${pool.name} shape ${shape} in use`, terms, { upper: 0 });
    });
  }
  return placed;
}

/**
 * Whether it must be said that each node holds a replica: only where an empty node would be worth its price, as on-demand nodes that
 * let more spot into the pool would be. (As many replicas as nodes on a shape are enough: one of a node that holds several fits on
 * one that is empty.)
 */
export function mustBeInUse(pool: PoolModel): boolean {
  return pool.spotShare < 1 && pool.offerings.some(({ capacityType }) => capacityType === 'spot');
}

function nodesOfShape(pool: PoolModel, nodes: readonly number[], shape: number): readonly number[] {
  return nodes.filter((_, offering) => pool.shapeOf[offering] === shape);
}

/** The contents that matter to a demand: cut down to what it asks for, each once, none that another one covers. */
function contentsFor(patterns: readonly Pattern[], demand: readonly number[]): readonly Pattern[] {
  const cut = new Map<string, Pattern>();
  for (const pattern of patterns) {
    const wanted = pattern.map((count, kind) => Math.min(count, demand[kind]));
    if (wanted.some((count) => count > 0)) cut.set(wanted.join(','), wanted);
  }
  const distinct = [...cut.values()];
  if (distinct.length > 500) return distinct;
  return distinct.filter((pattern) => !distinct.some((other) => other !== pattern && other.every((count, kind) => count >= pattern[kind])));
}

/** Nodes of each shape. */
export function nodesByShape(pool: PoolModel, counts: readonly number[]): readonly { readonly shape: NodeShape; readonly nodes: number }[] {
  return pool.shapes.map((shape, index) => ({
    shape,
    nodes: counts.reduce((sum, count, offering) => sum + (pool.shapeOf[offering] === index ? count : 0), 0),
  }));
}

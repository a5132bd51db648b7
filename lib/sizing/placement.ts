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

/** Up to so many contents in all, patterns are the smaller program. */
const fewPatterns = 60;

/**
 * Adds the rows that let the nodes hold the replicas.
 *
 * @param strict patterns, however many; otherwise only where they are few
 */
export function addPlacement(builder: ProgramBuilder, placement: Placement, strict: boolean): PlacementForm {
  const { pool, demand } = placement;
  const listed = pool.shapes.map((shape) => (shape.patterns === null ? null : contentsFor(shape.patterns, demand)));
  const all = listed.every((contents) => contents !== null);
  if (!strict && (!all || listed.reduce((sum, contents) => sum + (contents?.length ?? 0), 0) > fewPatterns)) {
    addAggregate(builder, placement);
    return 'aggregate';
  }
  addPatterns(
    builder,
    placement,
    listed.map((contents, index) => contents ?? contentsFor(greedyPatterns(pool.shapes[index].room, pool.kinds, demand), demand)),
  );
  return all ? 'patterns' : 'greedy';
}

function addPatterns(builder: ProgramBuilder, { pool, demand, nodes }: Placement, contents: readonly (readonly Pattern[])[]): void {
  const cover: Term[][] = demand.map(() => []);
  contents.forEach((patterns, shape) => {
    if (patterns.length === 0) return;
    const ofShape = nodesOfShape(pool, nodes, shape);
    if (patterns.length === 1) {
      patterns[0].forEach((count, kind) => cover[kind].push(...ofShape.map((node): Term => [node, count])));
      return;
    }
    const most = Math.max(...demand);
    const uses = patterns.map((pattern) => {
      const variable = builder.variable({
        name: `${pool.name} shape ${shape} [${pattern.join(' ')}]`,
        cost: 0,
        upper: most,
        integer: true,
      });
      pattern.forEach((count, kind) => cover[kind].push([variable, count]));
      return variable;
    });
    builder.row(
      `${pool.name} shape ${shape} contents`,
      [...uses.map((use): Term => [use, 1]), ...ofShape.map((node): Term => [node, -1])],
      { upper: 0 },
    );
  });
  demand.forEach((replicas, kind) => {
    if (replicas > 0) builder.row(`${pool.name} kind ${kind}`, cover[kind], { lower: replicas });
  });
}

/**
 * Replicas of a kind on a shape, by number: each resource in sum (scaled to one node), and no kind more often than a node takes of
 * it alone.
 */
function addAggregate(builder: ProgramBuilder, { pool, demand, nodes }: Placement): void {
  const cover: Term[][] = demand.map(() => []);
  pool.shapes.forEach((shape, index) => {
    const ofShape = nodesOfShape(pool, nodes, index);
    const placed: { kind: number; variable: number }[] = [];
    demand.forEach((replicas, kind) => {
      if (replicas === 0 || shape.fits[kind] === 0) return;
      const variable = builder.variable({ name: `${pool.name} shape ${index} kind ${kind}`, cost: 0, upper: replicas, integer: true });
      placed.push({ kind, variable });
      cover[kind].push([variable, 1]);
      builder.row(`${pool.name} shape ${index} kind ${kind}`, [[variable, 1], ...ofShape.map((node): Term => [node, -shape.fits[kind]])], {
        upper: 0,
      });
    });
    if (placed.length < 2) return;
    shape.room.forEach((room, resource) => {
      const terms = placed.map(({ kind, variable }): Term => [variable, pool.kinds[kind][resource] / room]);
      if (room > 0)
        builder.row(`${pool.name} shape ${index} resource ${resource}`, [...terms, ...ofShape.map((node): Term => [node, -1])], {
          upper: 0,
        });
    });
  });
  demand.forEach((replicas, kind) => {
    if (replicas > 0) builder.row(`${pool.name} kind ${kind}`, cover[kind], { lower: replicas });
  });
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

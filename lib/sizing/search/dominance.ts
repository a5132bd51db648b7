import { contentsOf, fillNode, type HorizonModel, kindOrders, type Pattern, type Resources, type Shape } from '../problem';
import type { PeriodAnswer } from './solve-period';

/** Committed nodes and the answer of each period. */
type Answer = { readonly committed: readonly number[]; readonly periods: readonly PeriodAnswer[] };

export type Undominated = {
  /** Without the dominated offerings and the shapes that only they had. */
  readonly model: HorizonModel;
  /** An answer for that model by the offerings and shapes of the whole. */
  readonly whole: (answer: Answer) => Answer;
};

/**
 * Leaves out every offering that no cheapest answer uses: some nodes of another one carry whatever a node of it carries, count no more
 * against any limit and are strictly cheaper.
 *
 * The other one may then be used as often as both together, so that what is left is a relaxation of the whole and its bound holds; an
 * answer of it that keeps to the number there really is, is an answer of the whole.
 */
export function withoutDominated(model: HorizonModel): Undominated {
  const { offerings, shapes } = model;
  const dominators = dominatorsOf(model);
  const kept = offerings.flatMap((_, index) => (dominators[index] ? [] : [index]));
  if (kept.length === offerings.length) return { model, whole: (answer) => answer };
  const most = offerings.map((offering) => offering.most);
  dominators.forEach((dominator, index) => {
    if (dominator) most[dominator.by] += dominator.nodes * offerings[index].most;
  });
  const spread = (values: readonly number[]) => {
    const all = offerings.map(() => 0);
    kept.forEach((index, place) => (all[index] = values[place]));
    return all;
  };
  const keptShapes = shapes.flatMap((_, shape) => (kept.some((index) => offerings[index].shape === shape) ? [shape] : []));
  return {
    model: {
      ...model,
      offerings: kept.map((index) => ({ ...offerings[index], shape: keptShapes.indexOf(offerings[index].shape), most: most[index] })),
      shapes: keptShapes.map((shape) => shapes[shape]),
      limits: model.limits.map((row) => ({ ...row, weights: kept.map((index) => row.weights[index]) })),
    },
    whole: ({ committed, periods }) => ({
      committed: spread(committed),
      periods: periods.map((answer) => ({
        ...answer,
        nodes: spread(answer.nodes),
        contents: shapes.map((_, shape) => (keptShapes.includes(shape) ? answer.contents[keptShapes.indexOf(shape)] : [])),
      })),
    }),
  };
}

/** So many nodes of the other one in place of one. */
type Dominator = { readonly by: number; readonly nodes: number };

/** By offering; those that are left dominate the others. */
function dominatorsOf(model: HorizonModel): readonly (Dominator | undefined)[] {
  const { offerings } = model;
  const cheapestFirst = offerings.map((_, index) => index).sort((a, b) => offerings[a].usdPerHour - offerings[b].usdPerHour || a - b);
  const dominators: (Dominator | undefined)[] = offerings.map(() => undefined);
  const kept: number[] = [];
  for (const index of cheapestFirst) {
    const { least, committed, absent } = offerings[index];
    // The dearest of those that will do: the others are used up before it.
    const all = [...kept].reverse().flatMap((by): Dominator[] => {
      const nodes = nodesInstead(model, index, by);
      return nodes === undefined ? [] : [{ by, nodes }];
    });
    const mayGo = least === 0 && (committed?.least ?? 0) === 0;
    if (mayGo && areLikelyEnough(model, all)) dominators[index] = all[0];
    // What is away at times, or committed, is no stand-in for what is always to be had.
    if (!committed && absent.size === 0 && !dominators[index]) kept.push(index);
  }
  return dominators;
}

/** As many as would serve everything alone; a share may still ask for more. */
function areLikelyEnough({ offerings, shapes, demand }: HorizonModel, dominators: readonly Dominator[]): boolean {
  const peaks = demand.map((series) => series.reduce((most, amount) => Math.max(most, amount), 0));
  const wanted = dominators.map(({ by }) =>
    shapes[offerings[by].shape].serves.reduce(
      (sum, service, kind) => sum + (service ? Math.ceil(peaks[kind] / service.throughput / service.fits) : 0),
      0,
    ),
  );
  const most = dominators.reduce((sum, { by }) => sum + offerings[by].most, 0);
  return dominators.length > 0 && most >= Math.max(...wanted);
}

/** How many nodes of the other offering do as well as one, where they cost less. */
function nodesInstead({ offerings, shapes, limits, noneEmpty }: HorizonModel, index: number, by: number): number | undefined {
  const [dear, cheap] = [offerings[index], offerings[by]];
  const mostNodes = Math.ceil(dear.usdPerHour / cheap.usdPerHour) - 1;
  const needs = (nodes: number) =>
    limits.every(({ weights }) => nodes * weights[by] <= weights[index] + 1e-12) &&
    // Some of them may carry nothing, and one that counts in favour of a share must then not run.
    (nodes === 1 || !noneEmpty || limits.every(({ weights }) => weights[by] >= 0));
  for (let nodes = 1; nodes <= Math.min(mostNodes, mostInstead); nodes++) {
    if (needs(nodes) && carries(shapes[cheap.shape], nodes, shapes[dear.shape])) return nodes;
  }
  return undefined;
}

/** More nodes in place of one are not tried. */
const mostInstead = 16;

/** Whether so many nodes of a shape carry every content of a node of the other. */
function carries(shape: Shape, nodes: number, other: Shape): boolean {
  const serves = other.serves.every((service, kind) => {
    const same = shape.serves[kind];
    return !service || (same?.throughput === service.throughput && same.need.every((amount, at) => amount <= service.need[at]));
  });
  if (!serves) return false;
  if (shape.room.every((amount, resource) => amount >= other.room[resource])) return true;
  const kinds = other.serves.flatMap((service, kind) => (service ? [shape.serves[kind]?.need ?? service.need] : []));
  return (
    contentsOf(other)?.every((content) => kindOrders(kinds.length).some((order) => isSplit(shape, nodes, kinds, content, order))) ?? false
  );
}

function isSplit(shape: Shape, nodes: number, kinds: readonly Resources[], content: Pattern, order: readonly number[]): boolean {
  const left = [...content];
  for (let node = 0; node < nodes; node++) {
    fillNode(shape.room, kinds, left, order).forEach((count, kind) => (left[kind] -= count));
  }
  return left.every((count) => count === 0);
}

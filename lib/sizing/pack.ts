import { fillNode, kindOrders } from './patterns';
import { mustBeInUse, nodesByShape } from './placement';
import type { NodeShape, PoolModel } from './pool-model';

/** One node while it is filled. */
type Node = { readonly shape: NodeShape; readonly held: number[]; readonly left: number[] };

/**
 * Whether the replicas can be placed on these nodes. Tried are, in turn: what the program itself put on each shape, spread evenly
 * over its nodes, the remainder where it fits best; and filling one node after another, smallest or largest nodes first, kinds in
 * several orders. True is a proof; false only means that none of these did it.
 *
 * @param nodes by offering
 * @param demand by kind
 * @param guide replicas by shape and kind, as the program placed them in sum
 */
export function packs(
  pool: PoolModel,
  nodes: readonly number[],
  demand: readonly number[],
  guide: readonly (readonly number[])[],
): boolean {
  const counts = nodesByShape(pool, nodes);
  const orders = kindOrders(pool.kinds.length);
  const isDone = (filled: readonly Node[] | undefined) => filled !== undefined && (!mustBeInUse(pool) || noneEmpty(pool, filled));
  if (orders.some((order) => isDone(spreadEvenly(pool, counts, demand, guide, order)))) return true;
  const ascending = counts
    .flatMap(({ shape, nodes: count }) => Array.from({ length: count }, () => shape))
    .sort((a, b) => a.room[0] - b.room[0] || a.room[2] - b.room[2] || a.room[1] - b.room[1]);
  return [ascending, [...ascending].reverse()].some((shapes) => orders.some((order) => isDone(fillInTurn(pool, shapes, demand, order))));
}

function fillInTurn(
  pool: PoolModel,
  shapes: readonly NodeShape[],
  demand: readonly number[],
  order: readonly number[],
): readonly Node[] | undefined {
  const wanted = [...demand];
  const nodes = shapes.map((shape) => {
    const node = emptyNode(pool, shape);
    fillNode(shape.room, pool.kinds, wanted, order).forEach((count, kind) => {
      wanted[kind] -= count;
      put(pool, node, kind, count);
    });
    return node;
  });
  return wanted.every((count) => count === 0) ? nodes : undefined;
}

function spreadEvenly(
  pool: PoolModel,
  counts: ReturnType<typeof nodesByShape>,
  demand: readonly number[],
  guide: readonly (readonly number[])[],
  order: readonly number[],
): readonly Node[] | undefined {
  const wanted = [...demand];
  const nodes = counts.flatMap(({ shape, nodes: count }, index) =>
    Array.from({ length: count }, () => {
      const node = emptyNode(pool, shape);
      for (const kind of order) {
        const share = Math.min(wanted[kind], Math.floor((guide[index]?.[kind] ?? 0) / count), mostThatFits(pool, node, kind));
        wanted[kind] -= share;
        put(pool, node, kind, share);
      }
      return node;
    }),
  );
  for (const kind of order) {
    for (; wanted[kind] > 0; wanted[kind]--) {
      const best = bestFit(pool, nodes, kind);
      if (!best) return undefined;
      put(pool, best, kind, 1);
    }
  }
  return nodes;
}

/** The node that has most left of what the kind mostly needs and least of what it does not: the largest dot product, scaled to nodes. */
function bestFit(pool: PoolModel, nodes: readonly Node[], kind: number): Node | undefined {
  const need = pool.kinds[kind];
  let [best, score]: [Node | undefined, number] = [undefined, -Infinity];
  for (const node of nodes) {
    if (mostThatFits(pool, node, kind) < 1) continue;
    const { room } = node.shape;
    const product = need.reduce(
      (sum, amount, resource) => sum + (room[resource] > 0 ? (amount * node.left[resource]) / room[resource] ** 2 : 0),
      0,
    );
    const rest = node.left.reduce((sum, amount, resource) => sum + (room[resource] > 0 ? (amount / room[resource]) ** 2 : 0), 0);
    const similarity = rest > 0 ? product / Math.sqrt(rest) : 0;
    if (similarity > score) [best, score] = [node, similarity];
  }
  return best;
}

/** Gives each empty node one replica of a node that holds several, where there is one that fits. */
function noneEmpty(pool: PoolModel, nodes: readonly Node[]): boolean {
  const size = ({ held }: Node) => held.reduce((sum, count) => sum + count, 0);
  return nodes.every((node) => {
    if (size(node) > 0) return true;
    for (const giver of nodes) {
      const kind = size(giver) < 2 ? -1 : giver.held.findIndex((count, index) => count > 0 && node.shape.fits[index] > 0);
      if (kind < 0) continue;
      put(pool, giver, kind, -1);
      put(pool, node, kind, 1);
      return true;
    }
    return false;
  });
}

function emptyNode(pool: PoolModel, shape: NodeShape): Node {
  return { shape, held: pool.kinds.map(() => 0), left: [...shape.room] };
}

function put(pool: PoolModel, { held, left }: Node, kind: number, count: number): void {
  held[kind] += count;
  pool.kinds[kind].forEach((amount, resource) => (left[resource] -= count * amount));
}

function mostThatFits(pool: PoolModel, { left }: Node, kind: number): number {
  return Math.max(
    0,
    Math.min(...pool.kinds[kind].map((amount, resource) => (amount === 0 ? Infinity : Math.floor(left[resource] / amount)))),
  );
}

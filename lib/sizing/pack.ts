import { fillNode, kindOrders } from './patterns';
import { nodesByShape } from './placement';
import type { PoolModel } from './pool-model';

/**
 * Whether the replicas can be placed on these nodes, by filling one node after another: smallest or largest nodes first, kinds
 * in several orders. True is a proof; false only means that none of these orders did it.
 */
export function packs(pool: PoolModel, nodes: readonly number[], demand: readonly number[]): boolean {
  const shapes = nodesByShape(pool, nodes)
    .filter((shape) => shape.nodes > 0)
    .sort((a, b) => a.shape.room[0] - b.shape.room[0] || a.shape.room[2] - b.shape.room[2] || a.shape.room[1] - b.shape.room[1]);
  return [shapes, [...shapes].reverse()].some((ordered) =>
    kindOrders(pool.kinds.length).some((order) => {
      const left = [...demand];
      for (const { shape, nodes: count } of ordered) {
        for (let node = 0; node < count; node++) {
          fillNode(shape.room, pool.kinds, left, order).forEach((placed, kind) => (left[kind] -= placed));
        }
      }
      return left.every((replicas) => replicas === 0);
    }),
  );
}

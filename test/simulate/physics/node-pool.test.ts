import { test as propertyTest, fc } from '@fast-check/jest';
import { nodePool } from '../../../lib/simulate/physics/node-pool';

/** The same, one node and one pod at a time. */
function plainPool(replicasPerNode: number, replicas: number) {
  type Node = { bootedAt: number; emptySince: number; pods: number[] };
  let nodes: Node[] = [];
  for (let left = replicas; left > 0; left -= replicasPerNode)
    nodes.push({ bootedAt: 0, emptySince: 0, pods: new Array<number>(Math.min(left, replicasPerNode)).fill(0) });
  const unready = ({ pods }: Node, tick: number) => pods.filter((at) => at > tick).length;
  const first = <T>(all: readonly T[], rank: (one: T) => readonly number[]): T | undefined =>
    [...all].sort((one, other) => {
      const [left, right] = [rank(one), rank(other)];
      const place = left.findIndex((value, i) => value !== right[i]);
      return place < 0 ? 0 : left[place] - right[place];
    })[0];
  return {
    launch: (count: number, bootedAt: number) => {
      for (let i = 0; i < count; i++) nodes.push({ bootedAt, emptySince: bootedAt, pods: [] });
    },
    place: (pods: number, tick: number, readyAt: number) => {
      for (let i = 0; i < pods; i++) {
        const room = nodes.filter((node) => node.bootedAt <= tick && node.pods.length < replicasPerNode);
        const node = first(room, (one) => [-one.pods.length, -one.emptySince]);
        if (node === undefined) return i;
        node.pods.push(readyAt);
      }
      return pods;
    },
    take: (pods: number, tick: number) => {
      for (let i = 0; i < pods; i++) {
        const used = nodes.filter((node) => node.pods.length > 0);
        const youngest = (node: Node) => Math.max(...node.pods.filter((at) => at > tick), 0);
        const node = first(used, (one) => [unready(one, tick) > 0 ? 0 : 1, one.pods.length, -youngest(one)]);
        node?.pods.pop();
        if (node?.pods.length === 0) node.emptySince = tick;
      }
    },
    end: (since: number, tick: number) => {
      nodes = nodes.filter((node) => node.pods.length > 0 || node.bootedAt > tick || node.emptySince > since);
    },
    nodes: () => nodes.length,
    booting: (tick: number) => nodes.filter(({ bootedAt }) => bootedAt > tick).length,
    ready: (tick: number) => nodes.reduce((sum, node) => sum + node.pods.length - unready(node, tick), 0),
  };
}

const moves = fc.array(
  fc.record({ kind: fc.constantFrom('place', 'take', 'launch', 'end', 'wait'), count: fc.integer({ min: 0, max: 7 }) }),
  {
    minLength: 1,
    maxLength: 60,
  },
);

propertyTest.prop([fc.integer({ min: 0, max: 9 }), moves], { numRuns: 300 })(
  'counting nodes of one pod each by kind comes to the same as one at a time',
  (replicas, all) => {
    const [pool, plain] = [nodePool(1, replicas, Infinity), plainPool(1, replicas)];
    let pods = replicas;
    all.forEach(({ kind, count }, tick) => {
      pool.pass(tick);
      if (kind === 'place') {
        const placed = pool.place(count, tick + 4);
        expect(placed).toBe(plain.place(count, tick, tick + 4));
        pods += placed;
      } else if (kind === 'take') {
        const taken = Math.min(count, pods);
        pool.take(taken, tick);
        plain.take(taken, tick);
        pods -= taken;
      } else if (kind === 'launch') {
        pool.launch(count, tick + 3);
        plain.launch(count, tick + 3);
      } else if (kind === 'end') {
        pool.end(tick - count);
        plain.end(tick - count, tick);
      }
      expect([pool.nodes(), pool.booting(), pool.ready()]).toEqual([plain.nodes(), plain.booting(tick), plain.ready(tick)]);
    });
  },
);

propertyTest.prop([fc.integer({ min: 2, max: 5 }), fc.integer({ min: 0, max: 20 }), moves], { numRuns: 300 })(
  'no pod is lost or made up: those on nodes are those that began and were placed less those that were taken',
  (replicasPerNode, replicas, all) => {
    const pool = nodePool(replicasPerNode, replicas, Infinity);
    let pods = replicas;
    all.forEach(({ kind, count }, tick) => {
      pool.pass(tick);
      if (kind === 'place') pods += pool.place(count, tick + 4);
      else if (kind === 'take') {
        const taken = Math.min(count, pods);
        pool.take(taken, tick);
        pods -= taken;
      } else if (kind === 'launch') pool.launch(count, tick + 3);
      else if (kind === 'end') pool.end(tick - count);
      else if (count < pool.nodes()) pods -= pool.strike(count);
      expect(pool.ready()).toBeLessThanOrEqual(pods);
      expect(pods).toBeLessThanOrEqual((pool.nodes() - pool.booting()) * replicasPerNode);
    });
    pool.pass(1e6);
    expect(pool.ready()).toBe(pods);
  },
);

test('a node that was emptied last is filled first, so that those empty for longer can go', () => {
  const pool = nodePool(1, 3, Infinity);
  pool.take(1, 10);
  pool.take(1, 20);
  pool.place(1, 30);
  pool.end(10);
  expect(pool.nodes()).toBe(2);
});

test('pods go from the emptiest node, and new ones to the fullest, so that nodes empty', () => {
  const pool = nodePool(4, 6, Infinity);
  pool.take(2, 5);
  expect(pool.emptySince()).toBe(5);
  expect([pool.nodes(), pool.ready()]).toEqual([2, 4]);
});

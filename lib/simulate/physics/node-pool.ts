/**
 * The nodes of a pool and the pods on them. Nodes of the same age and state will behave alike, so they are counted together: a step costs
 * by the kinds of nodes there are, not by the nodes. Written in place.
 */
export type NodePool = {
  /** Brings the pool up to a tick: nodes that have booted by then take pods, pods that are ready by then serve. */
  readonly pass: (tick: number) => void;
  /** Launches nodes on which pods can start from a tick on; launches come in the order of their ticks. */
  readonly launch: (nodes: number, bootedAt: number) => void;
  /** Places as many pods as there is room for, at most `pods`, on the fullest node first; they serve from a tick on. Returns how many were placed. */
  readonly place: (pods: number, readyAt: number) => number;
  /** Removes pods, at most all: first those that do not serve yet, then the others; within each those of the emptiest node, the youngest first. */
  readonly take: (pods: number, tick: number) => void;
  /** Removes the nodes that have been empty since a tick or longer. */
  readonly end: (since: number) => void;
  /** Removes one node with its pods, by its number from 0 up to `nodes`. Returns how many pods were on it. */
  readonly strike: (which: number) => number;
  readonly nodes: () => number;
  readonly booting: () => number;
  readonly ready: () => number;
  /** The next tick at which a node has booted or a pod serves; Infinity where there is none. */
  readonly nextEvent: () => number;
  /** The tick since which the node that is empty longest is empty; Infinity where there is none. */
  readonly emptySince: () => number;
};

/** Nodes without pods: `at` is the tick at which they will have booted, or since which they are empty. */
type Bare = { readonly at: number; count: number };
/** Nodes with pods: on each, `ready` pods that serve, and the ticks at which the others will, ascending. */
type Used = { count: number; readonly ready: number; readonly loading: readonly number[] };

/** @param replicas that serve at the beginning, as far as `mostNodes` hold them */
export function nodePool(replicasPerNode: number, replicas: number, mostNodes: number): NodePool {
  const booting: Bare[] = [];
  const empty: Bare[] = [];
  let used: Used[] = [];
  const full = Math.min(Math.floor(replicas / replicasPerNode), mostNodes);
  const rest = full < mostNodes ? replicas - full * replicasPerNode : 0;
  let [nodes, bootingNodes, ready] = [0, 0, 0];
  const add = (count: number, readyPods: number, loading: readonly number[]) => {
    for (const kind of used) {
      if (kind.ready !== readyPods || !isSame(kind.loading, loading)) continue;
      kind.count += count;
      return;
    }
    used.push({ count, ready: readyPods, loading });
  };
  const part = (kind: Used, count: number) => {
    kind.count -= count;
    if (kind.count === 0) used.splice(used.indexOf(kind), 1);
  };
  const vacate = (at: number, count: number) => {
    const newest = empty[empty.length - 1];
    if (newest !== undefined && newest.at === at) newest.count += count;
    else empty.push({ at, count });
  };
  if (full > 0) add(full, replicasPerNode, []);
  if (rest > 0) add(1, rest, []);
  nodes = full + (rest > 0 ? 1 : 0);
  ready = full * replicasPerNode + rest;

  return {
    pass: (tick) => {
      while (booting.length > 0 && booting[0].at <= tick) {
        const booted = booting.splice(0, 1)[0];
        bootingNodes -= booted.count;
        empty.push(booted);
        empty.sort((a, b) => a.at - b.at);
      }
      if (soonestReady(used) > tick) return;
      const before = used;
      used = [];
      for (const { count, ready: served, loading } of before) {
        let since = 0;
        while (since < loading.length && loading[since] <= tick) since++;
        ready += since * count;
        add(count, served + since, since === 0 ? loading : loading.slice(since));
      }
    },
    launch: (count, bootedAt) => {
      booting.push({ at: bootedAt, count });
      bootingNodes += count;
      nodes += count;
    },
    place: (pods, readyAt) => {
      let left = pods;
      const fill = (room: number, count: number, begin: (nodes: number, pods: number) => void): void => {
        const filled = Math.min(count, Math.floor(left / room));
        if (filled > 0) begin(filled, room);
        left -= filled * room;
        if (left > 0 && filled < count) {
          begin(1, left);
          left = 0;
        }
      };
      while (left > 0) {
        const kind = fullestWithRoom(used, replicasPerNode);
        if (kind === null) break;
        const { ready: served, loading } = kind;
        fill(replicasPerNode - served - loading.length, kind.count, (count, podsPerNode) => {
          part(kind, count);
          add(count, served, [...loading, ...new Array<number>(podsPerNode).fill(readyAt)]);
        });
      }
      while (left > 0 && empty.length > 0) {
        const newest = empty[empty.length - 1];
        fill(replicasPerNode, newest.count, (count, podsPerNode) => {
          newest.count -= count;
          add(count, 0, new Array<number>(podsPerNode).fill(readyAt));
        });
        if (newest.count === 0) empty.pop();
      }
      return pods - left;
    },
    take: (pods, tick) => {
      let left = pods;
      while (left > 0 && used.length > 0) {
        let kind = used[0];
        for (const other of used) if (other !== kind && goesBefore(other, kind)) kind = other;
        const { ready: served, loading } = kind;
        // Once one of its pods is gone a node is the emptiest, so that what is left on it goes next.
        const podsPerNode = Math.min(left, loading.length > 0 ? loading.length : served);
        const count = Math.min(kind.count, Math.floor(left / podsPerNode));
        part(kind, count);
        const stay = loading.slice(0, loading.length - podsPerNode);
        const keeps = loading.length > 0 ? served : served - podsPerNode;
        if (loading.length === 0) ready -= podsPerNode * count;
        if (keeps + stay.length > 0) add(count, keeps, stay);
        else vacate(tick, count);
        left -= podsPerNode * count;
      }
    },
    end: (since) => {
      if (empty.length === 0 || empty[0].at > since) return;
      let ended = 0;
      while (ended < empty.length && empty[ended].at <= since) nodes -= empty[ended++].count;
      empty.splice(0, ended);
    },
    strike: (which) => {
      let place = which;
      for (const kind of used) {
        if (place < kind.count) {
          part(kind, 1);
          [nodes, ready] = [nodes - 1, ready - kind.ready];
          return kind.ready + kind.loading.length;
        }
        place -= kind.count;
      }
      for (const bare of [empty, booting]) {
        for (const kind of bare) {
          if (place < kind.count) {
            nodes--;
            if (bare === booting) bootingNodes--;
            if (--kind.count === 0) bare.splice(bare.indexOf(kind), 1);
            return 0;
          }
          place -= kind.count;
        }
      }
      return 0;
    },
    nodes: () => nodes,
    booting: () => bootingNodes,
    ready: () => ready,
    nextEvent: () => Math.min(soonestReady(used), booting.length > 0 ? booting[0].at : Infinity),
    emptySince: () => (empty.length > 0 ? empty[0].at : Infinity),
  };
}

/** The next tick at which a pod serves; Infinity where none is loading. */
function soonestReady(used: readonly Used[]): number {
  let soonest = Infinity;
  for (const { loading } of used) if (loading.length > 0 && loading[0] < soonest) soonest = loading[0];
  return soonest;
}

function fullestWithRoom(used: readonly Used[], replicasPerNode: number): Used | null {
  let best: Used | null = null;
  for (const kind of used) if (podsOf(kind) < replicasPerNode && (best === null || podsOf(kind) > podsOf(best))) best = kind;
  return best;
}

/** Whether pods are removed from one kind of node before another: nodes with pods that do not serve come first, then the emptiest, then the youngest. */
function goesBefore(kind: Used, other: Used): boolean {
  if (kind.loading.length > 0 !== other.loading.length > 0) return kind.loading.length > 0;
  if (podsOf(kind) !== podsOf(other)) return podsOf(kind) < podsOf(other);
  return (kind.loading.at(-1) ?? 0) >= (other.loading.at(-1) ?? 0);
}

const podsOf = ({ ready, loading }: Used): number => ready + loading.length;

function isSame(ticks: readonly number[], others: readonly number[]): boolean {
  if (ticks.length !== others.length) return false;
  for (let i = 0; i < ticks.length; i++) if (ticks[i] !== others[i]) return false;
  return true;
}

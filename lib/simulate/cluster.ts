import { type Physics, ticksOf } from './physics';
import { randomOf } from './random';

/** Pods and their nodes over time. Written in place; one step a tick. */
export type Cluster = {
  /** One tick: nodes come and go, pods are placed, started and taken. Afterwards `ready` and `nodes` hold for this tick. */
  readonly step: (tick: number, replicas: number) => void;
  readonly ready: () => number;
  readonly nodes: () => number;
};

type Node = {
  /** When pods can start on it. */
  readonly bootedAt: number;
  /** When each of its pods serves. */
  readonly pods: number[];
  /** Without a pod since; the boot does not count. */
  emptySince: number;
};

/**
 * A node pool behind the cluster-autoscaler, beginning with `replicas` that serve.
 *
 * Pods without a place are seen after the autoscaler's loop, and nodes launched for as many as no booting node will take. A pod that has a
 * place serves once its model is loaded. Where the scale falls, pods without a place go first, then those that do not serve yet, then those
 * of the emptiest node (pod deletion cost), the youngest first. A node that stays empty long enough goes, unless one was added lately.
 */
export function clusterOf(physics: Physics, replicas: number, seed: number): Cluster {
  const { replicasPerNode, mostNodes } = physics;
  const [bootTicks, loadTicks, loopTicks] = [ticksOf(physics.bootMs), ticksOf(physics.modelLoadMs), ticksOf(physics.scaleUpLoopMs)];
  const [unneededTicks, afterAddTicks] = [ticksOf(physics.unneededMs + physics.drainMs), ticksOf(physics.delayAfterAddMs)];
  const chance = chanceOf(physics, seed);
  const nodes: Node[] = [];
  const wants = new Array<number>(loopTicks + 1).fill(0);
  for (let left = replicas; left > 0 && nodes.length < mostNodes; left -= replicasPerNode)
    nodes.push({ bootedAt: 0, pods: new Array<number>(Math.min(left, replicasPerNode)).fill(0), emptySince: 0 });
  let placed = Math.min(replicas, nodes.length * replicasPerNode);
  let scale = replicas;
  let ready = placed;
  let addedAt = -Infinity;
  let next = Infinity;

  const place = (tick: number) => {
    while (placed < scale) {
      let best: Node | null = null;
      for (const node of nodes)
        if (node.bootedAt <= tick && node.pods.length < replicasPerNode && (best === null || node.pods.length > best.pods.length))
          best = node;
      if (best === null) return;
      best.pods.push(tick + loadTicks);
      placed++;
    }
  };
  const take = (tick: number) => {
    while (placed > scale) {
      const from = nodes.reduce((one, other) => (goesBefore(other, one, tick) ? other : one));
      from.pods.pop();
      placed--;
      if (from.pods.length === 0) from.emptySince = tick;
    }
  };
  const launch = (tick: number) => {
    // Seen by the autoscaler: what has lacked a place for a whole loop.
    wants[tick % wants.length] = scale - placed;
    const lacking = Math.min(...wants);
    if (lacking <= 0) return;
    let free = 0;
    for (const node of nodes) if (node.bootedAt > tick) free += replicasPerNode;
    while (free < lacking && nodes.length < mostNodes && !chance.isShort(tick)) {
      nodes.push({ bootedAt: tick + bootTicks, pods: [], emptySince: tick + bootTicks });
      addedAt = tick;
      free += replicasPerNode;
    }
  };
  const remove = (tick: number) => {
    if (tick - addedAt < afterAddTicks) return;
    for (let i = nodes.length - 1; i >= 0; i--)
      if (nodes[i].pods.length === 0 && tick - nodes[i].emptySince >= unneededTicks) nodes.splice(i, 1);
  };
  const interrupt = (): boolean => {
    const before = nodes.length;
    for (let i = nodes.length - 1; i >= 0; i--) {
      if (!chance.isInterrupted()) continue;
      placed -= nodes[i].pods.length;
      nodes.splice(i, 1);
    }
    return nodes.length < before;
  };
  const count = (tick: number) => {
    ready = 0;
    next = Infinity;
    for (const { bootedAt, pods, emptySince } of nodes) {
      if (bootedAt > tick) next = Math.min(next, bootedAt);
      else if (pods.length === 0) next = Math.min(next, Math.max(emptySince + unneededTicks, addedAt + afterAddTicks));
      for (const at of pods) {
        if (at <= tick) ready++;
        else next = Math.min(next, at);
      }
    }
  };

  return {
    step: (tick, wanted) => {
      const hit = chance.interrupts && interrupt();
      const idle = wanted === scale && placed >= scale && tick < next && !hit;
      scale = wanted;
      if (idle) {
        wants[tick % wants.length] = 0;
        return;
      }
      take(tick);
      place(tick);
      launch(tick);
      remove(tick);
      count(tick);
    },
    ready: () => ready,
    nodes: () => nodes.length,
  };
}

/** Whether a pod is taken from one node before another: unready first, then from the emptiest, then the youngest. */
function goesBefore(one: Node, other: Node, tick: number): boolean {
  if (one.pods.length === 0 || other.pods.length === 0) return one.pods.length > 0;
  const [youngest, otherYoungest] = [one.pods[one.pods.length - 1], other.pods[other.pods.length - 1]];
  const [unready, otherUnready] = [youngest > tick, otherYoungest > tick];
  if (unready !== otherUnready) return unready;
  return one.pods.length === other.pods.length ? youngest >= otherYoungest : one.pods.length < other.pods.length;
}

/** Interruptions of spot nodes and stretches in which none can be had, seeded. */
function chanceOf({ interruptionsPerNodeHour, shortage }: Physics, seed: number) {
  const interruption = randomOf(seed ^ 0x5f0e);
  const perTick = 1 - Math.exp(-interruptionsPerNodeHour / 240);
  const lack = randomOf(seed ^ 0x1ac4);
  const lasts = ticksOf(shortage.lastsMs);
  const plenty = shortage.share > 0 ? (lasts * (1 - shortage.share)) / shortage.share : Infinity;
  let short = shortage.share > 0 && lack.uniform() < shortage.share;
  let until = shortage.share > 0 ? exponential(lack.uniform(), short ? lasts : plenty) : Infinity;
  return {
    interrupts: perTick > 0,
    isInterrupted: () => interruption.uniform() < perTick,
    isShort: (tick: number) => {
      while (until <= tick) {
        short = !short;
        until += exponential(lack.uniform(), short ? lasts : plenty);
      }
      return short;
    },
  };
}

function exponential(uniform: number, mean: number): number {
  return -Math.log(1 - uniform) * mean;
}

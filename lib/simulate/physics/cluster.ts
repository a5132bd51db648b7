import { HOUR_MS } from '../../units';
import { nodePool } from './node-pool';
import { type Physics, tickMs, ticksOf } from './physics';
import { randomOf } from '../../random';

/** The pods of a workload and their nodes over time. Written in place, one step a tick. */
export type Cluster = {
  /** Plays one tick: nodes come and go, pods are placed, started and removed. Afterwards `ready` and `nodes` are those of this tick. */
  readonly step: (tick: number, replicas: number) => void;
  /** The next tick that must be played although the scale stays; those before it change nothing, and may be left out. */
  readonly quietUntil: () => number;
  readonly ready: () => number;
  readonly nodes: () => number;
};

/**
 * A workload on a node pool with a node autoscaler; `replicas` serve at the beginning.
 *
 * The autoscaler sees pods without a place after its loop, and launches nodes for those that no booting node will take. A pod with a place
 * serves once its model is loaded. Where the scale falls, pods without a place go first, then those that do not serve yet, then those of
 * the emptiest node (pod deletion cost), the youngest first. A node that stays empty long enough goes, unless a node was added lately.
 */
export function clusterOf(physics: Physics, replicas: number, seed: number): Cluster {
  const { replicasPerNode, mostNodes } = physics;
  const [bootTicks, loadTicks, loopTicks] = [ticksOf(physics.bootMs), ticksOf(physics.modelLoadMs), ticksOf(physics.scaleUpLoopMs)];
  const [unneededTicks, afterAddTicks] = [ticksOf(physics.unneededMs + physics.drainMs), ticksOf(physics.delayAfterAddMs)];
  const chance = chanceOf(physics, seed);
  const pool = nodePool(replicasPerNode, replicas, mostNodes);
  // Pods without a place at the last ticks, a whole loop of them.
  const lacks = new Float64Array(loopTicks + 1);
  let placed = pool.ready();
  let scale = replicas;
  let addedAt = -Infinity;
  let played = -Infinity;
  let quiet = -Infinity;

  /** Launches nodes for what has lacked a place for a whole loop, as the autoscaler sees it then. Returns whether nothing will change by itself. */
  const launch = (tick: number): boolean => {
    const lack = scale - placed;
    lacks[tick % lacks.length] = lack;
    let [fewest, most] = [lack, lack];
    for (const each of lacks) [fewest, most] = [Math.min(fewest, each), Math.max(most, each)];
    const lacking = fewest - pool.booting() * replicasPerNode;
    const nodes = Math.min(Math.ceil(lacking / replicasPerNode), mostNodes - pool.nodes());
    if (nodes <= 0) return fewest === most;
    if (chance.isShort(tick)) return false;
    pool.launch(nodes, tick + bootTicks);
    addedAt = tick;
    return false;
  };
  const interrupt = () => chance.interrupted(pool.nodes(), (which) => (placed -= pool.strike(which)));

  return {
    step: (tick, wanted) => {
      for (let left = Math.max(played + 1, tick - lacks.length); left < tick; left++) lacks[left % lacks.length] = scale - placed;
      played = tick;
      if (chance.interrupts) interrupt();
      scale = wanted;
      pool.pass(tick);
      if (placed > scale) {
        pool.take(placed - scale, tick);
        placed = scale;
      } else if (placed < scale) placed += pool.place(scale - placed, tick + loadTicks);
      const isSettled = launch(tick);
      const before = pool.nodes();
      if (tick - addedAt >= afterAddTicks) pool.end(tick - unneededTicks);
      pool.pass(tick);
      quiet =
        chance.interrupts || !isSettled || pool.nodes() < before
          ? tick + 1
          : Math.min(pool.nextEvent(), Math.max(pool.emptySince() + unneededTicks, addedAt + afterAddTicks));
    },
    quietUntil: () => quiet,
    ready: pool.ready,
    nodes: pool.nodes,
  };
}

/** Seeded chance: interruptions of spot nodes, and stretches of time in which no node can be had. */
function chanceOf({ interruptionsPerNodeHour, shortage }: Physics, seed: number) {
  const interruption = randomOf(seed ^ 0x5f0e);
  const perTick = 1 - Math.exp((-interruptionsPerNodeHour * tickMs) / HOUR_MS);
  // Nodes and ticks that are spared before the next is struck, of a geometric distribution: one draw for each that is.
  const spared = () => (perTick > 0 ? Math.floor(Math.log(1 - interruption.uniform()) / Math.log(1 - perTick)) : Infinity);
  let left = spared();
  const lack = randomOf(seed ^ 0x1ac4);
  const lasts = ticksOf(shortage.lastsMs);
  const plenty = shortage.share > 0 ? (lasts * (1 - shortage.share)) / shortage.share : Infinity;
  let short = shortage.share > 0 && lack.uniform() < shortage.share;
  let until = shortage.share > 0 ? exponential(lack.uniform(), short ? lasts : plenty) : Infinity;
  return {
    interrupts: perTick > 0,
    /** Says of each of some nodes whether it is struck in a tick, by its number: those that stay move up. */
    interrupted: (nodes: number, strike: (which: number) => void) => {
      let from = 0;
      let count = nodes;
      while (left < count - from) {
        from += left;
        strike(from);
        count--;
        left = spared();
      }
      left -= count - from;
    },
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

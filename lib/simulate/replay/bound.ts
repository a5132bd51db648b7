import { HOUR_MS } from '../../units';
import { capacityOf, tickMs, ticksOf } from '../physics';
import { type Replay, scoredTicks } from './replay';

/** GPU-hours that no policy without violations can do with less. */
export type LowerBound = {
  /** On whole nodes. */
  readonly gpuHours: number;
  /** On nodes of any size, so that rounding to whole ones costs nothing. */
  readonly fractionalGpuHours: number;
};

/**
 * The fewest GPU-hours of a policy that knows the load ahead and violates nothing, with the same boot and model load as any other.
 *
 * The k-th node is needed whenever k or more nodes are, so each node can be settled by itself: between two stretches in which it is needed
 * it is kept where the gap is no longer than a boot and a model load, and otherwise launched anew that much ahead. The first state is free.
 * Where the load was not observed nothing is needed and nothing counts, as for policies. Filling such gaps is a morphological closing of the
 * need over time, so that one sweep does it for all nodes, and for fractions of nodes too.
 */
export function lowerBound(replay: Replay): LowerBound {
  const { load, from, to, physics, slo } = replay;
  const { capacityPerReplica, replicasPerNode, gpusPerReplica } = physics;
  const capacity = capacityOf(capacityPerReplica, slo);
  const leadTicks = ticksOf(physics.bootMs) + ticksOf(physics.modelLoadMs);
  const scored = scoredTicks(replay);
  const observed = (value: (load: number) => number) =>
    Float64Array.from({ length: to - from }, (_, i) => (scored[i] === 0 ? 0 : value(load.values[from + i])));
  const gpuHours = (need: Float64Array) => (nodeTicks(need, leadTicks, scored) * replicasPerNode * gpusPerReplica * tickMs) / HOUR_MS;
  const fraction = (value: number) => {
    const replicas = capacity.needed(value);
    return slo === null ? value / capacityPerReplica : replicas === 0 ? 0 : fractionOf(capacity.allowed, replicas, value);
  };
  return {
    gpuHours: gpuHours(observed((value) => Math.ceil(capacity.needed(value) / replicasPerNode - 1e-9))),
    fractionalGpuHours: gpuHours(observed((value) => fraction(value) / replicasPerNode)),
  };
}

/** Replicas in fractions, as if the load that is allowed grew evenly from one whole replica to the next. */
function fractionOf(allowed: (replicas: number) => number, replicas: number, load: number): number {
  const [less, more] = [allowed(replicas - 1), allowed(replicas)];
  return replicas - 1 + (more > less ? Math.max(0, load - less) / (more - less) : 1);
}

/**
 * Node-ticks of the cheapest course at or above a need, the first state free and each later rise paid for the `leadTicks` before it.
 *
 * @param counts 1 for ticks that count, 0 for those that cost nothing; all count where it is left out
 */
export function nodeTicks(need: Float64Array, leadTicks: number, counts: Uint8Array = new Uint8Array(need.length).fill(1)): number {
  const kept = closed(need, leadTicks);
  let [total, lead] = [0, 0];
  for (let i = 0; i < kept.length; i++) {
    if (i > 0) total += lead * Math.max(0, kept[i] - kept[i - 1]);
    total += kept[i] * counts[i];
    lead += counts[i] - (i >= leadTicks ? counts[i - leadTicks] : 0);
  }
  return total;
}

/**
 * The need with every gap of at most `gap` ticks filled, at each height: for each tick the least, over the windows of `gap` + 1 ticks that
 * hold it, of the largest need in the window. Before the beginning everything is at hand, after the end nothing is needed.
 */
function closed(need: Float64Array, gap: number): Float64Array {
  const width = gap + 1;
  const padded = new Float64Array(need.length + 2 * gap);
  padded.fill(Infinity, 0, gap);
  padded.set(need, gap);
  const highest = slidingExtreme(padded, width, (value, other) => value >= other);
  const filled = slidingExtreme(highest, width, (value, other) => value <= other);
  return filled.subarray(0, need.length);
}

/** The extreme of each whole window, by where it begins. */
function slidingExtreme(values: Float64Array, width: number, outdoes: (value: number, other: number) => boolean): Float64Array {
  const result = new Float64Array(values.length - width + 1);
  const queue = new Int32Array(values.length);
  let [first, end] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    while (end > first && outdoes(values[i], values[queue[end - 1]])) end--;
    queue[end++] = i;
    if (queue[first] <= i - width) first++;
    if (i >= width - 1) result[i - width + 1] = values[queue[first]];
  }
  return result;
}

import { defaultTolerance, type HpaSettings, type Policy } from '../../control';
import { MINUTE_MS } from '../../units';
import { tickMs, ticksOf } from '../physics';
import { metricOf, type Replay, scoredTicks } from './replay';

const perMinute = MINUTE_MS / tickMs;
const minutesPerBlock = 15;
const perBlock = minutesPerBlock * perMinute;

/** Node-ticks that a policy cannot do without from the beginning of each block of so many ticks on, and last 0. */
export type LeastNodeTicks = { readonly perBlock: number; readonly after: Float64Array };

/**
 * Bounds from below what policies cost whose limits depend on the time alone (`isByTheClock`), before any of them is replayed.
 *
 * An autoscaler adds replicas until the metric is within its target, as fast as its rates let it, and removes none that was wanted within its
 * window; the node autoscaler has a node for each replica that lacks one, and keeps a node for as long as it may be unneeded. So the most
 * that was wanted within window and keeping time has nodes, and so have the floors.
 *
 * @returns a function that gives the bound of a policy; `null` where there is none: limits that depend on the load, or nodes left to chance
 */
export function leastNodeTicksOf(replay: Replay): (policy: Policy) => LeastNodeTicks | null {
  const { physics } = replay;
  if (physics.interruptionsPerNodeHour > 0 || physics.shortage.share > 0) return () => null;
  const scored = scoredByBlock(replay);
  const wanted = wantedNodes(replay);
  return (policy) => {
    if (policy.isByTheClock !== true) return null;
    const floors = floorsByBlock(replay, scored.length, policy);
    if (floors === null) return null;
    const autoscaled = policy.hpa === null ? null : wanted(policy.hpa, ticksOf(policy.everyMs));
    const after = new Float64Array(scored.length + 1);
    for (let block = scored.length - 1; block >= 0; block--)
      after[block] = after[block + 1] + Math.max(floors[block] * scored[block], autoscaled === null ? 0 : autoscaled[block]);
    return { perBlock, after };
  };
}

/** Of each block its ticks that are scored. */
function scoredByBlock(replay: Replay): Float64Array {
  const scored = scoredTicks(replay);
  const blocks = new Float64Array(Math.ceil(scored.length / perBlock));
  for (let i = 0; i < scored.length; i++) blocks[Math.floor(i / perBlock)] += scored[i];
  return blocks;
}

/** Nodes for the lowest floor of each block; `null` where a floor is 0, which switches an autoscaler off. */
function floorsByBlock({ from, to, load, physics }: Replay, blocks: number, policy: Policy): Float64Array | null {
  const nodes = new Float64Array(blocks).fill(Infinity);
  const unseen = { start: load.start, tickMs, load: new Float64Array(0), replicas: 0, ready: 0, nodes: 0 };
  const everyTicks = Math.max(1, ticksOf(policy.everyMs));
  const loopTicks = ticksOf(physics.scaleUpLoopMs);
  const { floorTrigger, upTolerance = defaultTolerance.up, upAtOnce = false } = policy.hpa ?? {};
  // What a trigger asks for is reached but for the tolerance; a hair less, as that is tested with rounding.
  const reached = (floor: number) =>
    floorTrigger === undefined
      ? floor
      : Math.max(floorTrigger.minReplicas, upAtOnce ? Math.ceil((floor * (1 - 1e-9)) / (1 + upTolerance)) : 0);
  let state = policy.begin;
  for (let tick = from; tick < to; tick += everyTicks) {
    const made = policy.decide(state, unseen, load.start + tick * tickMs);
    state = made.state;
    const floor = Math.min(reached(made.floor), made.ceiling);
    if (floor < 1) return null;
    const needed = Math.min(physics.mostNodes, Math.ceil(floor / physics.replicasPerNode));
    // Until a loop after the next decision nodes may be those of this floor; of a block's first ticks none are missed but for that.
    const end = Math.min(to, tick + everyTicks + loopTicks) - from;
    for (let block = Math.floor((tick - from) / perBlock); block * perBlock < end; block++) nodes[block] = Math.min(nodes[block], needed);
  }
  return nodes;
}

/**
 * By block, the node-ticks for the most that an autoscaler wanted in the minutes before each, within its window and the time that a node is
 * kept. Worked out once for all policies that differ in their floors alone.
 */
function wantedNodes(replay: Replay): (settings: HpaSettings, everyTicks: number) => Float64Array {
  const { physics, from } = replay;
  const loopTicks = ticksOf(physics.scaleUpLoopMs);
  const keptTicks = ticksOf(physics.unneededMs + physics.drainMs);
  const scored = scoredTicks(replay);
  const replicas = remembered((settings: HpaSettings, everyTicks: number, isShort: boolean) =>
    highestByMinute(leastReplicas(replay, settings, everyTicks), from % perMinute, isShort ? loopTicks : 0),
  );
  const nodes = remembered((settings: HpaSettings, everyTicks: number, windowTicks: number) => {
    // A pod without a place gets a node once a whole loop has seen it: with a window that is longer every replica stays for so long.
    const isShort = windowTicks <= loopTicks;
    const byMinute = replicas(settings, everyTicks, isShort);
    const nearest = Math.max(1, Math.ceil((loopTicks + perMinute - 1) / perMinute));
    const furthest = Math.floor((keptTicks + (isShort ? 0 : windowTicks)) / perMinute) - 1;
    const most = highestBefore(byMinute, nearest, furthest);
    const blocks = new Float64Array(Math.ceil(scored.length / perBlock));
    for (let i = 0; i < scored.length; i++) {
      if (scored[i] === 0) continue;
      const wanted = most[Math.floor((i + (from % perMinute)) / perMinute)];
      blocks[Math.floor(i / perBlock)] += Math.min(physics.mostNodes, Math.ceil(wanted / physics.replicasPerNode));
    }
    return blocks;
  });
  return (settings, everyTicks) => nodes(settings, everyTicks, Math.max(1, ticksOf(settings.scaleDown.windowSeconds * 1_000)));
}

/**
 * By tick, the replicas that an autoscaler has at the least, whatever its floor and its window. At the ticks of later decisions it may be
 * moved to a floor without a look at the metric; there it is 0.
 */
function leastReplicas(replay: Replay, { target, upTolerance = defaultTolerance.up, upAtOnce = false }: HpaSettings, everyTicks: number) {
  const metric = metricOf(replay);
  // A hair less, as the tolerance is tested with rounding.
  const perReplica = (1 - 1e-9) / (1_000 * target * (1 + upTolerance));
  const replicas = new Float64Array(metric.length);
  let [before, nextMove] = [Infinity, everyTicks];
  for (let i = 0; i < metric.length; i++) {
    const wanted = Math.ceil(metric[i] * perReplica);
    const reached = upAtOnce ? wanted : Math.min(wanted, Math.max(2 * before, before + 4));
    if (i < nextMove) before = replicas[i] = reached;
    else {
      before = Math.min(before, reached);
      nextMove += everyTicks;
    }
  }
  return replicas;
}

/**
 * The highest value of each minute that lasts for some ticks more.
 *
 * @param offset ticks of the first minute before the first value
 */
function highestByMinute(values: Float64Array, offset: number, lastsTicks: number): Float64Array {
  const minutes = new Float64Array(Math.ceil((values.length + offset) / perMinute));
  for (let i = 0; i < values.length; i++) {
    let lasting = values[i];
    for (let before = 1; before <= lastsTicks; before++) lasting = Math.min(lasting, values[Math.max(0, i - before)]);
    const minute = Math.floor((i + offset) / perMinute);
    if (lasting > minutes[minute]) minutes[minute] = lasting;
  }
  return minutes;
}

/** For each place the highest of the values that lie from `nearest` to `furthest` before it; 0 where there is none. */
function highestBefore(values: Float64Array, nearest: number, furthest: number): Float64Array {
  const highest = new Float64Array(values.length);
  const queue = new Int32Array(values.length);
  let [first, end] = [0, 0];
  for (let i = nearest; i < values.length; i++) {
    const added = i - nearest;
    while (end > first && values[queue[end - 1]] <= values[added]) end--;
    queue[end++] = added;
    while (first < end && queue[first] < i - furthest) first++;
    if (first < end) highest[i] = values[queue[first]];
  }
  return highest;
}

/** Works out once what is asked for again with the same target, rates and more. */
function remembered<More extends number | boolean>(
  work: (settings: HpaSettings, everyTicks: number, more: More) => Float64Array,
): typeof work {
  const known = new Map<string, Float64Array>();
  return (settings, everyTicks, more) => {
    const key = `${settings.target} ${settings.upTolerance} ${settings.upAtOnce} ${everyTicks} ${more}`;
    const value = known.get(key) ?? work(settings, everyTicks, more);
    known.set(key, value);
    return value;
  };
}

import { hpaMemory, type HpaSettings, hpaSpecOf, hpaSync, type Observations, type Policy } from '../../control';
import { HOUR_MS } from '../../units';
import { capacityOf, clusterOf, tickMs as lengthOfTick, ticksOf } from '../physics';
import { knownTicks, measuredLoad, type Replay, scoredCount, scoredTicks } from './replay';

// Read once: an imported binding is looked up each time.
const tickMs = lengthOfTick;

/** What a policy came to over a replay. */
export type Outcome = {
  /** GPU-hours of nodes, from launch to end, boot included, in the ticks that are scored: what was not observed costs nobody anything. */
  readonly gpuHours: number;
  /** Minutes with any tick in which the load is above what ready replicas may take. Minutes that were not observed do not count. */
  readonly violationMinutes: number;
  readonly scoredMinutes: number;
  /** The load that came, was served, was lost, and still waits at the end; in units of load x ticks. */
  readonly came: number;
  readonly served: number;
  readonly unserved: number;
  readonly queued: number;
  /** The load that was lost in the ticks that are scored, and the load that came in them. */
  readonly unservedScored: number;
  readonly cameScored: number;
};

/** Percent of the load that was lost, of the ticks that are scored. */
export function unservedPercent({ unservedScored, cameScored }: Pick<Outcome, 'unservedScored' | 'cameScored'>): number {
  return cameScored === 0 ? 0 : (100 * unservedScored) / cameScored;
}

/** The course of a replay by tick, which charts and tests look at. */
export type Course = {
  readonly ready: Int32Array;
  readonly nodes: Int32Array;
  readonly replicas: Int32Array;
  readonly floor: Int32Array;
  /** 1 where a tick puts its minute in violation. */
  readonly violated: Uint8Array;
  readonly reasons: string[];
};

/** What a policy may come to; a replay that passes one of them stops, since its policy is out of the race. */
export type Limits = { readonly gpuHours: number; readonly violationMinutes: number };

/**
 * Replays a policy over a load, tick by tick: the production code decides, the physics follow.
 *
 * In each tick the policy sees what is known by then and moves the limits, the HPA sets the scale, nodes and pods follow, and what serves
 * afterwards meets the load of the tick. The first state is what the policy wants at the start, ready and free.
 *
 * @returns `null` where a limit was passed
 */
export function runReplay(replay: Replay, policy: Policy, course?: Course, limits?: Limits): Outcome | null {
  const { load, from, to, physics, slo, seed } = replay;
  const capacity = capacityOf(physics.capacityPerReplica, slo);
  const throughput = physics.throughputPerReplica ?? physics.capacityPerReplica;
  const everyTicks = Math.max(1, ticksOf(policy.everyMs));
  const scaler = policy.hpa && scalerOf(replay, policy.hpa);
  const gpusPerNode = physics.replicasPerNode * physics.gpusPerReplica;
  // A hair more, so that rounding stops no replay that comes to the limit itself.
  const mostNodeTicks = limits ? (limits.gpuHours / gpusPerNode) * (HOUR_MS / tickMs) * (1 + 1e-12) : Infinity;

  let [state, floor, ceiling] = [policy.begin, 0, 0];
  const decide = (tick: number, replicas: number, ready: number, nodes: number) => {
    const made = policy.decide(state, seenAt(replay, tick, replicas, ready, nodes), load.start + tick * tickMs);
    [state, floor, ceiling] = [made.state, made.floor, made.ceiling];
    if (course) course.reasons.push(made.reason);
  };
  decide(from, 0, 0, 0);
  let replicas = scaler ? scaler.first(from, floor, ceiling) : floor;
  const cluster = clusterOf(physics, replicas, seed);
  // A floor that stays keeps its nodes, so that a replay that cannot come in below a limit ends before it gets there.
  const isKept = everyTicks >= to - from && physics.interruptionsPerNodeHour === 0 && floor <= physics.mostNodes * physics.replicasPerNode;
  const leastNodes = isKept ? Math.ceil(floor / physics.replicasPerNode) : 0;

  const needs = mostNodeTicks < Infinity ? leastNeedOf(replay) : null;
  const { values } = load;
  const scored = scoredTicks(replay);
  let left = limits && isKept ? scoredCount(replay) : 0;
  const ticksPerMinute = 60_000 / tickMs;
  // What waits longer than a replica's capacity for so many ticks is lost.
  const longestWait = physics.longestWaitMs / tickMs;
  let [nodeTicks, violations, minutes, came, served, unserved, queued, unservedScored, cameScored] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  let [isViolated, sinceDecision] = [false, 0];
  for (let tick = from; tick < to; tick++) {
    if (sinceDecision++ === everyTicks) {
      decide(tick, replicas, cluster.ready(), cluster.nodes());
      sinceDecision = 1;
    }
    replicas = scaler ? scaler.sync(tick, replicas, floor, ceiling) : floor;
    cluster.step(tick, replicas);
    const [ready, nodes, load] = [cluster.ready(), cluster.nodes(), values[tick]];
    // The load of the tick and what waits meet what serves.
    const full = ready * throughput;
    const asked = queued + load;
    const done = Math.min(full, asked);
    queued = Math.min(asked - done, full * longestWait);
    const lost = asked - done - queued;
    came += load;
    served += done;
    unserved += lost;
    const isScored = scored[tick - from] === 1;
    if (isScored) {
      nodeTicks += nodes;
      left--;
      unservedScored += lost;
      cameScored += load;
      if (load > capacity.allowed(ready) * (1 + 1e-12) || queued > 0) {
        isViolated = true;
        if (course) course.violated[tick - from] = 1;
      }
    }
    if (course) record(course, tick - from, ready, nodes, replicas, floor);
    if ((tick + 1) % ticksPerMinute === 0 || tick + 1 === to) {
      if (isScored) minutes++;
      if (isViolated) violations++;
      isViolated = false;
      if (limits === undefined) continue;
      const spared = limits.violationMinutes - violations;
      if (spared < 0) return null;
      const atLeast = Math.max(leastNodes * left, needs === null ? 0 : needs.after[tick + 1 - from] - spared * needs.mostInMinute);
      if (nodeTicks + atLeast > mostNodeTicks) return null;
    }
  }
  return {
    gpuHours: (nodeTicks * gpusPerNode * tickMs) / HOUR_MS,
    violationMinutes: violations,
    scoredMinutes: minutes,
    came,
    served,
    unserved,
    queued,
    unservedScored,
    cameScored,
  };
}

export function courseOf({ from, to }: Pick<Replay, 'from' | 'to'>): Course {
  const column = () => new Int32Array(to - from);
  return { ready: column(), nodes: column(), replicas: column(), floor: column(), violated: new Uint8Array(to - from), reasons: [] };
}

function seenAt(replay: Replay, tick: number, replicas: number, ready: number, nodes: number): Observations {
  const { load, physics } = replay;
  return { start: load.start, tickMs, load: measuredLoad(replay).subarray(0, knownTicks(physics, tick)), replicas, ready, nodes };
}

/** The HPA, which reads the mean load of the metric's window, in thousandths of what a replica can do. */
function scalerOf(replay: Replay, settings: HpaSettings) {
  const { physics, from } = replay;
  const millis = metricOf(replay);
  let spec = hpaSpecOf(settings, 0, 0, physics.tolerance);
  const memory = hpaMemory(spec);
  const targetMilli = 1_000 * settings.target;
  const metric = { kind: 'average' as const, targetMilli, milli: 0 };
  return {
    first: (tick: number, floor: number, ceiling: number) =>
      Math.min(ceiling, Math.max(floor, Math.ceil(millis[tick - from] / targetMilli))),
    sync: (tick: number, replicas: number, floor: number, ceiling: number) => {
      if (spec.minReplicas !== floor || spec.maxReplicas !== ceiling) spec = { ...spec, minReplicas: floor, maxReplicas: ceiling };
      metric.milli = millis[tick - from];
      return hpaSync(spec, metric, replicas, memory, tick * tickMs);
    },
  };
}

const metrics = new WeakMap<Replay, Float64Array>();

/** The HPA's metric at each tick of a replay; worked out once for all policies. */
function metricOf(replay: Replay): Float64Array {
  const remembered = metrics.get(replay);
  if (remembered !== undefined) return remembered;
  const { load, from, to, physics } = replay;
  const means = measuredLoad(replay);
  const millis = Float64Array.from({ length: to - from }, (_, i) => {
    const end = knownTicks(physics, from + i);
    return (1_000 * (end === 0 ? load.values[from + i] : means[end - 1])) / physics.capacityPerReplica;
  });
  metrics.set(replay, millis);
  return millis;
}

type LeastNeed = {
  /** By tick, the node-ticks from then on without which a minute is in violation. */
  readonly after: Float64Array;
  /** The most of them in any minute. */
  readonly mostInMinute: number;
};
const leastNeeds = new WeakMap<Replay, LeastNeed>();

/** The nodes that every policy without violations has: those for the load of each tick. Worked out once for all policies. */
function leastNeedOf(replay: Replay): LeastNeed {
  const remembered = leastNeeds.get(replay);
  if (remembered !== undefined) return remembered;
  const { load, from, to, physics, slo } = replay;
  const { needed } = capacityOf(physics.capacityPerReplica, slo);
  const perMinute = 60_000 / tickMs;
  const scored = scoredTicks(replay);
  const after = new Float64Array(to - from + 1);
  let [mostInMinute, end] = [0, to];
  while (end > from) {
    const begin = Math.max(from, Math.floor((end - 1) / perMinute) * perMinute);
    const isScored = scored[begin - from] === 1;
    for (let tick = end - 1; tick >= begin; tick--) {
      // A hair less, as loads that are above by rounding alone are no violation.
      const nodes = isScored ? Math.ceil(needed(load.values[tick] * (1 - 1e-9)) / physics.replicasPerNode) : 0;
      after[tick - from] = after[tick - from + 1] + nodes;
    }
    mostInMinute = Math.max(mostInMinute, after[begin - from] - after[end - from]);
    end = begin;
  }
  const need = { after, mostInMinute };
  leastNeeds.set(replay, need);
  return need;
}

function record(course: Course, i: number, ready: number, nodes: number, replicas: number, floor: number): void {
  course.ready[i] = ready;
  course.nodes[i] = nodes;
  course.replicas[i] = replicas;
  course.floor[i] = floor;
}

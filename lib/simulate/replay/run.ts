import { averageHpa, type Observations, type Policy } from '../../control';
import { HOUR_MS, MINUTE_MS } from '../../units';
import { capacityOf, clusterOf, type Physics, tickMs as lengthOfTick, ticksOf } from '../physics';
import type { LeastNodeTicks } from './least-nodes';
import { knownTicks, measuredLoad, metricOf, type Replay, scoredTicks } from './replay';

// Read once: an imported binding is looked up each time.
const tickMs = lengthOfTick;
const ticksPerMinute = MINUTE_MS / tickMs;

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
export type Limits = {
  readonly gpuHours: number;
  readonly violationMinutes: number;
  /** Price of a minute in violation, which counts towards the GPU-hours. @default 0 */
  readonly minuteGpuHours?: number;
  /** What the policy cannot do without, so that its replay stops before it comes to a limit. @default nothing is known */
  readonly least?: LeastNodeTicks | null;
};

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
  const { values } = load;
  const capacity = capacityOf(physics.capacityPerReplica, slo);
  const throughput = physics.throughputPerReplica ?? physics.capacityPerReplica;
  const everyTicks = Math.max(1, ticksOf(policy.everyMs));
  const hpa = policy.hpa && averageHpa(policy.hpa, physics.tolerance);
  const metric = metricOf(replay);
  const scored = scoredTicks(replay);
  const gpusPerNode = physics.replicasPerNode * physics.gpusPerReplica;
  const mostNodeTicks = limits ? nodeTicksOf(physics, limits.gpuHours) : Infinity;
  const minuteNodeTicks = nodeTicksOf(physics, limits?.minuteGpuHours ?? 0);
  const needs = limits && limits.gpuHours < Infinity && limits.violationMinutes < Infinity ? leastNeedOf(replay) : null;
  const least = limits?.least ?? null;
  // What waits longer than a replica's capacity for so many ticks is lost.
  const longestWait = physics.longestWaitMs / tickMs;

  const decided = (state: unknown, tick: number, replicas: number, ready: number, nodes: number) => {
    const made = policy.decide(state, seenAt(replay, tick, replicas, ready, nodes), load.start + tick * tickMs);
    course?.reasons.push(made.reason);
    return made;
  };
  let { state, floor, ceiling } = decided(policy.begin, from, 0, 0, 0);
  let replicas = hpa ? hpa.first(metric[0], floor, ceiling) : floor;
  const cluster = clusterOf(physics, replicas, seed);
  let [scale, quietUntil, nextDecision] = [replicas, from, from + everyTicks];
  let [ready, nodes, full, mostLoad] = [0, 0, 0, 0];
  let [nodeTicks, violations, minutes, came, served, unserved, queued, unservedScored, cameScored] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  let isViolated = false;
  for (let tick = from; tick < to; tick++) {
    const i = tick - from;
    if (tick === nextDecision) {
      ({ state, floor, ceiling } = decided(state, tick, replicas, ready, nodes));
      nextDecision += everyTicks;
    }
    replicas = hpa ? hpa.sync(metric[i], replicas, floor, ceiling, tick * tickMs) : floor;
    if (replicas !== scale || tick >= quietUntil) {
      cluster.step(tick, replicas);
      scale = replicas;
      quietUntil = cluster.quietUntil();
      ready = cluster.ready();
      nodes = cluster.nodes();
      full = ready * throughput;
      mostLoad = capacity.allowed(ready) * (1 + 1e-12);
    }
    // The load of the tick and what waits meet what serves.
    const load = values[tick];
    const asked = queued + load;
    const done = Math.min(full, asked);
    queued = Math.min(asked - done, full * longestWait);
    const lost = asked - done - queued;
    came += load;
    served += done;
    unserved += lost;
    const isScored = scored[i] === 1;
    if (isScored) {
      nodeTicks += nodes;
      unservedScored += lost;
      cameScored += load;
      if (load > mostLoad || queued > 0) {
        isViolated = true;
        if (course) course.violated[i] = 1;
      }
    }
    if (course) record(course, i, ready, nodes, replicas, floor);
    if ((tick + 1) % ticksPerMinute === 0 || tick + 1 === to) {
      if (isScored) minutes++;
      if (isViolated) violations++;
      isViolated = false;
      if (limits === undefined) continue;
      const spared = limits.violationMinutes - violations;
      if (spared < 0) return null;
      const atLeast = Math.max(
        least === null ? 0 : least.after[Math.ceil((i + 1) / least.perBlock)],
        needs === null ? 0 : needs.after[i + 1] - spared * needs.mostInMinute,
      );
      if (nodeTicks + violations * minuteNodeTicks + atLeast > mostNodeTicks * (1 + 1e-12)) return null;
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

/** The node-ticks of so many GPU-hours, and a hair more, so that rounding stops no replay that comes to a limit itself. */
export function nodeTicksOf({ replicasPerNode, gpusPerReplica }: Physics, gpuHours: number): number {
  return (gpuHours / (replicasPerNode * gpusPerReplica)) * (HOUR_MS / tickMs) * (1 + 1e-12);
}

export function courseOf({ from, to }: Pick<Replay, 'from' | 'to'>): Course {
  const column = () => new Int32Array(to - from);
  return { ready: column(), nodes: column(), replicas: column(), floor: column(), violated: new Uint8Array(to - from), reasons: [] };
}

function seenAt(replay: Replay, tick: number, replicas: number, ready: number, nodes: number): Observations {
  const { load, physics } = replay;
  return { start: load.start, tickMs, load: measuredLoad(replay).subarray(0, knownTicks(physics, tick)), replicas, ready, nodes };
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
  const scored = scoredTicks(replay);
  const after = new Float64Array(to - from + 1);
  let [mostInMinute, end] = [0, to];
  while (end > from) {
    const begin = Math.max(from, Math.floor((end - 1) / ticksPerMinute) * ticksPerMinute);
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

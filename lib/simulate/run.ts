import { hpaSyncInPlace } from '../control/hpa';
import { rollingMemory } from '../control/hpa-memory';
import { type HpaSettings, hpaSpecOf, type Observations, type Policy } from '../control/policy';
import { HOUR_MS } from '../units';
import { capacityOf, type WaitSlo } from './capacity';
import { clusterOf } from './cluster';
import { type Physics, ticksOf, tickMs } from './physics';
import type { RefinedLoad } from './refine';

/** What is replayed: a stretch of a load, which may have a past that policies know. */
export type Replay = {
  readonly load: RefinedLoad;
  /** Ticks of the load that are replayed: from, and up to but without. */
  readonly from: number;
  readonly to: number;
  readonly physics: Physics;
  readonly slo: WaitSlo | null;
  /** Of what happens to nodes. */
  readonly seed: number;
};

export type Outcome = {
  /** Of nodes, from launch to end, boot included. */
  readonly gpuHours: number;
  /** Minutes with any tick in which the load is above what ready replicas may take. Minutes that were not observed do not count. */
  readonly violationMinutes: number;
  readonly scoredMinutes: number;
  /** Load over time: what came, was served, was lost, and still waits at the end; in units of load x ticks. */
  readonly came: number;
  readonly served: number;
  readonly unserved: number;
  readonly queued: number;
  /** Of ticks that were observed, lost. */
  readonly unservedScored: number;
  readonly cameScored: number;
};

/** By tick: what a chart or a test looks at. */
export type Course = {
  readonly ready: Int32Array;
  readonly nodes: Int32Array;
  readonly replicas: Int32Array;
  readonly floor: Int32Array;
  readonly reasons: string[];
};

/** Where a replay may stop early, since its policy is out of the race. */
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
  const everyTicks = Math.max(1, ticksOf(policy.everyMs));
  const scaler = policy.hpa && scalerOf(replay, policy.hpa);
  const gpusPerNode = physics.replicasPerNode * physics.gpusPerReplica;
  const mostNodeTicks = limits ? (limits.gpuHours / gpusPerNode) * (HOUR_MS / tickMs) : Infinity;

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

  const total = { nodeTicks: 0, violations: 0, minutes: 0, came: 0, served: 0, unserved: 0, queued: 0, unservedScored: 0, cameScored: 0 };
  const ticksPerMinute = 60_000 / tickMs;
  let [isViolated, isMissing] = [false, false];
  for (let tick = from; tick < to; tick++) {
    if (tick > from && (tick - from) % everyTicks === 0) decide(tick, replicas, cluster.ready(), cluster.nodes());
    if (scaler) replicas = scaler.sync(tick, replicas, floor, ceiling);
    else replicas = floor;
    cluster.step(tick, replicas);
    const [ready, nodes, came] = [cluster.ready(), cluster.nodes(), load.values[tick]];
    total.nodeTicks += nodes;
    meet(total, came, capacity.full(ready), physics, load.missing[tick] === 0);
    if (load.missing[tick] === 1) isMissing = true;
    else if (came > capacity.allowed(ready) * (1 + 1e-12) || total.queued > 0) isViolated = true;
    if (course) record(course, tick - from, ready, nodes, replicas, floor);
    if ((tick + 1) % ticksPerMinute === 0 || tick + 1 === to) {
      if (!isMissing) total.minutes++;
      if (isViolated && !isMissing) total.violations++;
      [isViolated, isMissing] = [false, false];
      const atLeast = leastNodes * (to - tick - 1);
      if (limits && (total.violations > limits.violationMinutes || total.nodeTicks + atLeast > mostNodeTicks)) return null;
    }
  }
  return {
    gpuHours: (total.nodeTicks * gpusPerNode * tickMs) / HOUR_MS,
    violationMinutes: total.violations,
    scoredMinutes: total.minutes,
    came: total.came,
    served: total.served,
    unserved: total.unserved,
    queued: total.queued,
    unservedScored: total.unservedScored,
    cameScored: total.cameScored,
  };
}

export function courseOf({ from, to }: Pick<Replay, 'from' | 'to'>): Course {
  const column = () => new Int32Array(to - from);
  return { ready: column(), nodes: column(), replicas: column(), floor: column(), reasons: [] };
}

/** Ticks of a load that are known at the beginning of a tick. */
export function knownTicks(physics: Physics, tick: number): number {
  return Math.max(0, tick - ticksOf(physics.metricLagMs));
}

function seenAt({ load, physics }: Replay, tick: number, replicas: number, ready: number, nodes: number): Observations {
  return { start: load.start, tickMs, load: load.values.subarray(0, knownTicks(physics, tick)), replicas, ready, nodes };
}

/** The HPA on the mean load of the metric's window, in thousandths of what a replica can do. */
function scalerOf({ load, physics }: Replay, settings: HpaSettings) {
  let spec = hpaSpecOf(settings, 0, 0, physics.tolerance);
  const memory = rollingMemory(spec);
  const windowTicks = Math.max(1, ticksOf(physics.metricWindowMs));
  const targetMilli = 1_000 * settings.target;
  const milliAt = (tick: number): number => {
    const end = knownTicks(physics, tick);
    const begin = Math.max(0, end - windowTicks);
    if (end === begin) return (1_000 * load.values[tick]) / physics.capacityPerReplica;
    let sum = 0;
    for (let i = begin; i < end; i++) sum += load.values[i];
    return (1_000 * sum) / ((end - begin) * physics.capacityPerReplica);
  };
  return {
    first: (tick: number, floor: number, ceiling: number) => Math.min(ceiling, Math.max(floor, Math.ceil(milliAt(tick) / targetMilli))),
    sync: (tick: number, replicas: number, floor: number, ceiling: number) => {
      if (spec.minReplicas !== floor || spec.maxReplicas !== ceiling) spec = { ...spec, minReplicas: floor, maxReplicas: ceiling };
      return hpaSyncInPlace(spec, { kind: 'average', targetMilli, milli: milliAt(tick) }, replicas, memory, tick * tickMs);
    },
  };
}

type Totals = { came: number; served: number; unserved: number; queued: number; unservedScored: number; cameScored: number };

/** The load of a tick and what waits meet what serves; what cannot be served within the longest wait is lost. */
function meet(total: Totals, came: number, full: number, { longestWaitMs }: Physics, scored: boolean): void {
  const asked = total.queued + came;
  const served = Math.min(full, asked);
  const queued = Math.min(asked - served, (full * longestWaitMs) / tickMs);
  const lost = asked - served - queued;
  total.came += came;
  total.served += served;
  total.queued = queued;
  total.unserved += lost;
  if (scored) [total.unservedScored, total.cameScored] = [total.unservedScored + lost, total.cameScored + came];
}

function record(course: Course, i: number, ready: number, nodes: number, replicas: number, floor: number): void {
  course.ready[i] = ready;
  course.nodes[i] = nodes;
  course.replicas[i] = replicas;
  course.floor[i] = floor;
}

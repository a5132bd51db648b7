import type { Policy } from '../../control';
import { HOUR_MS, MINUTE_MS } from '../../units';
import { capacityOf, ceilingOf, leadOf, tickMs, ticksOf } from '../physics';
import { knownCourse } from './known-course';
import { knownTicks, measuredLoad, type Replay, scoredTicks } from './replay';
import { type Outcome, runReplay } from './run';

/** What a planner comes to that knows the mean course of a load and the law of its noise, and not what the noise will be. */
export type CausalLimit = Pick<Outcome, 'gpuHours' | 'violationMinutes' | 'scoredMinutes'>;

/** How a planner covers the noise. */
type Cover = {
  /** Of the noise: in proportion to the course, or the same at every height of it. */
  readonly isProportional: boolean;
  /** Whether it goes by what the noise is now; otherwise by the course alone, and replicas stay for a while after they were needed. */
  readonly follows: boolean;
};

const covers: readonly Cover[] = [true, false].flatMap((isProportional) => [true, false].map((follows) => ({ isProportional, follows })));
/** About what a node stays empty: one that is needed again sooner is not launched anew. */
const holdMs = 10 * MINUTE_MS;
/** In standard deviations of the noise. */
const margins = Array.from({ length: 64 }, (_, step) => step / 8);

/**
 * The fewest GPU-hours of planners that know the mean course of a load and the law of its noise, on the physics of all policies.
 *
 * Every minute such a planner has the replicas made ready that will be needed when they serve: for the course then, what the noise of now
 * lets expect of the noise then (its correlation over that time), and a margin. The margin is the smallest that holds the limit on
 * violations in what is replayed: a quantile of the noise, found with hindsight. Of four ways to cover the noise the cheapest counts, and a
 * policy that was replayed where it comes to less: one that follows the load is better off where that jumps. A better one yet may exist, so
 * the limit is a mark to measure policies by, and not a bound.
 *
 * @param violationMinutes that it may come to
 * @param replayed what policies came to over the same replay
 * @param course mean load by tick of the load. @default an estimate
 * @returns `null` where nothing comes to so few
 */
export function causalLimit(
  replay: Replay,
  violationMinutes: number,
  replayed: readonly CausalLimit[] = [],
  course: Float64Array = knownCourse(replay),
): CausalLimit | null {
  let best = replayed
    .filter((outcome) => outcome.violationMinutes <= violationMinutes)
    .reduce<CausalLimit | null>((least, other) => (least === null || other.gpuHours < least.gpuHours ? other : least), null);
  for (const cover of covers) {
    const planned = plannerOf(replay, course, cover);
    let [low, high] = [0, margins.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { policy, leastGpuHours } = planned(margins[middle]);
      const isDearer: boolean = best !== null && leastGpuHours >= best.gpuHours;
      const outcome: Outcome | null = isDearer ? null : runReplay(replay, policy, undefined, { gpuHours: Infinity, violationMinutes });
      if (outcome !== null && (best === null || outcome.gpuHours < best.gpuHours)) best = outcome;
      if (isDearer || outcome !== null) high = middle - 1;
      else low = middle + 1;
    }
  }
  if (best === null) return null;
  const { gpuHours, scoredMinutes } = best;
  return { gpuHours, violationMinutes: best.violationMinutes, scoredMinutes };
}

type Planner = {
  readonly policy: Policy<number>;
  /** Of the nodes that its replicas need. */
  readonly leastGpuHours: number;
};

/** Makes the planner with a margin. */
function plannerOf(replay: Replay, course: Float64Array, { isProportional, follows }: Cover): (margin: number) => Planner {
  const { load, from, to, physics, slo } = replay;
  const { needed } = capacityOf(physics.capacityPerReplica, slo);
  const ceiling = ceilingOf(physics);
  const everyTicks = ticksOf(MINUTE_MS);
  const aheadTicks = ticksOf(leadOf(physics)) + everyTicks;
  const level = course.subarray(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  const scale = isProportional ? course : course.map(() => level);
  const seen = measuredLoad(replay);
  const noiseOf = (values: Float64Array) => values.map((value, i) => (scale[i] > 0 ? (value - course[i]) / scale[i] : 0));
  const [noise, seenNoise] = [noiseOf(load.values), noiseOf(seen)];
  /** What was known of the noise when replicas were asked for that serve in a tick. */
  const known = (tick: number) => seenNoise[knownTicks(physics, tick - aheadTicks) - 1] ?? 0;
  let [squares, products, knownSquares] = [0, 0, 0];
  for (let tick = from; tick < to; tick++) {
    squares += noise[tick] ** 2;
    products += noise[tick] * known(tick);
    knownSquares += known(tick) ** 2;
  }
  const deviation = Math.sqrt(squares / (to - from));
  const share = follows && knownSquares > 0 ? products / knownSquares : 0;
  return (margin) => {
    const needs = Int32Array.from({ length: to - from }, (_, i) => {
      const tick = from + i;
      const covered = course[tick] + scale[tick] * (share * known(tick) + margin * deviation);
      return Math.min(ceiling, needed(Math.max(0, covered)));
    });
    const floors = highestAround(needs, follows ? 0 : ticksOf(holdMs), aheadTicks);
    const policy: Policy<number> = {
      hpa: null,
      everyMs: MINUTE_MS,
      begin: 0,
      decide: (i) => ({ state: i + everyTicks, floor: floors[i], ceiling: floors[i], reason: 'for the course and its noise' }),
    };
    return { policy, leastGpuHours: gpuHoursOf(replay, floors) };
  };
}

/** GPU-hours of the nodes that so many replicas need, in what is scored. */
function gpuHoursOf(replay: Replay, replicas: Int32Array): number {
  const { replicasPerNode, gpusPerReplica } = replay.physics;
  const scored = scoredTicks(replay);
  const nodeTicks = replicas.reduce((sum, count, i) => sum + scored[i] * Math.ceil(count / replicasPerNode), 0);
  return (nodeTicks * replicasPerNode * gpusPerReplica * tickMs) / HOUR_MS;
}

/** The highest value from so many places before each up to so many after it. */
function highestAround(values: Int32Array, before: number, after: number): Int32Array {
  const queue = new Int32Array(values.length);
  let [first, end, next] = [0, 0, 0];
  return values.map((_, i) => {
    for (; next < Math.min(values.length, i + after + 1); next++) {
      while (end > first && values[queue[end - 1]] <= values[next]) end--;
      queue[end++] = next;
    }
    while (queue[first] < i - before) first++;
    return values[queue[first]];
  });
}

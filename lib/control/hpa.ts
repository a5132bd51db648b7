import { replicasByMetric } from './hpa-metric';
import type { HpaMetric, HpaRules, HpaSpec } from './hpa-types';

/**
 * One sync of a HorizontalPodAutoscaler (`autoscaling/v2` with a behavior), every 15 s: what its metric asks for, held by the stabilisation
 * windows, the policies and the limits.
 *
 * @param current replicas of the scale at present
 * @param memory of the syncs before; written in place
 * @param now epoch ms, later than all that is remembered
 * @returns replicas of the scale from now on
 * @see Kubernetes, pkg/controller/podautoscaler/horizontal.go
 */
export function hpaSync(spec: HpaSpec, metric: HpaMetric, current: number, memory: HpaMemory, now: number): number {
  const forced = forcedBy(spec, current);
  const wanted = forced === null ? replicasByMetric(metric, current, spec.tolerance, now) : undefined;
  if (wanted !== undefined) memory.want(now, wanted);
  // Neither a window nor a policy turns "stay" into a move, and within the limits it is.
  if (wanted === current) return current;
  const replicas = forced ?? (wanted === undefined ? current : settle(spec, memory, wanted, current, now));
  memory.change(now, current, replicas);
  return replicas;
}

/** Replicas that the limits enforce before any metric is read; a scale of 0 switches the autoscaler off. */
function forcedBy({ minReplicas, maxReplicas }: HpaSpec, current: number): number | null {
  if (current === 0 && minReplicas !== 0) return 0;
  if (current > maxReplicas) return maxReplicas;
  return current < minReplicas ? minReplicas : null;
}

/**
 * What is made of the replicas that the metric asks for: windows first, then policies, then limits.
 *
 * @param memory what is remembered, `wanted` included
 * @param current replicas of the scale, within the limits
 */
function settle(spec: HpaSpec, memory: HpaMemory, wanted: number, current: number, now: number): number {
  const stabilised = stabilise(spec, memory, wanted, current, now);
  const allowed = withinRates(spec, memory, stabilised, current, now);
  return Math.min(spec.maxReplicas, Math.max(spec.minReplicas, allowed));
}

/** Up no further than the smallest wanted within the window for up, down no further than the largest within that for down. */
function stabilise({ scaleUp, scaleDown }: HpaSpec, memory: HpaMemory, wanted: number, current: number, now: number): number {
  const up = Math.min(wanted, memory.lowestSince(now - scaleUp.stabilizationSeconds * 1_000));
  const down = Math.max(wanted, memory.highestSince(now - scaleDown.stabilizationSeconds * 1_000));
  return Math.min(Math.max(current, up), down);
}

function withinRates({ scaleUp, scaleDown }: HpaSpec, memory: HpaMemory, wanted: number, current: number, now: number): number {
  if (wanted > current) return Math.min(wanted, Math.max(current, rateLimit('up', scaleUp, memory, current, now)));
  if (wanted < current) return Math.max(wanted, Math.min(current, rateLimit('down', scaleDown, memory, current, now)));
  return wanted;
}

/** The most, or the fewest, replicas that the policies of a direction allow. A percentage rounds up on the way up and down on the way down. */
function rateLimit(direction: 'up' | 'down', { select, policies }: HpaRules, memory: HpaMemory, current: number, now: number): number {
  if (select === 'disabled') return current;
  let [lowest, highest] = [Infinity, -Infinity];
  for (const { type, value, periodSeconds } of policies) {
    const start = now - periodSeconds * 1_000;
    const atStart = current - memory.addedSince(start) + memory.takenSince(start);
    const limit =
      type === 'pods'
        ? atStart + (direction === 'up' ? value : -value)
        : direction === 'up'
          ? Math.ceil(atStart * (1 + value / 100))
          : Math.trunc(atStart * (1 - value / 100));
    lowest = Math.min(lowest, limit);
    highest = Math.max(highest, limit);
  }
  return (select === 'max') === (direction === 'up') ? highest : lowest;
}

/** What an autoscaler remembers between two syncs; questions are about the moments later than a time, epoch ms. */
export type HpaMemory = {
  /** The lowest and the highest that the metric asked for; Infinity and -Infinity where there is nothing. */
  readonly lowestSince: (at: number) => number;
  readonly highestSince: (at: number) => number;
  /** Replicas added, and taken. */
  readonly addedSince: (at: number) => number;
  readonly takenSince: (at: number) => number;
  /** Remembers what the metric asks for at a sync; times ascend. */
  readonly want: (at: number, replicas: number) => void;
  readonly change: (at: number, from: number, to: number) => void;
};

/**
 * An empty memory that is written in place and answers in constant time. The questions it is asked must be about the windows and periods of
 * the spec it is made for, at ascending times.
 */
export function hpaMemory({ scaleUp, scaleDown }: Pick<HpaSpec, 'scaleUp' | 'scaleDown'>): HpaMemory {
  const lowest = rollingExtreme((later, earlier) => later <= earlier);
  const highest = rollingExtreme((later, earlier) => later >= earlier);
  const periodMs = Math.max(0, ...[...scaleUp.policies, ...scaleDown.policies].map(({ periodSeconds }) => periodSeconds)) * 1_000;
  const added: Change[] = [];
  const taken: Change[] = [];
  const sum = (changes: readonly Change[], since: number) => {
    let total = 0;
    for (let i = changes.length - 1; i >= 0 && changes[i].at > since; i--) total += changes[i].change;
    return total;
  };
  return {
    lowestSince: (since) => lowest.since(since, Infinity),
    highestSince: (since) => highest.since(since, -Infinity),
    addedSince: (since) => sum(added, since),
    takenSince: (since) => sum(taken, since),
    want: (at, replicas) => {
      // Within a window of no length there is nothing.
      if (scaleUp.stabilizationSeconds > 0) lowest.push(at, replicas);
      if (scaleDown.stabilizationSeconds > 0) highest.push(at, replicas);
    },
    change: (at, from, to) => {
      if (from === to) return;
      const changes = to > from ? added : taken;
      while (changes.length > 0 && changes[0].at <= at - periodMs) changes.shift();
      changes.push({ at, change: Math.abs(to - from) });
    },
  };
}

type Change = { readonly at: number; readonly change: number };

/** The extreme of the values since a time, of times that ascend: those that a later one outdoes are forgotten. */
function rollingExtreme(outdoes: (later: number, earlier: number) => boolean) {
  let times = new Float64Array(64);
  let values = new Float64Array(64);
  let [first, end] = [0, 0];
  /** Moves what is remembered to the beginning, of longer columns where they are half full. */
  const makeRoom = () => {
    const size = end - first > values.length / 2 ? 2 * values.length : values.length;
    const moved = (column: Float64Array) => {
      const target = new Float64Array(size);
      target.set(column.subarray(first, end));
      return target;
    };
    [times, values] = [moved(times), moved(values)];
    [first, end] = [0, end - first];
  };
  return {
    push(at: number, value: number) {
      while (end > first && outdoes(value, values[end - 1])) end--;
      if (end === values.length) makeRoom();
      times[end] = at;
      values[end++] = value;
    },
    since(at: number, none: number): number {
      while (first < end && times[first] <= at) first++;
      return first < end ? values[first] : none;
    },
  };
}

import { replicasByMetric } from './hpa-metric';
import { pastOf, remembered, type RollingMemory } from './hpa-memory';
import type { HpaMemory, HpaMetric, HpaPast, HpaRules, HpaSpec } from './hpa-types';

export type HpaDecision = {
  readonly replicas: number;
  readonly memory: HpaMemory;
  /** What the metrics asked for before windows, rates and limits; `null` where that did not count. */
  readonly wanted: number | null;
  readonly why: HpaReason;
};

export type HpaReason =
  /** The scale is 0: the autoscaler is switched off. */
  | 'disabled'
  | 'above the maximum'
  | 'below the minimum'
  /** No metric could be read, or some could not and the others ask for less. */
  | 'metrics missing'
  | 'within tolerance'
  | 'as wanted'
  | 'held by a stabilisation window'
  | 'held by a policy'
  | 'held by the limits';

/**
 * One sync of a HorizontalPodAutoscaler (`autoscaling/v2` with a behavior), every 15 s: the largest of what the metrics ask for, held by
 * the stabilisation windows, the policies and the limits.
 *
 * @param current replicas of the scale at present
 * @param now epoch ms, later than all that is remembered
 * @see Kubernetes, pkg/controller/podautoscaler/horizontal.go
 */
export function hpaSync(spec: HpaSpec, metrics: readonly HpaMetric[], current: number, memory: HpaMemory, now: number): HpaDecision {
  const unread = (replicas: number, why: HpaReason): HpaDecision => ({
    replicas,
    memory: replicas === current ? memory : remembered(memory, current, replicas, spec, now),
    wanted: null,
    why,
  });
  const forced = forcedBy(spec, current);
  if (forced !== null) return unread(forced.replicas, forced.why);

  const wanted = largestWanted(spec, metrics, current, now);
  if (wanted === undefined) return unread(current, 'metrics missing');
  const recommendations = [...memory.recommendations, { at: now, replicas: wanted }];
  const { stabilised, allowed, replicas } = settle(spec, pastOf({ ...memory, recommendations }), wanted, current, now);
  return {
    replicas,
    memory: remembered({ ...memory, recommendations }, current, replicas, spec, now),
    wanted,
    why: reasonOf(wanted, stabilised, allowed, replicas, current),
  };
}

/**
 * The same with one metric and a memory that is written in place, for replays of many syncs.
 *
 * @returns replicas
 */
export function hpaSyncInPlace(spec: HpaSpec, metric: HpaMetric, current: number, memory: RollingMemory, now: number): number {
  const forced = forcedBy(spec, current);
  const wanted = forced === null ? replicasByMetric(metric, current, spec.tolerance, now) : undefined;
  if (wanted !== undefined) memory.want(now, wanted);
  // Neither a window nor a policy turns "stay" into a move, and within the limits it is.
  if (wanted === current) return current;
  const replicas = forced?.replicas ?? (wanted === undefined ? current : settle(spec, memory, wanted, current, now).replicas);
  memory.change(now, current, replicas);
  return replicas;
}

/** What the limits say before any metric is read. */
function forcedBy({ minReplicas, maxReplicas }: HpaSpec, current: number): { readonly replicas: number; readonly why: HpaReason } | null {
  if (current === 0 && minReplicas !== 0) return { replicas: 0, why: 'disabled' };
  if (current > maxReplicas) return { replicas: maxReplicas, why: 'above the maximum' };
  return current < minReplicas ? { replicas: minReplicas, why: 'below the minimum' } : null;
}

/**
 * What is made of the replicas that the metrics ask for: windows first, then policies, then limits.
 *
 * @param past what is remembered, `wanted` included
 * @param current replicas of the scale, within the limits
 */
function settle(
  spec: HpaSpec,
  past: HpaPast,
  wanted: number,
  current: number,
  now: number,
): { readonly stabilised: number; readonly allowed: number; readonly replicas: number } {
  const stabilised = stabilise(spec, past, wanted, current, now);
  const allowed = withinRates(spec, past, stabilised, current, now);
  return { stabilised, allowed, replicas: Math.min(spec.maxReplicas, Math.max(spec.minReplicas, allowed)) };
}

/** The largest of the metrics; with one that cannot be read, only a rise counts. */
function largestWanted({ tolerance }: HpaSpec, metrics: readonly HpaMetric[], current: number, now: number): number | undefined {
  const wanted = metrics.map((metric) => replicasByMetric(metric, current, tolerance, now));
  const known = wanted.filter((replicas) => replicas !== undefined);
  if (known.length === 0) return undefined;
  const largest = Math.max(...known);
  return known.length < wanted.length && largest < current ? undefined : largest;
}

/** Up no further than the smallest wanted within the window for up, down no further than the largest within that for down. */
function stabilise({ scaleUp, scaleDown }: HpaSpec, past: HpaPast, wanted: number, current: number, now: number): number {
  const up = Math.min(wanted, past.lowestSince(now - scaleUp.stabilizationSeconds * 1_000));
  const down = Math.max(wanted, past.highestSince(now - scaleDown.stabilizationSeconds * 1_000));
  return Math.min(Math.max(current, up), down);
}

function withinRates({ scaleUp, scaleDown }: HpaSpec, past: HpaPast, wanted: number, current: number, now: number): number {
  if (wanted > current) return Math.min(wanted, Math.max(current, rateLimit('up', scaleUp, past, current, now)));
  if (wanted < current) return Math.max(wanted, Math.min(current, rateLimit('down', scaleDown, past, current, now)));
  return wanted;
}

/** The most, or the fewest, replicas that the policies of a direction allow. A percentage rounds up on the way up and down on the way down. */
function rateLimit(direction: 'up' | 'down', { select, policies }: HpaRules, past: HpaPast, current: number, now: number): number {
  if (select === 'disabled') return current;
  let [least, most] = [Infinity, -Infinity];
  for (const { type, value, periodSeconds } of policies) {
    const start = now - periodSeconds * 1_000;
    const atStart = current - past.addedSince(start) + past.takenSince(start);
    const limit =
      type === 'pods'
        ? atStart + (direction === 'up' ? value : -value)
        : direction === 'up'
          ? Math.ceil(atStart * (1 + value / 100))
          : Math.trunc(atStart * (1 - value / 100));
    least = Math.min(least, limit);
    most = Math.max(most, limit);
  }
  return (select === 'max') === (direction === 'up') ? most : least;
}

function reasonOf(wanted: number, stabilised: number, allowed: number, replicas: number, current: number): HpaReason {
  if (replicas !== allowed) return 'held by the limits';
  if (allowed !== stabilised) return 'held by a policy';
  if (stabilised !== wanted) return 'held by a stabilisation window';
  return wanted === current ? 'within tolerance' : 'as wanted';
}

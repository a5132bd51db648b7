import { replicasByMetric } from './hpa-metric';
import type { HpaMemory, HpaMetric, HpaRules, HpaSpec } from './hpa-types';

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
  const { minReplicas, maxReplicas } = spec;
  const forced = (replicas: number, why: HpaReason): HpaDecision => ({
    replicas,
    memory: replicas === current ? memory : remembered(memory, current, replicas, spec, now),
    wanted: null,
    why,
  });
  if (current === 0 && minReplicas !== 0) return forced(0, 'disabled');
  if (current > maxReplicas) return forced(maxReplicas, 'above the maximum');
  if (current < minReplicas) return forced(minReplicas, 'below the minimum');

  const wanted = largestWanted(spec, metrics, current, now);
  if (wanted === undefined) return forced(current, 'metrics missing');
  const stabilised = stabilise(spec, memory, wanted, current, now);
  const recommendations = [...memory.recommendations, { at: now, replicas: wanted }];
  const allowed = withinRates(spec, memory, stabilised, current, now);
  const replicas = Math.min(maxReplicas, Math.max(minReplicas, allowed));
  return {
    replicas,
    memory: remembered({ ...memory, recommendations }, current, replicas, spec, now),
    wanted,
    why: reasonOf(wanted, stabilised, allowed, replicas, current),
  };
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
function stabilise({ scaleUp, scaleDown }: HpaSpec, { recommendations }: HpaMemory, wanted: number, current: number, now: number): number {
  const within = (rules: HpaRules) =>
    recommendations.filter(({ at }) => at > now - rules.stabilizationSeconds * 1_000).map(({ replicas }) => replicas);
  const up = Math.min(wanted, ...within(scaleUp));
  const down = Math.max(wanted, ...within(scaleDown));
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
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const changed = (events: HpaMemory['added']) =>
      events.filter(({ at }) => at > now - periodSeconds * 1_000).reduce((sum, { change }) => sum + change, 0);
    const atStart = current - changed(memory.added) + changed(memory.taken);
    if (type === 'pods') return direction === 'up' ? atStart + value : atStart - value;
    return direction === 'up' ? Math.ceil(atStart * (1 + value / 100)) : Math.trunc(atStart * (1 - value / 100));
  });
  const allowsMost = direction === 'up' ? Math.max(...limits) : Math.min(...limits);
  const allowsLeast = direction === 'up' ? Math.min(...limits) : Math.max(...limits);
  return select === 'max' ? allowsMost : allowsLeast;
}

/** What still matters at the next sync: windows and periods are at most as long as the spec's longest. */
function remembered(memory: HpaMemory, current: number, replicas: number, { scaleUp, scaleDown }: HpaSpec, now: number): HpaMemory {
  const windowMs = Math.max(scaleUp.stabilizationSeconds, scaleDown.stabilizationSeconds) * 1_000;
  const periodMs = (rules: HpaRules) => Math.max(0, ...rules.policies.map(({ periodSeconds }) => periodSeconds)) * 1_000;
  const longestMs = Math.max(periodMs(scaleUp), periodMs(scaleDown));
  const young = <T extends { readonly at: number }>(events: readonly T[], ageMs: number): T[] =>
    events.filter(({ at }) => at > now - ageMs);
  const change = { at: now, change: Math.abs(replicas - current) };
  return {
    recommendations: young(memory.recommendations, windowMs),
    added: young(replicas > current ? [...memory.added, change] : memory.added, longestMs),
    taken: young(replicas < current ? [...memory.taken, change] : memory.taken, longestMs),
  };
}

function reasonOf(wanted: number, stabilised: number, allowed: number, replicas: number, current: number): HpaReason {
  if (replicas !== allowed) return 'held by the limits';
  if (allowed !== stabilised) return 'held by a policy';
  if (stabilised !== wanted) return 'held by a stabilisation window';
  return wanted === current ? 'within tolerance' : 'as wanted';
}

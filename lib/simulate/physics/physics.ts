import { hasExactTolerance } from '../../config';
import { defaultTolerance, type HpaTolerance } from '../../control';
import { MINUTE_MS, SECOND_MS } from '../../units';

/** Length of a tick, the step of a replay; an HPA syncs once a tick. */
export const tickMs = 15 * SECOND_MS;

/** What a replay takes for given of a workload and its nodes: sizes, times and limits. */
export type Physics = {
  /** Load at which a replica is full. */
  readonly capacityPerReplica: number;
  /**
   * The load that a replica can serve, where it counts as full before that; load between the two is served later than its SLO says.
   * @default capacityPerReplica
   */
  readonly throughputPerReplica?: number;
  readonly gpusPerReplica: number;
  /** Replicas that fit a node. */
  readonly replicasPerNode: number;
  /** From the launch of a node until pods can start on it. */
  readonly bootMs: number;
  /** From the start of a pod until it serves: image and model are loaded. */
  readonly modelLoadMs: number;
  /** Age of the newest load that policies and the HPA know. */
  readonly metricLagMs: number;
  /** Time over which the HPA's metric is a mean. */
  readonly metricWindowMs: number;
  /** Time until pods without a place are seen by the node autoscaler. */
  readonly scaleUpLoopMs: number;
  /** A node goes once it has been empty for so long, */
  readonly unneededMs: number;
  /** and no node was added for so long. */
  readonly delayAfterAddMs: number;
  /** The most nodes there may be, by a quota or a ceiling. */
  readonly mostNodes: number;
  /** How often an hour a node is taken away without a replacement, as spot nodes are; 0 for on-demand. */
  readonly interruptionsPerNodeHour: number;
  /** Share of the time, in stretches of a mean length, in which no node can be had. */
  readonly shortage: { readonly share: number; readonly lastsMs: number };
  /** How long a pod that goes still keeps its node in use. */
  readonly drainMs: number;
  /** How long load that finds no capacity waits before it is lost; 0: it is lost at once. */
  readonly longestWaitMs: number;
  /** How the HPA tests its tolerance: `symmetric` up to Kubernetes 1.32. */
  readonly tolerance: HpaTolerance['test'];
  /** Of every autoscaler, a plan's as its rivals'. */
  readonly terms: AutoscalerTerms;
};

/** What holds for the autoscalers of all policies alike, as manifests carry it. */
export type AutoscalerTerms = {
  /** Share of the target by which the load must exceed it before replicas are added. */
  readonly upTolerance: number;
  /** Targets that are tried are no higher. */
  readonly highestTarget: number;
  /** Windows for scaling down that are tried are no shorter. */
  readonly shortestWindowMs: number;
};

/** With a higher target an HPA would add no replica until replicas are full, or nearly so. */
export const highestTarget = 0.9;

export const nodeAutoscalers = ['cluster-autoscaler', 'karpenter'] as const;
export type NodeAutoscaler = (typeof nodeAutoscalers)[number];

/** How fast a node autoscaler adds and removes nodes. */
export type NodePhysics = Pick<Physics, 'scaleUpLoopMs' | 'unneededMs' | 'delayAfterAddMs'>;

/**
 * By their defaults. The cluster-autoscaler looks every 10 s, takes a node that was unneeded for 10 min, and none for 10 min after one was
 * added. Karpenter collects pending pods until none came for a second (10 s at most), waits for no group, and takes an empty node after
 * `consolidateAfter` and the 15 s in which it looks again whether that still holds. What it moves to fill nodes better, and nodes that
 * expire, are left out.
 *
 * @param consolidateAfterMs of Karpenter's node pools
 * @see cluster-autoscaler's FAQ; karpenter.sh, Settings (batch durations) and Disruption; kubernetes-sigs/karpenter, consolidation.go
 */
export function nodePhysics(autoscaler: NodeAutoscaler, consolidateAfterMs = 0): NodePhysics {
  if (autoscaler === 'karpenter') return { scaleUpLoopMs: SECOND_MS, unneededMs: consolidateAfterMs + 15 * SECOND_MS, delayAfterAddMs: 0 };
  return { scaleUpLoopMs: 10 * SECOND_MS, unneededMs: 10 * MINUTE_MS, delayAfterAddMs: 10 * MINUTE_MS };
}

/** The node autoscaler that a behaviour is of: Karpenter alone removes nodes however lately one was added. */
export function nodeAutoscalerOf({ delayAfterAddMs }: NodePhysics): NodeAutoscaler {
  return delayAfterAddMs === 0 ? 'karpenter' : 'cluster-autoscaler';
}

/**
 * Of a GPU service on Kubernetes 1.35, where replicas are added for any excess over the target, with the cluster-autoscaler; a metric is 30 s old and a mean over a minute, as a usual Prometheus adapter
 * serves it.
 */
export const defaultPhysics: Omit<Physics, 'capacityPerReplica'> = {
  gpusPerReplica: 1,
  replicasPerNode: 1,
  bootMs: 4 * MINUTE_MS,
  modelLoadMs: 2 * MINUTE_MS,
  metricLagMs: 30 * SECOND_MS,
  metricWindowMs: MINUTE_MS,
  ...nodePhysics('cluster-autoscaler'),
  mostNodes: Infinity,
  interruptionsPerNodeHour: 0,
  shortage: { share: 0, lastsMs: 30 * MINUTE_MS },
  drainMs: 0,
  longestWaitMs: 0,
  tolerance: 'per-direction',
  terms: { upTolerance: 0, highestTarget, shortestWindowMs: 0 },
};

/** The tolerance upwards of an autoscaler that foresize emits for a version of Kubernetes: none, where the version takes one. */
export function upToleranceOf(version: string): number {
  return hasExactTolerance(version) ? 0 : defaultTolerance.up;
}

/** The lead time: from the decision for a replica on a new node until it serves. */
export function leadOf({ bootMs, modelLoadMs, scaleUpLoopMs }: Pick<Physics, 'bootMs' | 'modelLoadMs' | 'scaleUpLoopMs'>): number {
  return bootMs + modelLoadMs + scaleUpLoopMs;
}

/** Replicas that the limit on nodes leaves room for: up to there a plan or an HPA may go. */
export function ceilingOf({ mostNodes, replicasPerNode }: Pick<Physics, 'mostNodes' | 'replicasPerNode'>): number {
  return Math.max(1, Math.min(Number.MAX_SAFE_INTEGER, mostNodes * replicasPerNode));
}

/** Whole ticks that take at least this long. */
export function ticksOf(ms: number): number {
  return Math.ceil(ms / tickMs - 1e-9);
}

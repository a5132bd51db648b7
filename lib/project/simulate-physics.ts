import { hpaToleranceOf } from '../config';
import { spotInterruptionsPerHour } from '../demand';
import { type NodeAutoscaler, type NodePhysics, nodePhysics, type Physics, upToleranceOf } from '../simulate';
import { type Duration, durationOf } from './options';

/** What nodes and their times are; stated here, it goes before what the config says. */
export type NodeOptions = {
  /** Of all that is left to chance. @default 1 */
  readonly seed?: number;
  /** Boot of a node. @default the config's, or 4 minutes */
  readonly boot?: Duration;
  /** From the start of a pod until it serves or works. @default the config's cold start, or 2 minutes */
  readonly modelLoad?: Duration;
  /** @default of the config's cheapest node; without a config no dollars are shown */
  readonly usdPerGpuHour?: number;
  /** What adds and takes nodes. @default `cluster-autoscaler` */
  readonly nodeAutoscaler?: NodeAutoscaler;
  /** With `karpenter`: how long a node stays empty. @default 0 */
  readonly consolidateAfter?: Duration;
  /** Share of the nodes that is taken away in a month, such as 0.1. @default the provider's of a spot node */
  readonly interruptions?: number;
};

/** What a replica and its nodes are and do; stated here, it goes before what the config says. */
export type ReplicaOptions = NodeOptions & {
  /** Load at which a replica is full. @default the config's throughput, or such that the mean of the training part needs ten replicas */
  readonly capacity?: number;
  /** GPUs of a replica. @default the config's, or 1 */
  readonly gpus?: number;
  /** Replicas that fit a node. @default the config's, or 1 */
  readonly replicasPerNode?: number;
  /** Nodes at most. @default by the config's ceilings, quotas and machines */
  readonly nodeLimit?: number;
  /** Share of the time in which no node can be had, such as 0.05. @default 0 */
  readonly shortage?: number;
  /** How long a pod that goes holds its node. @default 0 */
  readonly drain?: Duration;
  /** How long load that finds no capacity waits before it is lost. @default 0 */
  readonly longestWait?: Duration;
  /** Version of Kubernetes, such as `1.32`: up to that one the HPA tests its tolerance otherwise, and below 1.35 it adds no replica within a tenth. @default the config's cluster, or 1.35 */
  readonly kubernetes?: string;
};

/** What is stated goes before what is known otherwise. */
export function statedPhysics<Known extends Partial<Physics>>(options: ReplicaOptions, known: Known): Known {
  const { shortage, kubernetes } = options;
  const stated: { [Key in keyof Physics]?: Physics[Key] } = {
    capacityPerReplica: options.capacity,
    gpusPerReplica: options.gpus,
    replicasPerNode: options.replicasPerNode,
    bootMs: durationOf(options.boot, 'boot'),
    modelLoadMs: durationOf(options.modelLoad, 'modelLoad'),
    mostNodes: options.nodeLimit,
    interruptionsPerNodeHour: statedInterruptions(options),
    shortage: shortage === undefined ? undefined : { share: shortage, lastsMs: known.shortage?.lastsMs ?? 0 },
    drainMs: durationOf(options.drain, 'drain'),
    longestWaitMs: durationOf(options.longestWait, 'longestWait'),
    tolerance: kubernetes === undefined ? undefined : hpaToleranceOf(kubernetes),
    terms: kubernetes === undefined || known.terms === undefined ? undefined : { ...known.terms, upTolerance: upToleranceOf(kubernetes) },
  };
  const given = Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
  return { ...known, ...given, ...(options.nodeAutoscaler !== undefined && statedNodes(options)) };
}

/** How the node autoscaler behaves. */
export function statedNodes({ nodeAutoscaler = 'cluster-autoscaler', consolidateAfter }: NodeOptions): NodePhysics {
  return nodePhysics(nodeAutoscaler, durationOf(consolidateAfter, 'consolidateAfter'));
}

/** Of a node, an hour. */
export function statedInterruptions({ interruptions }: NodeOptions): number | undefined {
  return interruptions === undefined ? undefined : spotInterruptionsPerHour(interruptions);
}

import { interruptionsOfGpu, type Offering } from '../../catalog';
import { type CapacityConfig, hpaToleranceOf, type LiveMetric } from '../../config';
import { orderableOfferings, roomFor, type Supply, usableOfferings } from '../../plan/supply';
import { ProblemError } from '../../problems';
import { defaultPhysics, type NodePhysics, nodePhysics, type Physics, upToleranceOf } from './physics';
import { HOUR_MS, parseDuration } from '../../units';

/** A workload on nodes of one kind, as a replay takes it. */
export type WorkloadPhysics = {
  readonly physics: Physics;
  /** The offering that all nodes are of: the one that holds a replica cheapest. */
  readonly offering: Offering;
  readonly usdPerGpuHour: number;
};

/** An inference workload; with an SLO that its target follows from, a replica is full at the load up to which the SLO holds. */
export type ServedPhysics = WorkloadPhysics & {
  /** That load as a share of the replica's throughput; 1 without such an SLO. */
  readonly shareWithinSlo: number;
};

/**
 * An inference workload as a replay takes it. A replica is full at its throughput, or at the load up to which its SLO holds; boot and cold
 * start are the config's; all nodes are of the pool's offering that holds a replica cheapest; the HPA is that of the cluster's version.
 *
 * @throws ProblemError `simulate/no-replicas` for a workload whose replicas do not follow a load or have no GPU
 */
export function workloadPhysics(
  config: CapacityConfig,
  name: string,
  { capacity, resources }: Supply,
  offerings: readonly Offering[],
): ServedPhysics {
  const workload = config.workloads[name];
  const usable = orderableOfferings(usableOfferings(name, workload, offerings), resources);
  const follows = workload.kind === 'inference' && workload.slo !== undefined && config.assumed.includes(`workloads.${name}.target`);
  const shareWithinSlo = follows ? (capacity?.target ?? 1) : 1;
  const cheapest = physicsOn(config, name, capacity && capacity.amount * shareWithinSlo, resources, usable);
  if (cheapest !== null) {
    const throughput = follows ? { throughputPerReplica: cheapest.physics.capacityPerReplica / shareWithinSlo } : {};
    return { ...cheapest, physics: { ...cheapest.physics, ...throughput }, shareWithinSlo };
  }
  throw new ProblemError({
    code: 'simulate/no-replicas',
    path: `workloads.${name}`,
    message: 'is not replayed: only inference on GPUs is, whose replicas follow a load',
    hint: 'foresize simulate --load FILE.csv replays any load, --capacity says what a replica does',
  });
}

/** The physics of a workload without its own SLO: a replica is full at its throughput. For a replay that is judged by another SLO. */
export function withoutOwnSlo({ throughputPerReplica, ...physics }: Physics): Physics {
  return { ...physics, capacityPerReplica: throughputPerReplica ?? physics.capacityPerReplica };
}

/**
 * The physics of a workload whose replicas have a throughput, on the offering that holds a replica cheapest.
 *
 * @returns `null` without a throughput, a GPU or a node that holds one
 */
export function physicsOn(
  config: CapacityConfig,
  name: string,
  throughput: number | null,
  resources: Supply['resources'],
  offerings: readonly Offering[],
): WorkloadPhysics | null {
  const workload = config.workloads[name];
  const { coldStart, pool } = workload;
  const metric = 'metric' in workload ? workload.metric : undefined;
  const [best] = offerings
    .map((offering) => ({ offering, room: roomFor(resources, offering) }))
    .filter(({ room }) => room > 0)
    .sort((a, b) => usdPerReplica(a) - usdPerReplica(b) || (a.offering.id < b.offering.id ? -1 : 1));
  if (throughput === null || resources.gpus === 0 || best === undefined) return null;
  const { offering, room } = best;
  return {
    physics: {
      ...defaultPhysics,
      capacityPerReplica: throughput,
      gpusPerReplica: resources.gpus,
      replicasPerNode: room,
      bootMs: config.pools[pool].bootTime,
      modelLoadMs: coldStart,
      metricWindowMs: metricWindowMs(metric) ?? defaultPhysics.metricWindowMs,
      mostNodes: mostNodesOf(config, name, offering, room),
      ...nodePhysicsOf(config.pools[pool]),
      tolerance: hpaToleranceOf(config.cluster.version),
      interruptionsPerNodeHour: offering.capacityType === 'spot' ? interruptionsOfNode(offering) : 0,
      terms: { ...defaultPhysics.terms, upTolerance: upToleranceOf(config.cluster.version) },
    },
    offering,
    usdPerGpuHour: offering.usdPerHour / (room * resources.gpus),
  };
}

/** How fast the nodes of a pool come and go, by what owns it. */
function nodePhysicsOf({ owner, karpenter }: CapacityConfig['pools'][string]): NodePhysics {
  return owner === 'karpenter' ? nodePhysics('karpenter', karpenter?.consolidateAfter) : nodePhysics('cluster-autoscaler');
}

/**
 * Nodes at most, of one kind, were the workload alone in its pool: by the pool's ceiling, the quota, the machines that are there, and the
 * workload's own ceiling.
 */
export function mostNodesOf(config: CapacityConfig, name: string, offering: Offering, room: number): number {
  const { pool, ceiling } = config.workloads[name];
  const granted = config.pools[pool].ceiling;
  const quota = offering.quotaCode === null ? undefined : config.limits.quotas[offering.quotaCode];
  const unitsPerNode = { GPU: offering.gpus, vCPU: offering.vCpu, nodes: 1 };
  const limits = [
    granted === undefined ? Infinity : granted.amount / unitsPerNode[granted.unit],
    quota === undefined ? Infinity : quota / offering.vCpu,
    offering.own?.count ?? Infinity,
    ceiling === undefined ? Infinity : Math.ceil(ceiling / room),
  ];
  return Math.max(1, Math.floor(Math.min(...limits) + 1e-9));
}

/** How often a node is lost in an hour: to hardware that fails and, where it is spot, as often as the provider states. */
export function interruptionsOfNode({ price, gpus }: Offering): number {
  return interruptionsOfGpu(price?.interruption ?? null, Math.max(1, gpus)) * Math.max(1, gpus);
}

function usdPerReplica({ offering, room }: { readonly offering: Offering; readonly room: number }): number {
  return offering.usdPerHour / room;
}

/** The time over which a metric is a mean: the longest range that its query looks back, an hour at most; `null` where it states none. */
export function metricWindowMs(metric: LiveMetric | undefined): number | null {
  const queries = (metric?.triggers ?? []).flatMap((trigger) => (trigger.kind === 'prometheus' ? [trigger.query] : []));
  const ranges = [...queries.join(' ').matchAll(/\[([^\]:]+)[\]:]/g)].flatMap(([, range]) => parseDuration(range.trim()) ?? []);
  return ranges.length === 0 ? null : Math.min(HOUR_MS, Math.max(...ranges));
}

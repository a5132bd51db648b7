import { type CapacityConfig, type FloorOwner, followsLoad, followsMetric, isAutoscaled, type WorkloadConfig } from '../config';
import { MINUTE_MS } from '../units';

/**
 * The lead time of a workload, ms: the boot time of its pool and its cold start after it. It is rounded up to whole minutes, since cron
 * triggers and scheduled actions know no others.
 */
export function leadMsOf({ pools }: Pick<CapacityConfig, 'pools'>, workload: WorkloadConfig): number {
  return Math.ceil((workload.coldStart + pools[workload.pool].bootTime) / MINUTE_MS) * MINUTE_MS;
}

/** How long a new node of a pool takes until it serves, ms: the longest lead time of the pool's workloads, 0 where no workload uses it. */
export function handOverMsOf({ workloads, pools }: Pick<CapacityConfig, 'workloads' | 'pools'>, pool: string): number {
  const workloadsOfPool = Object.values(workloads).filter((workload) => workload.pool === pool);
  return Math.max(0, ...workloadsOfPool.map((workload) => leadMsOf({ pools }, workload)));
}

/** Whether the config names no metric of a load that an autoscaler is to follow; the autoscaler then goes by CPU. */
export function hasNoMetricToFollow(workload: WorkloadConfig): boolean {
  return followsLoad(workload) && !followsMetric(workload.metric);
}

/** Who moves the floor of a workload: its owner where it is autoscaled, else the manifests, which state its one number of replicas. */
export function floorOwnerOf(workload: WorkloadConfig): FloorOwner {
  return isAutoscaled(workload) ? workload.owner : 'manifests';
}

/** What comes ahead of the load of a workload, where that is nodes and not replicas. */
export function aheadOf(workload: WorkloadConfig): 'nodes' | undefined {
  return isAutoscaled(workload) && workload.live?.ahead === 'nodes' ? 'nodes' : undefined;
}

/** Ceiling of a workload by its peak, where the config states no ceiling. */
export const ceilingFactor = 2;

import { type CapacityConfig, type FloorOwner, followsLoad, isAutoscaled, type WorkloadConfig } from '../config';
import { MINUTE_MS } from '../units';

/** How far a floor leads its load: boot and cold start, in whole minutes, since cron triggers and scheduled actions know no others. */
export function leadMsOf(config: CapacityConfig, workload: WorkloadConfig): number {
  return Math.ceil((workload.coldStart + config.pools[workload.pool].bootTime) / MINUTE_MS) * MINUTE_MS;
}

/** How long the nodes of a pool take to serve: the longest lead of its workloads. */
export function handOverMsOf(config: CapacityConfig, pool: string): number {
  const own = Object.values(config.workloads).filter((workload) => workload.pool === pool);
  return Math.max(0, ...own.map((workload) => leadMsOf(config, workload)));
}

/** Whether no metric lets an autoscaler follow the load. */
export function isBlind(workload: WorkloadConfig): boolean {
  return followsLoad(workload) && workload.metric === undefined;
}

/** Who moves the floor: of what no autoscaler moves, the manifests that state its one number of replicas. */
export function ownerOf(workload: WorkloadConfig): FloorOwner {
  return isAutoscaled(workload) ? workload.owner : 'manifests';
}

/** The ceiling, where the config states none: this many times the highest floor. */
export const ceilingFactor = 2;

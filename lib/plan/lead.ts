import type { CapacityConfig, WorkloadConfig } from '../config/schema';
import { MINUTE_MS } from '../units';

/** How far a floor leads its load: boot and cold start, in whole minutes, since cron triggers and scheduled actions know no others. */
export function leadMsOf(config: CapacityConfig, workload: WorkloadConfig): number {
  return Math.ceil((workload.coldStart + config.pools[workload.pool].bootTime) / MINUTE_MS) * MINUTE_MS;
}

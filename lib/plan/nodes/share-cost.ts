import type { CapacityConfig } from '../../config';
import { valueHours } from '../../demand';
import type { PoolPlan, ReplicaResources } from '../file';
import type { WorkloadDemand } from '../replicas';

/** USD by workload: what its pool costs, shared by the GPU-hours (without GPUs, CPU-hours) that each asks for. */
export function usdByWorkload(
  config: CapacityConfig,
  demands: Readonly<Record<string, Pick<WorkloadDemand, 'schedule'>>>,
  resources: Readonly<Record<string, ReplicaResources>>,
  pools: Readonly<Record<string, PoolPlan>>,
  usdOf: (pool: PoolPlan) => number,
): Record<string, number> {
  const asked = (name: string) => {
    const { gpus, cpuMilli } = resources[name];
    return valueHours(demands[name].schedule) * (pools[config.workloads[name].pool].kind === 'gpuPool' ? gpus : cpuMilli);
  };
  const names = Object.keys(demands);
  return Object.fromEntries(
    names.map((name) => {
      const { pool } = config.workloads[name];
      const total = names.filter((other) => config.workloads[other].pool === pool).reduce((sum, other) => sum + asked(other), 0);
      return [name, total === 0 ? 0 : (usdOf(pools[pool]) * asked(name)) / total];
    }),
  );
}

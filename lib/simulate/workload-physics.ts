import type { Offering } from '../catalog/offering';
import type { CapacityConfig } from '../config/schema';
import { roomFor } from '../plan/lone-cost';
import type { Supply } from '../plan/supply';
import { ProblemError } from '../problems';
import { metricWindowMs } from './metric-window';
import { defaultPhysics, type Physics } from './physics';

export type WorkloadPhysics = {
  readonly physics: Physics;
  /** The kind of node that is replayed: the one that holds a GPU cheapest. */
  readonly offering: Offering;
  readonly usdPerGpuHour: number;
};

/**
 * An inference workload as a replay takes it: a replica is full at its throughput, boot and cold start are the config's, and all nodes
 * are of the pool's offering that is cheapest by the GPU.
 *
 * @throws ProblemError `simulate/no-replicas` for a workload whose replicas do not follow a load or have no GPU
 */
export function workloadPhysics(
  config: CapacityConfig,
  name: string,
  { capacity, resources }: Supply,
  offerings: readonly Offering[],
): WorkloadPhysics {
  const workload = config.workloads[name];
  const { coldStart, pool } = workload;
  const metric = 'metric' in workload ? workload.metric : undefined;
  const nodes = offerings
    .map((offering) => ({ offering, room: roomFor(resources, offering) }))
    .filter(({ room }) => room > 0)
    .sort((one, other) => usdPerReplica(one) - usdPerReplica(other) || (one.offering.id < other.offering.id ? -1 : 1));
  if (capacity === null || resources.gpus === 0 || nodes.length === 0)
    throw new ProblemError({
      code: 'simulate/no-replicas',
      path: `workloads.${name}`,
      message: 'is not replayed: only inference on GPUs is, whose replicas follow a load',
      hint: 'foresize simulate --load FILE.csv replays any load, --capacity says what a replica does',
    });
  const [{ offering, room }] = nodes;
  return {
    physics: {
      ...defaultPhysics,
      capacityPerReplica: capacity.amount,
      gpusPerReplica: resources.gpus,
      replicasPerNode: room,
      bootMs: config.pools[pool].bootTime,
      modelLoadMs: coldStart,
      metricWindowMs: metricWindowMs(metric) ?? defaultPhysics.metricWindowMs,
    },
    offering,
    usdPerGpuHour: offering.usdPerHour / (room * resources.gpus),
  };
}

function usdPerReplica({ offering, room }: { readonly offering: Offering; readonly room: number }): number {
  return offering.usdPerHour / room;
}

import type { CapacityType, Offering } from '../../catalog';
import type { CapacityConfig, TrainingConfig } from '../../config';
import { type JobEstimate, roomFor, type Supply } from '../../plan/supply';
import { ProblemError } from '../../problems';
import { HOUR_MS, SECOND_MS } from '../../units';
import { interruptionsOfNode, mostNodesOf, type NodePhysics, physicsOn, type WorkloadPhysics } from '../physics';
import { randomOf } from '../../random';
import { type JobRequest, type JobsPlan, nodesOf } from './replay-jobs';

/** A training job as it is replayed. */
export type JobWorkload = {
  readonly plans: readonly JobsPlan[];
  /** The job as it may turn out in a run: anywhere in the band of its estimate. */
  readonly requestsOf: (run: number) => readonly JobRequest[];
  /** Whether that band has any width, so that runs differ. */
  readonly hasChance: boolean;
  readonly job: JobEstimate;
};

/** How long a checkpoint takes to write whose size no estimate tells. */
export const defaultCheckpointWriteMs = 60 * SECOND_MS;

/**
 * A training job of the config, alone in its pool: on each capacity type of the pool, on the offering that holds its workers cheapest,
 * with nodes that are there all the time and with nodes that are launched for it. Reserved nodes and own machines are there all the time.
 *
 * @throws ProblemError `simulate/no-replicas` for workers without a GPU
 */
export function jobWorkload(
  config: CapacityConfig,
  name: string,
  workload: TrainingConfig,
  { job, resources }: Supply,
  offerings: readonly Offering[],
  nodes: NodePhysics,
  seed: number,
): JobWorkload {
  if (job === null || job.gpusPerWorker === 0)
    throw new ProblemError({
      code: 'simulate/no-replicas',
      path: `workloads.${name}`,
      message: 'is not replayed: only training on GPUs is',
      hint: 'foresize simulate --jobs FILE.csv replays any list of jobs',
    });
  const { gpusPerWorker } = job;
  const workers = new Array<number>(job.workers).fill(gpusPerWorker);
  const pool = { bootMs: config.pools[workload.pool].bootTime, startMs: workload.coldStart, backfill: false };
  const plans = cheapestByType(offerings, resources).flatMap(({ offering, room }): JobsPlan[] => {
    const gpusPerNode = room * gpusPerWorker;
    const common = { ...pool, gpusPerNode, interruptionsPerNodeHour: interruptionsOfNode(offering) };
    const usdPerGpuHour = offering.usdPerHour / gpusPerNode;
    const needed = nodesOf(workers, gpusPerNode);
    const fixed = { name: `fixed, ${offering.id}`, pool: { ...common, nodes: needed, elastic: null }, usdPerGpuHour };
    if (offering.capacityType === 'reserved' || offering.capacityType === 'own') return [fixed];
    const { scaleUpLoopMs: seenAfterMs, unneededMs, delayAfterAddMs } = nodes;
    const mostNodes = Math.max(needed, mostNodesOf(config, name, offering, room));
    const elastic = { ...common, nodes: mostNodes, elastic: { seenAfterMs, unneededMs, delayAfterAddMs } };
    return [fixed, { name: `elastic, ${offering.id}`, pool: elastic, usdPerGpuHour }];
  });
  const { low, high } = job.runSeconds;
  const checkpoint = job.model?.estimate.checkpoint;
  const busy = 1 - (checkpoint?.lostShare ?? 0);
  return {
    plans,
    requestsOf: (run) => {
      // What checkpoints and interruptions cost is taken out of the estimate: the replay has them itself.
      const seconds = (low + (high - low) * randomOf(seed + run).uniform()) * busy;
      return [
        {
          name,
          arrivesMs: 0,
          workers,
          workMs: Math.round(seconds * SECOND_MS),
          deadlineMs: job.deadlineMs,
          priority: 0,
          checkpointWriteMs: checkpoint === undefined ? defaultCheckpointWriteMs : Math.round(checkpoint.writeSeconds * SECOND_MS),
        },
      ];
    },
    hasChance: high > low,
    job,
  };
}

type Node = { readonly offering: Offering; readonly room: number };

/** Of each capacity type the offering that holds a worker cheapest. */
function cheapestByType(offerings: readonly Offering[], resources: Supply['resources']): readonly Node[] {
  const best = new Map<CapacityType, Node>();
  for (const offering of offerings) {
    const node = { offering, room: roomFor(resources, offering) };
    const cheapest = best.get(offering.capacityType);
    if (node.room > 0 && (cheapest === undefined || usdPerWorker(node) < usdPerWorker(cheapest))) best.set(offering.capacityType, node);
  }
  return [...best.values()].sort((a, b) => (a.offering.id < b.offering.id ? -1 : 1));
}

function usdPerWorker({ offering, room }: Node): number {
  return offering.usdPerHour / room;
}

/** The trainers of a queue as they are replayed. */
export type QueueWorkload = {
  /** On each capacity type of the pool, cheapest by the worker. */
  readonly nodes: readonly WorkloadPhysics[];
  readonly deadlineMs: number;
  readonly backlog: number;
  readonly assumed: readonly string[];
};

/** Until when an item is due where no deadline is stated. */
const defaultDeadlineMs = HOUR_MS;

/**
 * Trainers of a queue of the config, alone in their pool.
 *
 * @throws ProblemError `simulate/no-replicas` for trainers without a GPU or a throughput
 */
export function queueWorkload(
  config: CapacityConfig,
  name: string,
  { deadline, backlog = 0, replica }: TrainingConfig,
  { resources }: Supply,
  offerings: readonly Offering[],
): QueueWorkload {
  const types = [...new Set(offerings.map(({ capacityType }) => capacityType))].sort();
  const nodes = types.flatMap((type) => {
    const own = offerings.filter(({ capacityType }) => capacityType === type);
    return physicsOn(config, name, replica.throughput?.amount ?? null, resources, own) ?? [];
  });
  if (nodes.length === 0)
    throw new ProblemError({
      code: 'simulate/no-replicas',
      path: `workloads.${name}`,
      message: 'is not replayed: only trainers on GPUs are, whose throughput is known',
      hint: "measure it: replica: { throughput: '2500 samples/s' }",
    });
  const stated = deadline !== undefined && 'after' in deadline ? deadline.after : null;
  return {
    nodes,
    deadlineMs: stated ?? defaultDeadlineMs,
    backlog,
    assumed: stated === null ? ['no deadline is stated: each item is taken to be due within an hour'] : [],
  };
}

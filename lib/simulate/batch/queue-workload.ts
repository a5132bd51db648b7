import type { Offering } from '../../catalog';
import type { CapacityConfig, TrainingConfig } from '../../config/schema';
import type { Supply } from '../../plan/supply';
import { ProblemError } from '../../problems';
import { HOUR_MS } from '../../units';
import { physicsOn, type WorkloadPhysics } from '../workload-physics';

export type QueueWorkload = {
  /** On each capacity type of the pool, cheapest by the worker. */
  readonly nodes: readonly WorkloadPhysics[];
  readonly deadlineMs: number;
  readonly backlog: number;
  readonly assumed: readonly string[];
};

/** Where none is stated. */
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

import { type Offering, offeringsOf } from '../../catalog';
import { type CapacityConfig, isJob, type TrainingConfig } from '../../config';
import { checkJobCeiling, checkQueueDeadline } from './deadline-checks';
import { type JobEstimate, jobEstimate } from './job-estimate';
import { leadMsOf } from '../workload-facts';
import { replicaCapacity, type ReplicaCapacity } from './replica-capacity';
import { usableOfferings } from './pool-offerings';
import { replicaResources, type ResolvedResources } from './resources';

/** The resources that one replica of a workload requests, and its throughput. Neither needs history or a forecast. */
export type Supply = {
  /** The throughput of a replica of an inference workload; `null` for other workloads. */
  readonly capacity: ReplicaCapacity | null;
  /** The workers and the run time of a training job; `null` for other workloads. */
  readonly job: JobEstimate | null;
  readonly resources: ResolvedResources;
};

/**
 * Works out the resources and the throughput of one replica of a workload, and checks that it can meet its deadline.
 *
 * @param offerings the offerings of each pool
 * @param startMs the start of the plan, epoch ms; `null` while it is not known
 * @param since start of the first plan that had a deferrable job, epoch ms: its workers are those that it needed then. @default this plan's
 * @throws ProblemError as `replicaCapacity`, `jobEstimate`, `replicaResources` and `offeringsOf`
 */
export function workloadSupply(
  config: Pick<CapacityConfig, 'workloads' | 'pools' | 'region' | 'prices' | 'assumed'>,
  name: string,
  offerings: Readonly<Record<string, readonly Offering[]>>,
  startMs: number | null,
  since?: number,
): Supply {
  const workload = config.workloads[name];
  const usable = usableOfferings(name, workload, offerings[workload.pool]);
  const capacity = workload.kind === 'inference' ? replicaCapacity(config, name, workload, usable) : null;
  const job = isJob(workload)
    ? sinceThen(jobEstimate(config, name, workload, uninterrupted(workload, usable), since ?? startMs), startMs, since)
    : null;
  if (workload.kind === 'training' && job === null) checkQueueDeadline(name, workload, leadMsOf(config, workload));
  if (job !== null && job.deadlineMs !== null) checkJobCeiling(name, workload.ceiling, job.workers);
  const machine =
    workload.kind === 'service' && workload.machine !== undefined
      ? offeringsOf({
          instances: [workload.machine],
          capacity: ['on-demand'],
          region: config.region,
          prices: config.prices,
          daemonSets: config.pools[workload.pool].daemonSets,
          path: `workloads.${name}.machine`,
        })[0]
      : undefined;
  return { capacity, job, resources: replicaResources(name, workload, usable, machine, job?.gpusPerWorker ?? capacity?.gpus ?? undefined) };
}

/** Of a job that tells spot from other nodes the interruptions of spot are counted in its windows there. */
function uninterrupted({ capacity }: TrainingConfig, offerings: readonly Offering[]): readonly Offering[] {
  if (capacity === undefined) return offerings;
  return offerings.map(({ price, ...offering }) => ({ ...offering, ...(price && { price: { ...price, interruption: null } }) }));
}

/** Times of a job that an earlier plan had already, from the start of this one. */
function sinceThen(job: JobEstimate, startMs: number | null, since: number | undefined): JobEstimate {
  if (since === undefined) return job;
  return { ...job, since, earliestMs: startMs === null ? null : (job.earliestMs ?? 0) + since - startMs };
}

/** Whether a supply must be worked out again when the start of the plan is known: it must for a job with a moment for its deadline or its earliest start. */
export function awaitsStart({ job }: Supply): boolean {
  return job !== null && (job.deadlineMs === null || job.earliestMs === null);
}

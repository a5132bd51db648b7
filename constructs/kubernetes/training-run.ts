import type { PodConfig, RunConfig } from '../../lib/config';
import { ProblemError } from '../../lib/problems';
import type { PlannedWorkload } from './planned-workload';
import type { EnvironmentVariable, Quantities } from './pod-types';

/** The settings of torchrun as environment variables; none for work that is no training. */
export function torchrunVariables({ plan }: PlannedWorkload, workers: number, master: string): EnvironmentVariable[] {
  if (plan.job?.basis === 'stated') return [];
  return [
    { name: 'PET_NNODES', value: String(workers) },
    { name: 'PET_NPROC_PER_NODE', value: String(Math.max(1, plan.resources.gpus)) },
    { name: 'PET_NODE_RANK', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } } },
    { name: 'PET_MASTER_ADDR', value: master },
    { name: 'PET_MASTER_PORT', value: '29500' },
  ];
}

/** How often a checkpoint is to be written, as the plan computed it, and where checkpoints and data are. */
export function checkpointVariables({ plan }: PlannedWorkload, run: Partial<RunConfig>, pod: PodConfig = {}): EnvironmentVariable[] {
  const pathOf = (volume: string | undefined) => (volume === undefined ? undefined : pod.volumes?.[volume]?.mountPath);
  const interval = plan.job?.checkpoint?.intervalSeconds;
  const all = {
    CHECKPOINT_SECONDS: interval === undefined ? undefined : String(Math.max(1, Math.round(interval))),
    CHECKPOINT_DIR: pathOf(run.checkpoints),
    DATA_DIR: pathOf(run.data),
  };
  return Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/** How long a worker has to end, s: long enough to write one more checkpoint, 90 s at least. A spot node gives 120 s whatever stands here. */
export function endSeconds({ plan }: PlannedWorkload): number {
  return Math.max(90, Math.ceil(plan.job?.checkpoint?.writeSeconds ?? 0) + 30);
}

/**
 * How many interruptions of the whole run must not end it: four times those that the plan expects, and six at least. Where the plan does
 * not know how often the run is interrupted, it is taken for once a day.
 */
export function expectedInterruptions({ plan: { job } }: PlannedWorkload): number {
  const expected = job === undefined ? 0 : job.runSeconds.high / (job.checkpoint?.mtbfSeconds ?? 86_400);
  return Math.min(mostFailures, Math.max(6, Math.ceil(4 * expected)));
}

/** How many pods may fail before a Job gives up. When one worker goes all others fail with it, and each counts. */
export function backoffLimit(workload: PlannedWorkload, workers: number): number {
  return Math.min(mostFailures, expectedInterruptions(workload) * workers);
}

/** The largest number that the API takes. */
const mostFailures = 2 ** 31 - 1;

/**
 * The EFA devices of a worker: its share, by GPUs, of those that its nodes have.
 *
 * @throws ProblemError `kubernetes/efa` where a node group of the pool has none
 * @see https://docs.aws.amazon.com/eks/latest/userguide/node-efa.html: the resource of the device plugin
 */
export function efaDevices({ name, plan, pool }: PlannedWorkload): Quantities {
  const without = pool.groups.find(({ node }) => node.efaInterfaces === 0);
  if (without !== undefined) {
    throw new ProblemError({
      code: 'kubernetes/efa',
      path: `workloads.${name}.run.efa`,
      message: `is set, and nodes of '${without.name}' have no EFA`,
      hint: 'leave it out, or choose other instance types',
    });
  }
  const shares = pool.groups.map(({ node }) => Math.floor((node.efaInterfaces * plan.resources.gpus) / Math.max(1, node.gpus)));
  return { 'vpc.amazonaws.com/efa': String(Math.max(1, Math.min(...shares))) };
}

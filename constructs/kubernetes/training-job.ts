import { Construct } from 'constructs';
import { ProblemError } from '../../lib/problems';
import { AllowEachOther } from './allow-each-other';
import { selectorLabels, workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { podTemplate } from './pod';
import type { EnvironmentVariable } from './pod-types';
import { fitProblems } from './pods-fit';
import { serviceAccount } from './service-account';
import { VerticalAutoscaler } from './vertical-autoscaler';

export interface TrainingJobProps {
  /** The workload, from `plannedWorkload(plan, name)`. */
  readonly workload: PlannedWorkload;
  /** The container image. It must run as a user other than root, and name that user by a number. */
  readonly image: string;
  /**
   * The command of the container, for example `['torchrun', 'train.py']`.
   * @default the command of the image
   */
  readonly command?: readonly string[];
  /**
   * Whether the namespace is closed by `DefaultDeny`, so that workers have to be allowed to talk to each other.
   * @default false
   */
  readonly closedNamespace?: boolean;
}

/**
 * All Kubernetes objects of a training run: an Indexed Job, a headless Service, a ServiceAccount, a VerticalPodAutoscaler and, in
 * a closed namespace, a NetworkPolicy between the workers.
 *
 * The Job starts all workers of the plan at once. Each worker has a DNS name, and environment variables from which `torchrun` takes its
 * settings (`PET_NNODES` and others), so that `torchrun train.py` needs no arguments. A worker that a drain or the loss of a spot node
 * ends is started again, and that does not count as a failure. cluster-autoscaler does not remove a node with a worker.
 *
 * Kubernetes does not allow to change the pod template of a Job: a new image needs a new Job (`kubectl replace --force`).
 *
 * @throws ProblemError `kubernetes/no-fit` when no node of the pool can hold a worker
 * @see https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/
 * @see torch.distributed.argparse_util: `PET_` and the name of the option
 * @example new TrainingJob(chart, 'Resnet', { workload: plannedWorkload(plan, 'resnet'), image, command: ['torchrun', 'train.py'] })
 */
export class TrainingJob extends Construct {
  constructor(scope: Construct, id: string, { workload, image, command, closedNamespace }: TrainingJobProps) {
    super(scope, id);
    const problems = fitProblems(workload);
    if (problems.length > 0) throw new ProblemError(problems);
    const metadata = { name: workload.name, labels: workloadLabels(workload) };
    const workers = workload.plan.peak;
    serviceAccount(this, workload);
    kubernetesObject(this, 'Service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        clusterIP: 'None',
        // Workers look each other up before they are ready.
        publishNotReadyAddresses: true,
        selector: selectorLabels(workload),
        ports: [{ name: 'rendezvous', port: rendezvousPort, targetPort: rendezvousPort }],
      },
    });
    kubernetesObject(this, 'Job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: {
        completionMode: 'Indexed',
        parallelism: workers,
        completions: workers,
        backoffLimit: backoffLimit(workload),
        podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] },
        template: podTemplate({
          workload,
          image,
          command,
          zones: 'together',
          annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' },
          container: { env: torchrunSettings(workload) },
          pod: { restartPolicy: 'Never', subdomain: workload.name },
        }),
      },
    });
    new VerticalAutoscaler(this, 'Autoscaler', { workload, kind: 'Job' });
    if (closedNamespace) new AllowEachOther(this, 'AllowEachOther', { workload });
  }
}

const rendezvousPort = 29500;

/**
 * How many pods may fail before the Job gives up: those of four times the interruptions that the plan expects of the whole run, and of six
 * at least. When one worker goes all others fail with it, and each counts. Where the plan does not know how often the run is interrupted,
 * it is taken for once a day.
 */
function backoffLimit({ plan: { job, peak } }: PlannedWorkload): number {
  const expected = job === undefined ? 0 : job.runSeconds.high / (job.checkpoint?.mtbfSeconds ?? 86_400);
  return Math.min(mostFailures, Math.max(6, Math.ceil(4 * expected)) * peak);
}

/** The largest number that the API takes. */
const mostFailures = 2 ** 31 - 1;

/** The settings of torchrun as environment variables. The first pod of an Indexed Job has the DNS name `NAME-0.NAME`. */
function torchrunSettings({ name, plan }: PlannedWorkload): EnvironmentVariable[] {
  return [
    { name: 'PET_NNODES', value: String(plan.peak) },
    { name: 'PET_NPROC_PER_NODE', value: String(Math.max(1, plan.resources.gpus)) },
    { name: 'PET_NODE_RANK', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } } },
    { name: 'PET_MASTER_ADDR', value: `${name}-0.${name}` },
    { name: 'PET_MASTER_PORT', value: String(rendezvousPort) },
  ];
}

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
  /** The workload, as the plan sized it. */
  readonly workload: PlannedWorkload;
  /** Container image; it runs as a user other than root, given as a number. */
  readonly image: string;
  /**
   * Command of the container, for example `['torchrun', 'train.py']`.
   * @default the image's own
   */
  readonly command?: readonly string[];
}

/**
 * A training run: an Indexed Job with all workers of the plan at once, each with a name that the others find it by, and the
 * variables from which `torchrun` takes its settings (`PET_NNODES` and so on), so that `torchrun train.py` needs no arguments.
 *
 * A worker that a drain or a lost spot node takes away is started again and does not count as a failure. cluster-autoscaler does
 * not remove a node under it. The template of a Job cannot be changed: a new image means a new Job
 * (`kubectl replace --force`).
 *
 * @throws ProblemError `kubernetes/no-fit`
 * @see https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/
 * @see torch.distributed.argparse_util: `PET_` and the name of the option
 * @example new TrainingJob(chart, 'Resnet', { workload: plannedWorkload(plan, 'resnet'), image, command: ['torchrun', 'train.py'] })
 */
export class TrainingJob extends Construct {
  constructor(scope: Construct, id: string, { workload, image, command }: TrainingJobProps) {
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
        // Workers look for each other before any is ready.
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
        // When one worker fails its peers fail with it.
        backoffLimit: 6 * workers,
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
    new AllowEachOther(this, 'AllowEachOther', { workload });
  }
}

const rendezvousPort = 29500;

/** An Indexed Job calls its first pod `NAME-0`, and the Service makes `NAME-0.NAME` of it. */
function torchrunSettings({ name, plan }: PlannedWorkload): EnvironmentVariable[] {
  return [
    { name: 'PET_NNODES', value: String(plan.peak) },
    { name: 'PET_NPROC_PER_NODE', value: String(Math.max(1, plan.resources.gpus)) },
    { name: 'PET_NODE_RANK', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } } },
    { name: 'PET_MASTER_ADDR', value: `${name}-0.${name}` },
    { name: 'PET_MASTER_PORT', value: String(rendezvousPort) },
  ];
}

import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { PatchConfig, PodConfig, ReachInput, RunConfig, RunWindow } from '../../lib/config';
import { digestOf } from '../../lib/digest';
import { windowDigits, windowName } from '../../lib/plan/file';
import { MINUTE_MS, SECOND_MS, timeOf } from '../../lib/units';
import { ProblemError } from '../../lib/problems';
import { AllowEachOther } from './allow-each-other';
import { AllowReaching } from './allow-reaching';
import { selectorLabels, workloadLabels } from './labels';
import { mustBeClosed } from './network-peers';
import { type JobSpec, kubernetesObject, type Metadata } from './objects';
import { applyPatch } from './patch';
import type { PlannedWorkload } from './planned-workload';
import { onCapacity, podTemplate, type WindowCapacity } from './pod';
import { seconds } from './pod-containers';
import type { EnvironmentVariable, PodTemplate } from './pod-types';
import { bucketVolumes } from './pod-volumes';
import { fitProblems } from './pods-fit';
import { pytorchTrainer } from './presets';
import { noteWorkload } from './rules';
import { serviceAccount } from './service-account';
import { backoffLimit, checkpointVariables, efaDevices, endSeconds, expectedInterruptions, torchrunVariables } from './training-run';

export interface TrainingJobProps {
  /** The workload, from `plannedWorkload(plan, name)`. */
  readonly workload: PlannedWorkload;
  /** The container image. Without a preset and without `pod.user` it must run as a user other than root, and name that user by a number. */
  readonly image: string;
  /**
   * The command of the container, for example `['torchrun', 'train.py']`.
   * @default that of the preset, or of the image
   */
  readonly command?: readonly string[];
  /**
   * Whether the namespace is closed, by `DefaultDeny` or by somebody else, so that workers have to be allowed to talk to each other.
   * @default false
   */
  readonly closedNamespace?: boolean;
  /**
   * What its pods reach from a closed namespace, beside the DNS of the cluster: see `AllowReaching`.
   * @default nothing
   */
  readonly reaches?: readonly ReachInput[];
  /**
   * What is known of the image: `pytorch`.
   * @default nothing
   */
  readonly preset?: 'pytorch';
  /**
   * How it runs: as a Job or a JobSet, its queue, its limits of time, where checkpoints and data are.
   * @default a Job that starts at once
   */
  readonly run?: Partial<RunConfig>;
  /**
   * Arguments, environment, volumes, further containers and everything else that is no size: `pod({ ... })`.
   * @default what the preset needs
   */
  readonly pod?: PodConfig;
  /**
   * The last word on emitted objects: a merge patch by kind, or by kind and name.
   * @default nothing is changed
   */
  readonly patch?: PatchConfig;
}

/**
 * All Kubernetes objects of a training run: an Indexed Job with a headless Service, or a JobSet, which makes its own; a ServiceAccount; in
 * a closed namespace a NetworkPolicy between the workers; and, with `run.holdDrains`, a disruption budget. Where the plan chose its hours, or
 * with `run.windows`, a CronJob for each window stands in place of the Job; where the plan has no window left, only what
 * stays: the ServiceAccount and the volumes.
 *
 * All workers of the plan start at once. Each worker has a DNS name, and environment variables from which `torchrun` takes its settings
 * (`PET_NNODES` and others), so that `torchrun train.py` needs no arguments. Where the plan has computed checkpoints, the variables
 * `CHECKPOINT_SECONDS`, `CHECKPOINT_DIR` and `DATA_DIR` say how often and where.
 *
 * A worker that a drain or the loss of a spot node ends is started again, and that does not count as a failure; its peers fail with it,
 * and they count. A Job outlives four times the interruptions that the plan expects. Neither cluster-autoscaler nor Karpenter removes a
 * node with a worker of its own accord.
 *
 * Kubernetes does not allow to change the pod template of a Job, so the name of the Job ends in a digest of what cannot be changed: a plan
 * or an image that changes it makes a new Job beside the old one, which is to be deleted (`kubectl apply --prune`, or a tool that prunes).
 *
 * @throws ProblemError `kubernetes/no-fit` when no node of the pool can hold a worker, `kubernetes/efa` when it lacks what `run.efa` asks
 * for, `kubernetes/patch`
 * @see https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/
 * @see https://jobset.sigs.k8s.io/docs/concepts/ (v1alpha2); https://kueue.sigs.k8s.io/docs/tasks/run/jobs/ (the label of a queue)
 * @see torch.distributed.argparse_util: `PET_` and the name of the option
 * @example new TrainingJob(chart, 'Resnet', { workload: plannedWorkload(plan, 'resnet'), image, command: ['torchrun', 'train.py'] })
 */
export class TrainingJob extends Construct {
  readonly serviceAccount: ApiObject;
  /** The Job or the JobSet; with windows the CronJob of the first of them; left out where the plan has no more windows. */
  readonly job?: ApiObject;
  /** With windows, of the plan or of `run`, the CronJob of each. */
  readonly windows?: readonly ApiObject[];
  /** Of a Job: the headless Service; a JobSet makes its own. */
  readonly service?: ApiObject;
  /** Of a closed namespace. */
  readonly allowEachOther?: AllowEachOther;
  /** Of a closed namespace, where its workers reach something beyond it. */
  readonly allowReaching?: AllowReaching;

  constructor(scope: Construct, id: string, props: TrainingJobProps) {
    super(scope, id);
    const { workload, run = {}, pod = {} } = props;
    const problems = fitProblems(workload, pod);
    if (problems.length > 0) throw new ProblemError(problems);
    bucketVolumes(this, workload, pod);
    this.serviceAccount = serviceAccount(this, workload);
    const isSet = run.as === 'JobSet';
    const windows = plannedWindows(workload) ?? run.windows;
    const runs = windows === undefined || windows.length > 0;
    if (runs && !isSet) this.service = headlessService(this, workload);
    if (windows) this.windows = windows.map((window) => noteWorkload(windowOf(this, props, window), workload));
    this.job = this.windows ? this.windows[0] : noteWorkload(isSet ? jobSet(this, props) : job(this, props), workload);
    if (runs && run.holdDrains) holdDrains(this, workload);
    if (!props.closedNamespace) mustBeClosed(workload, props);
    else if (runs) this.allowEachOther = new AllowEachOther(this, 'AllowEachOther', { workload });
    if (runs && props.reaches?.length) this.allowReaching = new AllowReaching(this, 'AllowReaching', { workload, reaches: props.reaches });
    applyPatch(this, workload.name, runs ? props.patch : ofKind('ServiceAccount', props.patch));
  }
}

/** What is left of a patch where the plan has no window left, and so no run. */
function ofKind(kind: string, patch: PatchConfig = {}): PatchConfig {
  return Object.fromEntries(Object.entries(patch).filter(([target]) => target.split('/')[0] === kind));
}

function job(scope: Construct, props: TrainingJobProps): ApiObject {
  const { workload, run = {} } = props;
  const spec = (master: string) => jobSpec(props, workload.plan.peak, master, workload.name);
  const { completions, podFailurePolicy, template } = spec('');
  const name = namedBy(workload, { completions, podFailurePolicy, template, patch: props.patch?.Job });
  return kubernetesObject(scope, 'Job', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(workload, name, run),
    spec: { ...spec(`${name}-0.${workload.name}`), ...startOf(run), ttlSecondsAfterFinished: run.keepFor && seconds(run.keepFor) },
  });
}

/** The hours that the plan chose for a job that may wait. */
function plannedWindows({ plan: { windows } }: PlannedWorkload): readonly WorkingWindow[] | undefined {
  return windows?.map(({ from, to, workers, capacity }) => ({ from: timeOf(from), to: timeOf(to), workers, capacity }));
}

/** The workers of a window of the plan: one of an earlier plan has those that it had there, whatever the job has now. */
type WorkingWindow = RunWindow & { readonly workers?: number; readonly capacity?: WindowCapacity };

/**
 * A CronJob that is the run itself, from the begin of a window to its end: what it has not done by then goes on in the next one, from its
 * last checkpoint. A schedule of Kubernetes has no year. It would begin again a year later, unless the object is pruned before: `docs/pods.md`.
 *
 * A window that begins late is left out, rather than run beyond its end: up to a tenth of it may be lost so.
 *
 * @see k8s.io/kubernetes/pkg/controller/cronjob, getJobName: a Job is called by the minute that it was due at
 */
function windowOf(scope: Construct, props: TrainingJobProps, window: WorkingWindow): ApiObject {
  const { workload, run = {} } = props;
  const { from, to, workers = workload.plan.peak, capacity } = window;
  const begin = new Date(from);
  const { labels, name } = metadataOf(workload, windowName(workload.name, from), run);
  const length = (to - from) / SECOND_MS;
  const bound = { ...props, pod: onCapacity(workload, capacity, props.pod) };
  const spec = jobSpec(bound, workers, `${name}-${from / MINUTE_MS}-0.${workload.name}`, workload.name);
  return kubernetesObject(scope, `Window${windowDigits(from)}`, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, labels: workloadLabels(workload) },
    spec: {
      schedule: [begin.getUTCMinutes(), begin.getUTCHours(), begin.getUTCDate(), begin.getUTCMonth() + 1, '*'].join(' '),
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: Math.max(60, Math.floor(length / 10)),
      ...(run.suspend && { suspend: true }),
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: { labels: labels ?? {} },
        spec: {
          ...spec,
          ...(run.queue !== undefined && { suspend: true }),
          activeDeadlineSeconds: Math.min(length, spec.activeDeadlineSeconds ?? Infinity),
          ttlSecondsAfterFinished: run.keepFor && seconds(run.keepFor),
        },
      },
    },
  });
}

/** One Job that fails with its first pod; the JobSet then starts all workers anew, as often as a Job alone would. */
function jobSet(scope: Construct, props: TrainingJobProps): ApiObject {
  const { workload, run = {} } = props;
  const spec = (master: string) => {
    const { podFailurePolicy, ...once } = jobSpec(props, workload.plan.peak, master);
    void podFailurePolicy;
    return { ...once, backoffLimit: 0 };
  };
  const name = namedBy(workload, { ...spec(''), patch: props.patch?.JobSet });
  return kubernetesObject(scope, 'JobSet', {
    apiVersion: 'jobset.x-k8s.io/v1alpha2',
    kind: 'JobSet',
    metadata: metadataOf(workload, name, run),
    spec: {
      ...startOf(run),
      ttlSecondsAfterFinished: run.keepFor && seconds(run.keepFor),
      network: { publishNotReadyAddresses: true },
      failurePolicy: { maxRestarts: expectedInterruptions(workload) },
      replicatedJobs: [{ name: replicatedJob, replicas: 1, template: { spec: spec(`${name}-${replicatedJob}-0-0.${name}`) } }],
    },
  });
}

/** Short, because it is part of the names of pods, which are labels of DNS: at most 63 characters. */
const replicatedJob = 'w';

function jobSpec(props: TrainingJobProps, workers: number, master: string, subdomain?: string): JobSpec {
  const { workload, run = {} } = props;
  return {
    completionMode: 'Indexed',
    parallelism: workers,
    completions: workers,
    backoffLimit: backoffLimit(workload, workers),
    activeDeadlineSeconds: run.atMost && seconds(run.atMost),
    podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] },
    template: template(
      props,
      [...torchrunVariables(workload, workers, master), ...checkpointVariables(workload, run, props.pod)],
      subdomain,
    ),
  };
}

function template(
  { workload, image, command, preset, run = {}, pod = {} }: TrainingJobProps,
  env: EnvironmentVariable[],
  subdomain?: string,
): PodTemplate {
  return podTemplate({
    workload,
    image,
    command,
    pod,
    defaults: { ...(preset === 'pytorch' ? pytorchTrainer(workload, pod) : {}), graceSeconds: endSeconds(workload) },
    env,
    devices: run.efa ? efaDevices(workload) : undefined,
    annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', 'karpenter.sh/do-not-disrupt': 'true' },
    zones: 'together',
    podSpec: { restartPolicy: 'Never', subdomain },
  });
}

/** The workload's name and a digest of what cannot be changed once the object is there. */
function namedBy({ name }: PlannedWorkload, fixed: object): string {
  return `${name}-${digestOf(fixed).slice('sha256:'.length, 'sha256:'.length + 8)}`;
}

function metadataOf(workload: PlannedWorkload, name: string, { queue }: Partial<RunConfig>): Metadata {
  return { name, labels: { ...workloadLabels(workload), ...(queue === undefined ? {} : { 'kueue.x-k8s.io/queue-name': queue }) } };
}

/** Kueue resumes what it lets start: it must be suspended until then. */
function startOf({ queue, suspend }: Partial<RunConfig>): { suspend?: true } {
  return suspend || queue !== undefined ? { suspend: true } : {};
}

function headlessService(scope: Construct, workload: PlannedWorkload): ApiObject {
  return kubernetesObject(scope, 'Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: workload.name, labels: workloadLabels(workload) },
    spec: {
      clusterIP: 'None',
      // Workers look each other up before they are ready.
      publishNotReadyAddresses: true,
      selector: selectorLabels(workload),
      ports: [{ name: 'rendezvous', port: 29_500, targetPort: 29_500 }],
    },
  });
}

/** Kubernetes does not know how many pods a Job should have, so only a number of those that must stay can be said (kubernetes/kubernetes#129625). */
function holdDrains(scope: Construct, workload: PlannedWorkload): void {
  kubernetesObject(scope, 'DisruptionBudget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: workload.name, labels: workloadLabels(workload) },
    spec: {
      minAvailable: workload.plan.peak,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selectorLabels(workload) },
    },
  });
}

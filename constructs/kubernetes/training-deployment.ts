import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { PatchConfig, PodConfig, ReachInput } from '../../lib/config';
import { ProblemError } from '../../lib/problems';
import { AllowReaching } from './allow-reaching';
import { DisruptionBudget } from './disruption-budget';
import { selectorLabels, workloadLabels } from './labels';
import { mustBeClosed } from './network-peers';
import { kubernetesObject } from './objects';
import { applyPatch } from './patch';
import type { PlannedWorkload } from './planned-workload';
import { podTemplate } from './pod';
import { bucketVolumes } from './pod-volumes';
import { fitProblems } from './pods-fit';
import { pytorchTrainer } from './presets';
import { noteWorkload } from './rules';
import { serviceAccount } from './service-account';

export interface TrainingDeploymentProps {
  /** The workload, from `plannedWorkload(plan, name)`. */
  readonly workload: PlannedWorkload;
  /** The container image. Without a preset and without `pod.user` it must run as a user other than root, and name that user by a number. */
  readonly image: string;
  /**
   * The command of the container.
   * @default that of the preset, or of the image
   */
  readonly command?: readonly string[];
  /**
   * What is known of the image: `pytorch`.
   * @default nothing
   */
  readonly preset?: 'pytorch';
  /**
   * Arguments, environment, volumes, further containers and everything else that is no size: `pod({ ... })`.
   * @default what the preset needs
   */
  readonly pod?: PodConfig;
  /**
   * Whether the namespace is closed, by `DefaultDeny` or by somebody else, so that what its pods reach has to be allowed.
   * @default false
   */
  readonly closedNamespace?: boolean;
  /**
   * What its pods reach from a closed namespace, beside the DNS of the cluster: see `AllowReaching`.
   * @default nothing
   */
  readonly reaches?: readonly ReachInput[];
  /**
   * The last word on emitted objects: a merge patch by kind, or by kind and name.
   * @default nothing is changed
   */
  readonly patch?: PatchConfig;
}

/**
 * All Kubernetes objects of trainers that a queue feeds: a Deployment, a ServiceAccount and a disruption budget. The number of replicas is
 * always the peak of the plan; when more work comes, it waits in the queue.
 *
 * A new version replaces the old one pod by pod: an old pod ends before a new one starts, so no spare GPU is needed, and work waits in
 * the queue a little longer.
 *
 * @throws ProblemError `kubernetes/no-fit` when no node of the pool can hold a replica, `kubernetes/patch`
 * @example new TrainingDeployment(chart, 'Finetune', { workload: plannedWorkload(plan, 'finetune'), image })
 */
export class TrainingDeployment extends Construct {
  readonly serviceAccount: ApiObject;
  readonly deployment: ApiObject;
  readonly disruptionBudget: DisruptionBudget;
  /** Of a closed namespace, where its pods reach something beyond it. */
  readonly allowReaching?: AllowReaching;

  constructor(scope: Construct, id: string, props: TrainingDeploymentProps) {
    super(scope, id);
    const { workload, image, command, preset, pod = {}, patch, reaches = [] } = props;
    if (!props.closedNamespace) mustBeClosed(workload, props);
    const problems = fitProblems(workload, pod);
    if (problems.length > 0) throw new ProblemError(problems);
    bucketVolumes(this, workload, pod);
    this.serviceAccount = serviceAccount(this, workload);
    const defaults = { ...(preset === 'pytorch' ? pytorchTrainer(workload, pod) : {}), graceSeconds: 90 };
    this.deployment = kubernetesObject(this, 'Deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: workload.name, labels: workloadLabels(workload) },
      spec: {
        replicas: workload.plan.peak,
        selector: { matchLabels: selectorLabels(workload) },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        progressDeadlineSeconds: 600 + workload.plan.leadSeconds,
        template: podTemplate({ workload, image, command, pod, defaults, zones: 'spread' }),
      },
    });
    this.disruptionBudget = new DisruptionBudget(this, 'DisruptionBudget', { workload });
    noteWorkload(this.deployment, workload);
    if (reaches.length > 0) this.allowReaching = new AllowReaching(this, 'AllowReaching', { workload, reaches });
    applyPatch(this, workload.name, patch);
  }
}

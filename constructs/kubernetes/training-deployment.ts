import { Construct } from 'constructs';
import { ProblemError } from '../../lib/problems';
import { DisruptionBudget } from './disruption-budget';
import { selectorLabels, workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { podTemplate } from './pod';
import { fitProblems } from './pods-fit';
import { serviceAccount } from './service-account';
import { VerticalAutoscaler } from './vertical-autoscaler';

export interface TrainingDeploymentProps {
  /** The workload, from `plannedWorkload(plan, name)`. */
  readonly workload: PlannedWorkload;
  /** The container image. It must run as a user other than root, and name that user by a number. */
  readonly image: string;
  /**
   * The command of the container.
   * @default the command of the image
   */
  readonly command?: readonly string[];
}

/**
 * All Kubernetes objects of trainers that a queue feeds: a Deployment, a ServiceAccount, a disruption budget and a
 * VerticalPodAutoscaler. The number of replicas is always the peak of the plan; when more work comes, it waits in the queue. Because no
 * HorizontalPodAutoscaler changes that number, a VerticalPodAutoscaler may change the CPU and memory of the pods.
 *
 * A new version replaces the old one pod by pod: an old pod ends before a new one starts, so no spare GPU is needed, and work waits in
 * the queue a little longer.
 *
 * @throws ProblemError `kubernetes/no-fit` when no node of the pool can hold a replica
 * @example new TrainingDeployment(chart, 'Finetune', { workload: plannedWorkload(plan, 'finetune'), image })
 */
export class TrainingDeployment extends Construct {
  constructor(scope: Construct, id: string, { workload, image, command }: TrainingDeploymentProps) {
    super(scope, id);
    const problems = fitProblems(workload);
    if (problems.length > 0) throw new ProblemError(problems);
    serviceAccount(this, workload);
    kubernetesObject(this, 'Deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: workload.name, labels: workloadLabels(workload) },
      spec: {
        replicas: workload.plan.peak,
        selector: { matchLabels: selectorLabels(workload) },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        progressDeadlineSeconds: 600 + workload.plan.leadSeconds,
        template: podTemplate({ workload, image, command, zones: 'spread' }),
      },
    });
    new DisruptionBudget(this, 'DisruptionBudget', { workload });
    new VerticalAutoscaler(this, 'Autoscaler', { workload, kind: 'Deployment' });
  }
}

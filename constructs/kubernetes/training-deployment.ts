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
  /** The workload, as the plan sized it. */
  readonly workload: PlannedWorkload;
  /** Container image; it runs as a user other than root, given as a number. */
  readonly image: string;
  /**
   * Command of the container.
   * @default the image's own
   */
  readonly command?: readonly string[];
}

/**
 * Trainers that a queue feeds: a Deployment with as many replicas as the plan says, always; the queue evens out the rest. No
 * HorizontalPodAutoscaler scales it, so a VerticalPodAutoscaler may size its pods.
 *
 * A new version takes the place of the old one by one, without a GPU to spare: what waits in the queue waits a little longer.
 *
 * @throws ProblemError `kubernetes/no-fit`
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

import { Construct } from 'constructs';
import { selectorLabels, workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';

export interface DisruptionBudgetProps {
  /** The workload to protect; its Deployment has its name. */
  readonly workload: PlannedWorkload;
}

/**
 * At most one replica at a time is taken away on purpose. A drain can always go on, even with a single replica or with pods that
 * never became ready.
 *
 * Not for a Job: it has no scale subresource, so Kubernetes cannot tell how many pods there should be and blocks every eviction
 * (kubernetes/kubernetes#129625).
 *
 * @example new DisruptionBudget(chart, 'DisruptionBudget', { workload: plannedWorkload(plan, 'chat') })
 */
export class DisruptionBudget extends Construct {
  constructor(scope: Construct, id: string, { workload }: DisruptionBudgetProps) {
    super(scope, id);
    kubernetesObject(this, 'PodDisruptionBudget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: workload.name, labels: workloadLabels(workload) },
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: selectorLabels(workload) } },
    });
  }
}

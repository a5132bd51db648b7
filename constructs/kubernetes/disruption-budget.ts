import { Construct } from 'constructs';
import { selectorLabels, workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import type { Labels } from './pod-types';

export interface DisruptionBudgetProps {
  /** The workload to protect. */
  readonly workload: PlannedWorkload;
  /**
   * The labels of its pods.
   * @default those that pods of foresize have
   */
  readonly selector?: Labels;
}

/**
 * A PodDisruptionBudget that lets Kubernetes evict one pod of a workload at a time, for example to drain a node. It never blocks a
 * drain for good, not even with a single replica or with pods that never become ready.
 *
 * Do not use it for a Job. A Job has no scale subresource, so Kubernetes does not know how many pods there should be and blocks every
 * eviction (kubernetes/kubernetes#129625).
 *
 * @example new DisruptionBudget(chart, 'DisruptionBudget', { workload: plannedWorkload(plan, 'chat') })
 */
export class DisruptionBudget extends Construct {
  constructor(scope: Construct, id: string, { workload, selector = selectorLabels(workload) }: DisruptionBudgetProps) {
    super(scope, id);
    kubernetesObject(this, 'PodDisruptionBudget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: workload.name, labels: workloadLabels(workload) },
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: selector } },
    });
  }
}

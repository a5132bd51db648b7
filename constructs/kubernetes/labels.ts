import type { Labels } from './pod-types';
import type { PlannedWorkload } from './planned-workload';

/** The labels by which selectors find the pods of a workload. They must never change: the selector of a Deployment is immutable. */
export function selectorLabels(workload: PlannedWorkload): Labels {
  return { 'app.kubernetes.io/name': workload.name };
}

/** The labels of the objects and pods of a workload. */
export function workloadLabels(workload: PlannedWorkload): Labels {
  return {
    ...selectorLabels(workload),
    'app.kubernetes.io/component': workload.plan.kind,
  };
}

import type { Labels } from './pod-types';
import type { PlannedWorkload } from './planned-workload';

/** Labels that pick the pods of a workload. They never change: a selector of a Deployment is immutable. */
export function selectorLabels(workload: PlannedWorkload): Labels {
  return { 'app.kubernetes.io/name': workload.name };
}

/** Labels of a workload's objects and pods. */
export function workloadLabels(workload: PlannedWorkload): Labels {
  return {
    ...selectorLabels(workload),
    'app.kubernetes.io/component': workload.plan.kind,
  };
}

import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';

/** Adds the ServiceAccount of a workload. It has no token, because no workload talks to the API server. */
export function serviceAccount(scope: Construct, workload: PlannedWorkload): ApiObject {
  return kubernetesObject(scope, 'ServiceAccount', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: workload.name, labels: workloadLabels(workload) },
    automountServiceAccountToken: false,
  });
}

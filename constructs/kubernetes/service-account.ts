import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';

/** An identity of its own for each workload, without a token: none of them talks to the API server. */
export function serviceAccount(scope: Construct, workload: PlannedWorkload): ApiObject {
  return kubernetesObject(scope, 'ServiceAccount', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: workload.name, labels: workloadLabels(workload) },
    automountServiceAccountToken: false,
  });
}

import { Construct } from 'constructs';
import { selectorLabels, workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';

export interface AllowCallsProps {
  /** The workload that may be called. */
  readonly workload: PlannedWorkload;
  /** The container port at which it answers. */
  readonly port: number;
}

/**
 * Two NetworkPolicies that let all pods of the namespace call a workload at its port. One allows the calls to come in at the workload,
 * the other allows them to go out from the callers: under `DefaultDeny` both are needed.
 *
 * @example new AllowCalls(chart, 'AllowCalls', { workload, port: 8080 })
 */
export class AllowCalls extends Construct {
  constructor(scope: Construct, id: string, { workload, port }: AllowCallsProps) {
    super(scope, id);
    const ports = [{ protocol: 'TCP' as const, port }];
    const podsOfWorkload = { matchLabels: selectorLabels(workload) };
    kubernetesObject(this, 'Ingress', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${workload.name}-ingress`, labels: workloadLabels(workload) },
      spec: { podSelector: podsOfWorkload, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }], ports }] },
    });
    kubernetesObject(this, 'Callers', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${workload.name}-callers`, labels: workloadLabels(workload) },
      spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: podsOfWorkload }], ports }] },
    });
  }
}

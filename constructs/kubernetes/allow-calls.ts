import { Construct } from 'constructs';
import { selectorLabels, workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';

export interface AllowCallsProps {
  /** The workload that is called. */
  readonly workload: PlannedWorkload;
  /** Container port it answers at. */
  readonly port: number;
}

/**
 * Lets the pods of the namespace call a workload at its port, and the workload answer them. Callers are let out by it too:
 * with `DefaultDeny` both ends need leave.
 *
 * @example new AllowCalls(chart, 'AllowCalls', { workload, port: 8080 })
 */
export class AllowCalls extends Construct {
  constructor(scope: Construct, id: string, { workload, port }: AllowCallsProps) {
    super(scope, id);
    const ports = [{ protocol: 'TCP' as const, port }];
    const own = { matchLabels: selectorLabels(workload) };
    kubernetesObject(this, 'Ingress', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${workload.name}-ingress`, labels: workloadLabels(workload) },
      spec: { podSelector: own, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }], ports }] },
    });
    kubernetesObject(this, 'Callers', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${workload.name}-callers`, labels: workloadLabels(workload) },
      spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: own }], ports }] },
    });
  }
}

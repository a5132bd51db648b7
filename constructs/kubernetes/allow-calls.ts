import { Construct } from 'constructs';
import type { CallerInput } from '../../lib/config';
import { selectorLabels, workloadLabels } from './labels';
import { callerPeer } from './network-peers';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';

export interface AllowCallsProps {
  /** The workload that may be called. */
  readonly workload: PlannedWorkload;
  /** The container port at which it answers. */
  readonly port: number;
  /**
   * Who calls it from beyond its namespace: namespaces (`'gateway'`), pods (`{ namespace: 'ingress', pods: { app: 'nginx' } }`), ranges of
   * addresses (`'10.0.0.0/16'`).
   * @default nobody
   */
  readonly calledBy?: readonly CallerInput[];
}

/**
 * Two NetworkPolicies that let all pods of the namespace, and further callers, call a workload at its port. One allows the calls to come in
 * at the workload, the other allows them to go out from the callers of the namespace: under `DefaultDeny` both are needed. What callers of
 * other namespaces may reach is up to these.
 *
 * @throws ProblemError `kubernetes/network` for a caller that cannot be read
 * @example new AllowCalls(chart, 'AllowCalls', { workload, port: 8080 })
 */
export class AllowCalls extends Construct {
  constructor(scope: Construct, id: string, { workload, port, calledBy = [] }: AllowCallsProps) {
    super(scope, id);
    const ports = [{ protocol: 'TCP' as const, port }];
    const others = calledBy.map((caller) => callerPeer(caller, `workloads.${workload.name}.calledBy`));
    const podsOfWorkload = { matchLabels: selectorLabels(workload) };
    kubernetesObject(this, 'Ingress', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${workload.name}-ingress`, labels: workloadLabels(workload) },
      spec: { podSelector: podsOfWorkload, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }, ...others], ports }] },
    });
    kubernetesObject(this, 'Callers', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${workload.name}-callers`, labels: workloadLabels(workload) },
      spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: podsOfWorkload }], ports }] },
    });
  }
}

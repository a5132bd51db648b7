import { Construct } from 'constructs';
import { selectorLabels, workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';

export interface AllowEachOtherProps {
  /** The workload whose pods may talk to each other. */
  readonly workload: PlannedWorkload;
}

/**
 * A NetworkPolicy that lets the pods of one workload talk to each other on any port, as the workers of distributed training do.
 *
 * @example new AllowEachOther(chart, 'AllowEachOther', { workload })
 */
export class AllowEachOther extends Construct {
  constructor(scope: Construct, id: string, { workload }: AllowEachOtherProps) {
    super(scope, id);
    const podsOfWorkload = { podSelector: { matchLabels: selectorLabels(workload) } };
    kubernetesObject(this, 'NetworkPolicy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${workload.name}-peers`, labels: workloadLabels(workload) },
      spec: {
        ...podsOfWorkload,
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [podsOfWorkload] }],
        egress: [{ to: [podsOfWorkload] }],
      },
    });
  }
}

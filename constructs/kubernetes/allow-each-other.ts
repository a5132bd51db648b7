import { Construct } from 'constructs';
import { selectorLabels, workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';

export interface AllowEachOtherProps {
  /** The workload whose pods talk to each other. */
  readonly workload: PlannedWorkload;
}

/**
 * Lets the pods of one workload talk to each other on any port, as distributed training does.
 *
 * @example new AllowEachOther(chart, 'AllowEachOther', { workload })
 */
export class AllowEachOther extends Construct {
  constructor(scope: Construct, id: string, { workload }: AllowEachOtherProps) {
    super(scope, id);
    const own = { podSelector: { matchLabels: selectorLabels(workload) } };
    kubernetesObject(this, 'NetworkPolicy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${workload.name}-peers`, labels: workloadLabels(workload) },
      spec: { ...own, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [own] }], egress: [{ to: [own] }] },
    });
  }
}

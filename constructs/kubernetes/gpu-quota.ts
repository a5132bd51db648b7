import { Construct } from 'constructs';
import { ProblemError } from '../../lib/problems';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { gpuResource } from './pod';

export interface GpuQuotaProps {
  /** The name of the ResourceQuota. */
  readonly name: string;
  /** The workloads of the namespace of the chart, from `plannedWorkload(plan, name)`. At least one has GPUs. */
  readonly workloads: readonly PlannedWorkload[];
}

/**
 * A ResourceQuota for the GPUs of a namespace: what its workloads ask for together at their ceilings, placeholder pods included. It limits
 * no CPU, memory or number of pods, so that what others run there without GPUs is left alone; their pods with GPUs count.
 *
 * At its ceiling a workload then gets no further pod for a roll-out: it waits until the load falls, or replaces pods in place.
 *
 * @throws ProblemError `kubernetes/no-gpus` where no workload has any
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/#resource-quota-for-extended-resources
 * @example new GpuQuota(new Chart(app, 'quota', { namespace: 'serving' }), 'Quota', { name: 'prod', workloads: [plannedWorkload(plan, 'chat')] })
 */
export class GpuQuota extends Construct {
  constructor(scope: Construct, id: string, { name, workloads }: GpuQuotaProps) {
    super(scope, id);
    const gpus = workloads.reduce((sum, { plan }) => sum + plan.resources.gpus * mostPods(plan), 0);
    if (gpus === 0)
      throw new ProblemError({
        code: 'kubernetes/no-gpus',
        path: `quota ${name}`,
        message: 'has no GPUs to limit: no workload of its namespace asks for any',
        hint: 'leave it out',
      });
    kubernetesObject(this, 'ResourceQuota', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name },
      spec: { hard: { [`requests.${gpuResource}`]: String(gpus) } },
    });
  }
}

/** Placeholders that come ahead of replicas may be there for a moment beside those. */
function mostPods({ floor, ceiling, buffer, ahead }: PlannedWorkload['plan']): number {
  return ceiling + (buffer?.by === 'placeholder-pods' ? buffer.replicas : 0) + (ahead === 'nodes' ? ceiling - floor : 0);
}

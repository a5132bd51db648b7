import { Construct } from 'constructs';
import type { PodConfig } from '../../lib/config';
import type { ScaleTarget } from './autoscaling-types';
import { kubernetesObject } from './objects';
import { placeholderLabels, placeholders } from './placeholders';
import type { PlannedWorkload } from './planned-workload';

export interface NodeBufferProps {
  /** The workload, from `plannedWorkload(plan, name)`. Without a buffer in the plan nothing is made. */
  readonly workload: PlannedWorkload;
  /**
   * What is scaled, in whose place nodes are kept; for a CapacityBuffer.
   * @default the Deployment with the name of the workload
   */
  readonly target?: ScaleTarget;
  /**
   * What the config says of the pods of the workload: placeholder pods have its tolerations and its affinity, so that the places that they
   * keep are such as replicas can have.
   * @default those that the pool needs
   */
  readonly pod?: PodConfig;
}

/**
 * Nodes ahead of pods: places that are free when replicas of a workload come, so that they need not wait for a node. The plan has nodes for
 * as many replicas more.
 *
 * - `placeholder-pods`: a Deployment of pods that do nothing, ask for as much as a replica, and give way to every other pod. The node
 *   autoscaler then brings a node for those that had to go. Works with every node autoscaler.
 * - `capacity-buffer`: a CapacityBuffer, by which the node autoscaler itself keeps the places; no pods. It needs cluster-autoscaler 1.34 with
 *   `--capacity-buffer-controller-enabled` and `--capacity-buffer-pod-injection-enabled`, or Karpenter 1.14 with the feature gate
 *   CapacityBuffer.
 *
 * @see https://karpenter.sh/docs/concepts/capacitybuffers/
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md (overprovisioning, expendable pods)
 * @example new NodeBuffer(chart, 'Buffer', { workload: plannedWorkload(plan, 'chat') })
 */
export class NodeBuffer extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { workload, target = { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name }, pod = {} }: NodeBufferProps,
  ) {
    super(scope, id);
    const { buffer } = workload.plan;
    if (buffer === undefined) return;
    const name = `${workload.name}-buffer`;
    const labels = placeholderLabels(name);
    if (buffer.by === 'capacity-buffer') {
      kubernetesObject(this, 'CapacityBuffer', {
        apiVersion: 'autoscaling.x-k8s.io/v1alpha1',
        kind: 'CapacityBuffer',
        metadata: { name, labels },
        spec: {
          provisioningStrategy: 'buffer.x-k8s.io/active-capacity',
          scalableRef: { apiGroup: target.apiVersion.replace(/\/?[^/]*$/, ''), kind: target.kind, name: target.name },
          replicas: buffer.replicas,
        },
      });
      return;
    }
    placeholders(this, { workload, pod, name, replicas: buffer.replicas });
  }
}

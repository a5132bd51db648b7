import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { PodConfig } from '../../lib/config';
import type { ScaleTarget } from './autoscaling-types';
import { kubernetesObject } from './objects';
import { nodeSelector } from './node-selector';
import type { PlannedWorkload } from './planned-workload';
import { securityContext } from './pod-containers';
import { gpuResource, onGpuTypes, tolerations } from './pod';
import { cpuQuantity, memoryQuantity } from './quantities';

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
    // Not the labels of the workload: its Service and its selectors must not find what serves nothing.
    const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'buffer' };
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
    // In no namespace: each workload has its own, so that neither of two projects in a cluster takes away the other's.
    const { namespace } = Chart.of(this);
    const priorityClassName = namespace === undefined ? name : `${namespace}-${name}`;
    kubernetesObject(this, 'PriorityClass', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: priorityClassName, labels },
      value: placeholderPriority,
      globalDefault: false,
      preemptionPolicy: 'Never',
      description: `Places that are kept free for ${workload.name}: gives way to every other pod`,
    });
    this.addPlaceholders(workload, pod, name, labels, priorityClassName, buffer.replicas);
  }

  private addPlaceholders(
    workload: PlannedWorkload,
    pod: PodConfig,
    name: string,
    labels: Readonly<Record<string, string>>,
    priorityClassName: string,
    replicas: number,
  ) {
    const { resources, gpuTypes } = workload.plan;
    const { gpus, cpuMilli, memoryMiB } = resources;
    const amounts = {
      cpu: cpuQuantity(cpuMilli),
      memory: memoryQuantity(memoryMiB),
      ...(gpus > 0 ? { [gpuResource]: String(gpus) } : {}),
    };
    kubernetesObject(this, 'Placeholders', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            priorityClassName,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 0,
            securityContext: { runAsNonRoot: true, runAsUser: 65_535, seccompProfile: { type: 'RuntimeDefault' } },
            nodeSelector: nodeSelector(workload.plan.pool, workload.pool),
            tolerations: tolerations(workload.pool, pod),
            affinity: gpuTypes ? { ...pod.affinity, nodeAffinity: onGpuTypes(gpuTypes, pod.affinity?.nodeAffinity) } : pod.affinity,
            containers: [
              {
                name: 'pause',
                image: pauseImage,
                resources: { requests: amounts, limits: amounts },
                securityContext: securityContext({}),
              },
            ],
          },
        },
      },
    });
  }
}

/** Lowest for which cluster-autoscaler still brings a node (`--expendable-pods-priority-cutoff`), and below the 0 of other pods. */
const placeholderPriority = -10;

/** Waits for a signal and ends; its user is 65535. */
const pauseImage = 'registry.k8s.io/pause:3.10';

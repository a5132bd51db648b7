import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { PodConfig } from '../../lib/config';
import { nodeSelector } from './node-selector';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { gpuResource, onGpuTypes, tolerations } from './pod';
import { securityContext } from './pod-containers';
import { cpuQuantity, memoryQuantity } from './quantities';

export type Placeholders = {
  readonly workload: PlannedWorkload;
  /** What the config says of the pods of the workload. */
  readonly pod: PodConfig;
  /** Of the Deployment. */
  readonly name: string;
  /** Left out where an autoscaler sets them. */
  readonly replicas?: number;
};

/** Not the labels of the workload: its Service and its selectors must not find what serves nothing. */
export const placeholderLabels = (name: string) => ({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'buffer' });

/** Adds a Deployment of pods that do nothing, ask for as much as a replica, and give way to every other pod, and their priority. */
export function placeholders(scope: Construct, { workload, pod, name, replicas }: Placeholders): void {
  const labels = placeholderLabels(name);
  // In no namespace: each workload has its own, so that neither of two projects in a cluster takes away the other's.
  const { namespace } = Chart.of(scope);
  const priorityClassName = namespace === undefined ? name : `${namespace}-${name}`;
  kubernetesObject(scope, 'PriorityClass', {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: priorityClassName, labels },
    value: placeholderPriority,
    globalDefault: false,
    preemptionPolicy: 'Never',
    description: `Places that are kept free for ${workload.name}: gives way to every other pod`,
  });
  const { resources, gpuTypes } = workload.plan;
  const { gpus, cpuMilli, memoryMiB } = resources;
  const amounts = {
    cpu: cpuQuantity(cpuMilli),
    memory: memoryQuantity(memoryMiB),
    ...(gpus > 0 ? { [gpuResource]: String(gpus) } : {}),
  };
  kubernetesObject(scope, 'Placeholders', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      ...(replicas !== undefined && { replicas }),
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

/** Lowest for which cluster-autoscaler still brings a node (`--expendable-pods-priority-cutoff`), and below the 0 of other pods. */
const placeholderPriority = -10;

/** Waits for a signal and ends; its user is 65535. */
const pauseImage = 'registry.k8s.io/pause:3.10';

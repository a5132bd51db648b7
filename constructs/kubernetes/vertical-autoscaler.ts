import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { ScaleTarget } from './autoscaling-types';
import { workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { containerName } from './pod';
import { cpuQuantity, memoryQuantity } from './quantities';

export interface VerticalAutoscalerProps {
  /** The service whose pods get their CPU and memory from the autoscaler. Its Deployment must have the name of the workload. */
  readonly workload: PlannedWorkload;
}

/**
 * A VerticalPodAutoscaler for a service on CPUs, which sets the CPU and memory that its pods request. Nothing else here needs one. It acts only when a pod starts (mode
 * `Initial`) and never restarts a running pod. It sets at most what still fits the smallest node of the pool.
 *
 * Synthesis fails where a HorizontalPodAutoscaler or a ScaledObject scales the same workload: the two autoscalers would react to each
 * other. So it does for a workload that is no service, or has GPUs: its size is the plan's, and a pod with another one would not fit beside
 * its peers.
 *
 * @see https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler
 * @example new VerticalAutoscaler(chart, 'Autoscaler', { workload: plannedWorkload(plan, 'storefront') })
 */
export class VerticalAutoscaler extends Construct {
  constructor(scope: Construct, id: string, { workload }: VerticalAutoscalerProps) {
    super(scope, id);
    const { maxCpuMilli, maxMemoryMiB } = workload.plan.resources;
    const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name };
    const object = kubernetesObject(this, 'VerticalPodAutoscaler', {
      apiVersion: 'autoscaling.k8s.io/v1',
      kind: 'VerticalPodAutoscaler',
      metadata: { name: workload.name, labels: workloadLabels(workload) },
      spec: {
        targetRef,
        updatePolicy: { updateMode: 'Initial' },
        resourcePolicy: {
          containerPolicies: [
            {
              containerName,
              controlledResources: ['cpu', 'memory'],
              controlledValues: 'RequestsOnly',
              maxAllowed: { cpu: cpuQuantity(maxCpuMilli), memory: memoryQuantity(maxMemoryMiB) },
            },
          ],
        },
      },
    });
    this.node.addValidation({ validate: () => [...notOfService(workload), ...scaledBy(object, targetRef)] });
  }
}

function notOfService({ name, plan }: PlannedWorkload): string[] {
  if (plan.kind === 'service' && plan.resources.gpus === 0) return [];
  const is = plan.kind === 'service' ? 'a service with GPUs' : `of kind ${plan.kind}`;
  return [`'${name}' (${is}) must be a service without GPUs in order for a VerticalPodAutoscaler to size its pods`];
}

/** An error for each HorizontalPodAutoscaler or ScaledObject that scales the same target. */
function scaledBy(vertical: ApiObject, target: ScaleTarget): string[] {
  return vertical.node.root.node
    .findAll()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
    .filter((object) => object.kind === 'HorizontalPodAutoscaler' || object.kind === 'ScaledObject')
    .filter((object) => object.metadata.namespace === vertical.metadata.namespace && sameTarget(object, target))
    .map(
      (object) =>
        `${target.kind} '${target.name}' must not have both a VerticalPodAutoscaler and a ${object.kind} ('${object.name}') in order for neither to undo what the other does`,
    );
}

function sameTarget(object: ApiObject, target: ScaleTarget): boolean {
  const { spec } = object.toJson() as { spec?: { scaleTargetRef?: Partial<ScaleTarget> } };
  const { kind = 'Deployment', name } = spec?.scaleTargetRef ?? {};
  return kind === target.kind && name === target.name;
}

import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { ScaleTarget } from './autoscaling-types';
import { workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { containerName } from './pod';
import { cpuQuantity, memoryQuantity } from './quantities';

export interface VerticalAutoscalerProps {
  /** The workload whose pods get their CPU and memory from the autoscaler. */
  readonly workload: PlannedWorkload;
  /** The kind of object that creates the pods. It must have the name of the workload. */
  readonly kind: 'Job' | 'Deployment';
}

/**
 * A VerticalPodAutoscaler, which sets the CPU and memory that the pods of a workload request. It acts only when a pod starts (mode
 * `Initial`) and never restarts a running pod. It sets at most what still fits the smallest node of the pool.
 *
 * Synthesis fails where a HorizontalPodAutoscaler or a ScaledObject scales the same workload: the two autoscalers would react to each
 * other.
 *
 * @see https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler
 * @example new VerticalAutoscaler(chart, 'Autoscaler', { workload: plannedWorkload(plan, 'resnet'), kind: 'Job' })
 */
export class VerticalAutoscaler extends Construct {
  constructor(scope: Construct, id: string, { workload, kind }: VerticalAutoscalerProps) {
    super(scope, id);
    const { maxCpuMilli, maxMemoryMiB } = workload.plan.resources;
    const targetRef = { apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, name: workload.name };
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
    this.node.addValidation({ validate: () => scaledBy(object, targetRef) });
  }
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

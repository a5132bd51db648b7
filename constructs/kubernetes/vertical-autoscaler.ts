import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { ScaleTarget } from './autoscaling-types';
import { workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { containerName } from './pod';
import { cpuQuantity, memoryQuantity } from './quantities';

export interface VerticalAutoscalerProps {
  /** The workload whose pods it sizes, as the plan sized it. */
  readonly workload: PlannedWorkload;
  /** What makes these pods, named as the workload. */
  readonly kind: 'Job' | 'Deployment';
}

/**
 * A VerticalPodAutoscaler for what no HorizontalPodAutoscaler scales. It acts when a pod starts (`Initial`), never on a running
 * one, and only up to the most that still fits the pool's smallest node.
 *
 * Synthesis fails where a HorizontalPodAutoscaler or ScaledObject scales the same workload: each would answer to what the
 * other does.
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

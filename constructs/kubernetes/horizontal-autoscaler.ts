import { Construct } from 'constructs';
import type { MetricConfig } from '../../lib/config';
import type { HorizontalMetric } from './autoscaling-types';
import { workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { milliQuantity } from './quantities';
import { reactiveBehavior } from './scaling-behavior';
import { type ScalingMetric, scalingMetrics } from './scaling-metrics';

export interface HorizontalAutoscalerProps {
  /** The workload to scale, as the plan sized it; its Deployment has its name. */
  readonly workload: PlannedWorkload;
  /**
   * Metric of the pods that a metrics adapter serves, in the unit of the plan.
   * @default CPU, and memory for a service
   */
  readonly metric?: PodsMetric;
  /**
   * Reach a target that was tuned in a replay exactly; a tolerance of 0 needs Kubernetes 1.35.
   * @default false
   */
  readonly exactFloors?: boolean;
}

export type PodsMetric = Extract<MetricConfig, { kind: 'pods' }>;

/**
 * A plain HorizontalPodAutoscaler, for workloads whose floor the manifests own (owner `manifests`): one floor for the whole
 * horizon, the plan's ceiling, and the target that the plan was made with.
 *
 * @throws ProblemError `kubernetes/small-target`, `kubernetes/no-throughput`
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 * @example new HorizontalAutoscaler(chart, 'Autoscaler', { workload: plannedWorkload(plan, 'search') })
 */
export class HorizontalAutoscaler extends Construct {
  constructor(scope: Construct, id: string, { workload, metric, exactFloors }: HorizontalAutoscalerProps) {
    super(scope, id);
    kubernetesObject(this, 'HorizontalPodAutoscaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: workload.name, labels: workloadLabels(workload) },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name },
        minReplicas: workload.plan.floor,
        maxReplicas: workload.plan.ceiling,
        metrics: scalingMetrics(workload, metric).map(toMetric),
        behavior: reactiveBehavior(workload, exactFloors),
      },
    });
  }
}

function toMetric(metric: ScalingMetric<PodsMetric>): HorizontalMetric {
  if (metric.kind === 'resource') {
    return {
      type: 'Resource',
      resource: { name: metric.resource, target: { type: 'Utilization', averageUtilization: metric.utilisationPercent } },
    };
  }
  const { source, milliPerReplica } = metric;
  return {
    type: 'Pods',
    pods: { metric: { name: source.name }, target: { type: 'AverageValue', averageValue: milliQuantity(milliPerReplica) } },
  };
}

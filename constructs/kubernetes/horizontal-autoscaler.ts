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
  /** The workload to scale. Its Deployment must have the name of the workload. */
  readonly workload: PlannedWorkload;
  /**
   * The metric of the pods that measures the load, in the unit of the plan. The cluster needs a metrics adapter that serves it.
   * @default CPU; for a service CPU and memory
   */
  readonly metric?: PodsMetric;
  /**
   * Whether replicas are added for any load above the target. Otherwise an HPA ignores a load of up to 10 % above it. This applies only
   * where a replay has tuned the target; it sets a tolerance of 0, which needs Kubernetes 1.35.
   * @default false
   */
  readonly exactFloors?: boolean;
}

/** A metric that pods expose and a metrics adapter serves: `podsMetric(...)` in the config. */
export type PodsMetric = Extract<MetricConfig, { kind: 'pods' }>;

/**
 * A plain HorizontalPodAutoscaler, for workloads with owner `manifests`. It scales between the floor of the plan, which is the same for
 * the whole horizon, and its ceiling, at the target utilisation that the plan was made with.
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

import { Construct } from 'constructs';
import type { MetricConfig } from '../../lib/config';
import type { Trigger } from './autoscaling-types';
import { cronTriggers } from './cron-triggers';
import { workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import { movingFloors, type PlannedWorkload } from './planned-workload';
import { reactiveBehavior, scheduledBehavior } from './scaling-behavior';
import { type ScalingMetric, scalingMetrics } from './scaling-metrics';

export interface ScheduledAutoscalerProps {
  /** The workload to scale, as the plan sized it; its Deployment has its name. */
  readonly workload: PlannedWorkload;
  /**
   * PromQL that gives the whole load of the workload, in the unit of the plan, as one number.
   * @default CPU, and memory for a service
   */
  readonly metric?: PrometheusMetric;
  /**
   * Reach each floor, and each target that was tuned in a replay, exactly. An HPA does nothing within a tenth of its target, so a
   * floor of 20 is met by 19 replicas; a tolerance of 0 needs Kubernetes 1.35 and KEDA 2.18.
   * @default false
   */
  readonly exactFloors?: boolean;
}

export type PrometheusMetric = Extract<MetricConfig, { kind: 'prometheus' }>;

/**
 * A KEDA ScaledObject, for workloads whose floor moves by the hour (owner `keda`): cron triggers carry the plan's schedule, and
 * a live trigger, at the target that the plan was made with, works above it up to the plan's ceiling. Where the plan's strategy is a
 * flat floor there are no cron triggers, and the live one works above that.
 *
 * KEDA takes the largest of all triggers. Where Prometheus does not answer, its trigger fails instead of counting as zero: the
 * schedule still raises, and nothing is scaled down. When the schedule is over, the lowest floor and the live trigger remain.
 *
 * @throws ProblemError `kubernetes/cron-span`, `kubernetes/small-target`, `kubernetes/no-throughput`
 * @see https://keda.sh/docs/latest/scalers/cron/
 * @example new ScheduledAutoscaler(chart, 'Autoscaler', { workload: plannedWorkload(plan, 'chat'), metric })
 */
export class ScheduledAutoscaler extends Construct {
  constructor(scope: Construct, id: string, { workload, metric, exactFloors }: ScheduledAutoscalerProps) {
    super(scope, id);
    const { floor, ceiling } = workload.plan;
    const floors = movingFloors(workload);
    const behavior = floors.length === 0 ? reactiveBehavior(workload, exactFloors) : scheduledBehavior(workload, exactFloors);
    kubernetesObject(this, 'ScaledObject', {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: workload.name, labels: workloadLabels(workload) },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name },
        minReplicaCount: floor,
        maxReplicaCount: ceiling,
        advanced: { horizontalPodAutoscalerConfig: { behavior } },
        // KEDA numbers its metrics by the order of the triggers: live ones first, so that theirs do not change with the schedule.
        triggers: [
          ...scalingMetrics(workload, metric).map(toTrigger),
          ...cronTriggers(floors, workload.scheduleEnd, floor).map(({ start, end, replicas }): Trigger => ({
            type: 'cron',
            metricType: 'AverageValue',
            metadata: { timezone: 'Etc/UTC', start, end, desiredReplicas: String(replicas) },
          })),
        ],
      },
    });
  }
}

function toTrigger(metric: ScalingMetric<PrometheusMetric>): Trigger {
  if (metric.kind === 'resource') {
    return { type: metric.resource, metricType: 'Utilization', metadata: { value: String(metric.utilisationPercent) } };
  }
  const { source, milliPerReplica } = metric;
  return {
    type: 'prometheus',
    metricType: 'AverageValue',
    metadata: { serverAddress: source.url, query: source.query, threshold: String(milliPerReplica / 1000), ignoreNullValues: 'false' },
  };
}

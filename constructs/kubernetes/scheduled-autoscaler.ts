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
  /** The workload to scale. Its Deployment must have the name of the workload. */
  readonly workload: PlannedWorkload;
  /**
   * A PromQL query whose answer is one number: the load of the whole workload, in the unit of the plan.
   * @default CPU; for a service CPU and memory
   */
  readonly metric?: PrometheusMetric;
  /**
   * Whether replicas are added until each floor is reached exactly. Otherwise an HPA ignores a difference of up to 10 %, so that 19
   * replicas satisfy a floor of 20. This sets a tolerance of 0, which needs Kubernetes 1.35 and KEDA 2.18. With a floor that stays the
   * same it applies only where a replay has tuned the target.
   * @default false
   */
  readonly exactFloors?: boolean;
}

/** A query to Prometheus that gives the load: `prometheusMetric(...)` in the config. */
export type PrometheusMetric = Extract<MetricConfig, { kind: 'prometheus' }>;

/**
 * A KEDA ScaledObject, for workloads with owner `keda`, whose floor changes by the hour. Cron triggers raise the number of replicas to
 * the floors of the plan's schedule. A live trigger follows the load above them, at the target utilisation that the plan was made with,
 * up to the ceiling. Where the floor of the plan stays the same there are no cron triggers.
 *
 * KEDA takes the largest number of all triggers. When Prometheus does not answer, its trigger fails and does not count as zero: cron
 * triggers still add replicas, and none are removed. After the end of the schedule the lowest floor and the live trigger remain.
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
        // KEDA numbers its metrics by the order of the triggers. Live triggers are first, so that a new schedule does not renumber them.
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

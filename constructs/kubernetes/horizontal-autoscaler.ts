import { Construct } from 'constructs';
import { type LiveMetricInput, liveMetricOf } from '../../lib/config';
import { ProblemError } from '../../lib/problems';
import type { HorizontalMetric, ScaleTarget } from './autoscaling-types';
import { workloadLabels } from './labels';
import type { FloorMetric } from './live-floors';
import { kubernetesObject } from './objects';
import { overrideAnnotations } from './override-annotations';
import type { PlannedWorkload } from './planned-workload';
import { milliQuantity } from './quantities';
import { noteWorkload } from './rules';
import { liveBehavior, reactiveBehavior } from './scaling-behavior';
import { type ScalingMetric, scalingMetrics } from './scaling-metrics';

export interface HorizontalAutoscalerProps {
  /** The workload to scale. */
  readonly workload: PlannedWorkload;
  /**
   * The object that has the replicas: anything with a scale subresource, in the namespace of the chart.
   * @default the Deployment with the name of the workload
   */
  readonly target?: ScaleTarget;
  /**
   * A metric of the pods that measures the load, in the unit of the plan, or several, of which the one that asks for most replicas counts.
   * The cluster needs a metrics adapter that serves them.
   * @default CPU; for a service CPU and memory; a workload with GPUs needs one
   */
  readonly metric?: LiveMetricInput;
  /**
   * Whether replicas are added for any load above the target. Otherwise an HPA ignores a load of up to 10 % above it. This applies only
   * where a replay has tuned the target, and to a live floor, there on the way down too; it sets a tolerance of 0, which needs Kubernetes
   * 1.35.
   * @default false
   */
  readonly exactFloors?: boolean;
  /**
   * The container whose CPU and memory count.
   * @default all of the pod
   */
  readonly container?: string;
  /**
   * The name of the HorizontalPodAutoscaler that scales the target now: applied, this one takes its place.
   * @default the name of the workload
   */
  readonly takesOver?: string;
  /**
   * The external metric that the floor of a workload with owner `live` is read as: `floorMetricOf(config, name)`.
   * @default none; owner `live` needs it
   */
  readonly floorMetric?: FloorMetric;
}

/**
 * A plain HorizontalPodAutoscaler, for workloads with owner `manifests`, `operate`, or `live` without KEDA. It scales between the floor of the plan,
 * which is the same for the whole horizon, and its ceiling, at the target utilisation that the plan was made with.
 *
 * Under `live` it reads the floor that recording rules decide beside the load, and takes the larger number. While one of its metrics cannot be
 * read it adds replicas by the others and removes none; where none can, it changes nothing.
 *
 * Under `operate` it states no floor: the loop of `foresize operate` moves that field.
 *
 * @throws ProblemError `kubernetes/small-target`, `kubernetes/no-throughput`, `kubernetes/no-metric`, `kubernetes/metric` for a metric that
 * an HPA cannot read
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 * @example new HorizontalAutoscaler(chart, 'Autoscaler', { workload: plannedWorkload(plan, 'search'), metric })
 */
export class HorizontalAutoscaler extends Construct {
  constructor(scope: Construct, id: string, props: HorizontalAutoscalerProps) {
    super(scope, id);
    const { workload, target, metric, exactFloors, container, takesOver, floorMetric } = props;
    const isLive = workload.plan.owner === 'live';
    if (isLive && floorMetric === undefined) throw unread(workload);
    const read = metric && liveMetricOf(metric);
    if (read?.formula !== undefined) throw unreadable(workload, 'an HPA knows no formula', "list the triggers, or owner: 'keda'");
    const annotations = overrideAnnotations(workload);
    const object = kubernetesObject(this, 'HorizontalPodAutoscaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: {
        name: takesOver ?? workload.name,
        labels: workloadLabels(workload),
        ...(Object.keys(annotations).length > 0 && { annotations }),
      },
      spec: {
        scaleTargetRef: target ?? { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name },
        ...(workload.plan.owner !== 'operate' && { minReplicas: workload.plan.floor }),
        maxReplicas: workload.plan.ceiling,
        metrics: [
          ...scalingMetrics(workload, read).map((one) => toMetric(workload, one, container)),
          ...(isLive && floorMetric !== undefined ? [toFloorMetric(floorMetric)] : []),
        ],
        behavior: isLive ? liveBehavior(workload, exactFloors) : reactiveBehavior(workload, exactFloors),
      },
    });
    noteWorkload(object, workload);
  }
}

function toMetric(workload: PlannedWorkload, metric: ScalingMetric, container: string | undefined): HorizontalMetric {
  if (metric.kind === 'resource') {
    const { resource: name, utilisationPercent } = metric;
    const target = { type: 'Utilization' as const, averageUtilization: utilisationPercent };
    return container === undefined
      ? { type: 'Resource', resource: { name, target } }
      : { type: 'ContainerResource', containerResource: { name, container, target } };
  }
  const { source, milliPerReplica } = metric;
  if (source.kind === 'prometheus') throw unreadable(workload, 'an HPA cannot read PromQL', "use podsMetric(...), or owner: 'keda'");
  return {
    type: 'Pods',
    pods: { metric: { name: source.name }, target: { type: 'AverageValue', averageValue: milliQuantity(milliPerReplica) } },
  };
}

/** The floor that rules record, in replicas: an average of 1 a replica makes it as many. */
function toFloorMetric({ name, labels }: FloorMetric): HorizontalMetric {
  return {
    type: 'External',
    external: { metric: { name, selector: { matchLabels: labels } }, target: { type: 'AverageValue', averageValue: '1' } },
  };
}

function unread({ name }: PlannedWorkload): ProblemError {
  return new ProblemError({
    code: 'kubernetes/no-metric',
    path: `workloads.${name}.owner`,
    message: "is 'live', and nothing says where the floor is read",
    hint: "give floorMetric: floorMetricOf(config, name), or plan with owner: 'keda'",
  });
}

function unreadable({ name }: PlannedWorkload, message: string, hint: string): ProblemError {
  return new ProblemError({ code: 'kubernetes/metric', path: `workloads.${name}.metric`, message, hint });
}

import { Construct } from 'constructs';
import { type LiveMetricInput, liveMetricOf } from '../../lib/config';
import { ProblemError } from '../../lib/problems';
import type { ScaleTarget, ScaledObjectSpec, Trigger } from './autoscaling-types';
import { type CronTrigger, cronTriggers } from './cron-triggers';
import type { FloorSource } from './live-floors';
import { workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import { overrideAnnotations } from './override-annotations';
import { movingFloors, type PlannedWorkload } from './planned-workload';
import { noteWorkload } from './rules';
import { liveBehavior, reactiveBehavior, scheduledBehavior } from './scaling-behavior';
import { type ScalingMetric, scalingMetrics } from './scaling-metrics';

export interface ScheduledAutoscalerProps {
  /** The workload to scale. */
  readonly workload: PlannedWorkload;
  /**
   * The object that has the replicas: anything with a scale subresource, in the namespace of the chart.
   * @default the Deployment with the name of the workload
   */
  readonly target?: ScaleTarget;
  /**
   * What it follows beside its schedule: a PromQL query whose answer is one number, such as the load of the whole workload in the unit of
   * the plan; several, of which the one that asks for most replicas counts; or several that a formula turns into replicas.
   * @default CPU; for a service CPU and memory; a workload with GPUs needs one
   */
  readonly metric?: LiveMetricInput;
  /**
   * Whether replicas are added until each floor is reached exactly. Otherwise an HPA ignores a difference of up to 10 %, so that 19
   * replicas satisfy a floor of 20. This sets a tolerance of 0, which needs Kubernetes 1.35 and KEDA 2.18. With a floor that stays the
   * same it applies only where a replay has tuned the target; above a live floor it applies to replicas that are removed too.
   * @default false
   */
  readonly exactFloors?: boolean;
  /**
   * The container whose CPU and memory count.
   * @default all of the pod
   */
  readonly container?: string;
  /**
   * The name of the HorizontalPodAutoscaler that scales the target now. KEDA goes on with it in place, so that no moment is without one.
   * @default none: KEDA makes its own
   */
  readonly takesOver?: string;
  /**
   * Where the floor of a workload with owner `live` is read.
   * @default none; owner `live` needs it, unless nodes alone come ahead (see `NodesAhead`)
   */
  readonly floor?: FloorSource;
}

/**
 * A KEDA ScaledObject, for workloads with owner `keda`, whose floor changes by the hour, or `live`, whose floor recording rules decide each
 * minute. Under `keda` cron triggers raise the number of replicas to the floors of the plan's schedule; under `live` one Prometheus trigger
 * reads the floor, unless it moves nodes alone, and there is no cron trigger. Live triggers follow the load above them, at the target
 * utilisation that the plan was made with, up to the ceiling. Where the floor of the plan stays the same there are no cron triggers.
 *
 * KEDA takes the largest number of all triggers. With a formula it knows one number alone, so the floors are part of the formula.
 *
 * When Prometheus does not answer, its trigger asks for the replicas that there are, or for the lowest floor of the plan where there are
 * fewer (`fallback`): cron triggers still add replicas, and none are removed. With a formula KEDA puts that number in the place of the
 * whole formula, floors included, so that there the highest floor is what it asks for. Before KEDA 2.18 the target of a trigger that falls
 * back is cut to a whole number, and replicas could go. After the end of the schedule the lowest floor and the live triggers remain.
 *
 * @throws ProblemError `kubernetes/cron-span`, `kubernetes/small-target`, `kubernetes/no-throughput`, `kubernetes/no-metric`,
 * `kubernetes/metric` for a metric that KEDA cannot read
 * @see https://keda.sh/docs/latest/scalers/cron/
 * @see kedacore/keda pkg/fallback/fallback.go, apis/keda/v1alpha1/scaledobject_webhook.go (2.20)
 * @example new ScheduledAutoscaler(chart, 'Autoscaler', { workload: plannedWorkload(plan, 'chat'), metric })
 */
export class ScheduledAutoscaler extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledAutoscalerProps) {
    super(scope, id);
    const { workload, target, metric, exactFloors, container, takesOver } = props;
    const { floor, ceiling, owner, ahead } = workload.plan;
    const read = metric && liveMetricOf(metric);
    const isFormula = read?.formula !== undefined;
    const live = scalingMetrics(workload, read).map((one) => toTrigger(workload, one, container));
    const isLive = owner === 'live';
    const source = isLive && ahead !== 'nodes' ? (props.floor ?? unread(workload)) : undefined;
    const crons = !isLive ? cronTriggers(movingFloors(workload), workload.scheduleEnd, floor) : [];
    const floors =
      source === undefined
        ? crons.map((cron, index) => cronTrigger(cron, isFormula ? floorName(index) : undefined))
        : [floorTrigger(source, isFormula)];
    const behaviorOf =
      source !== undefined ? liveBehavior : !isLive && movingFloors(workload).length > 0 ? scheduledBehavior : reactiveBehavior;
    const highest = source === undefined ? Math.max(floor, ...crons.map(({ replicas }) => replicas)) : workload.plan.peak;
    const annotations = {
      ...(takesOver !== undefined && { 'scaledobject.keda.sh/transfer-hpa-ownership': 'true' }),
      ...overrideAnnotations(workload),
    };
    const object = kubernetesObject(this, 'ScaledObject', {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: {
        name: workload.name,
        labels: workloadLabels(workload),
        ...(Object.keys(annotations).length > 0 && { annotations }),
      },
      spec: {
        scaleTargetRef: target ?? { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name },
        minReplicaCount: floor,
        maxReplicaCount: ceiling,
        ...(source !== undefined && { pollingInterval: 15 }),
        ...([...live, ...floors].some(({ type }) => type === 'prometheus') && {
          fallback: { failureThreshold: 3, replicas: isFormula ? highest : floor, behavior: 'currentReplicasIfHigher' },
        }),
        advanced: {
          horizontalPodAutoscalerConfig: {
            ...(takesOver !== undefined && { name: takesOver }),
            behavior: behaviorOf(workload, exactFloors),
          },
          ...(read?.formula !== undefined && { scalingModifiers: modifiers(read.formula, floors.length) }),
        },
        // KEDA numbers its metrics by the order of the triggers. Live triggers are first, so that a new schedule does not renumber them.
        triggers: [...live, ...floors],
      },
    });
    noteWorkload(object, workload);
  }
}

function unread({ name }: PlannedWorkload): never {
  throw new ProblemError({
    code: 'kubernetes/no-metric',
    path: `workloads.${name}.owner`,
    message: "is 'live', and nothing says where the floor is read",
    hint: "give floor: floorSourceOf(config, name), or plan with owner: 'keda'",
  });
}

/** The floor that rules record, in replicas: a target of 1 makes it as many replicas. A rule that is gone is an error, and never a zero. */
function floorTrigger({ url, query }: FloorSource, isNamed: boolean): Trigger {
  return {
    type: 'prometheus',
    ...(isNamed && { name: floorName(0) }),
    metricType: 'AverageValue',
    metadata: { serverAddress: url, query, threshold: '1', ignoreNullValues: 'false' },
  };
}

function cronTrigger({ start, end, replicas }: CronTrigger, name: string | undefined): Trigger {
  return {
    type: 'cron',
    ...(name !== undefined && { name }),
    metricType: 'AverageValue',
    metadata: { timezone: 'Etc/UTC', start, end, desiredReplicas: String(replicas) },
  };
}

const floorName = (index: number): string => `floor_${index}`;

/** With a formula KEDA gives its HPA one number in place of those of all triggers: the floors have to be in it. A target of 1 makes it replicas. */
function modifiers(formula: string, floors: number): NonNullable<ScaledObjectSpec['advanced']['scalingModifiers']> {
  const names = Array.from({ length: floors }, (_, index) => floorName(index));
  return { formula: names.length === 0 ? formula : `max(${[formula, ...names].join(', ')})`, target: '1', metricType: 'AverageValue' };
}

function toTrigger(workload: PlannedWorkload, metric: ScalingMetric, container: string | undefined): Trigger {
  if (metric.kind === 'resource') {
    const value = String(metric.utilisationPercent);
    return {
      type: metric.resource,
      metricType: 'Utilization',
      metadata: container === undefined ? { value } : { value, containerName: container },
    };
  }
  const { source, milliPerReplica, as } = metric;
  if (source.kind === 'pods')
    throw new ProblemError({
      code: 'kubernetes/metric',
      path: `workloads.${workload.name}.metric`,
      message: 'a KEDA ScaledObject cannot read a metric of the pods',
      hint: "use prometheusMetric(...), or owner: 'manifests'",
    });
  return {
    type: 'prometheus',
    ...(as !== undefined && { name: as }),
    metricType: 'AverageValue',
    metadata: { serverAddress: source.url, query: source.query, threshold: String(milliPerReplica / 1000), ignoreNullValues: 'false' },
  };
}

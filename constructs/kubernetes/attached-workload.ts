import { Construct } from 'constructs';
import type { LiveMetricInput } from '../../lib/config';
import { autoscale } from './autoscale';
import type { ScaleTarget } from './autoscaling-types';
import { DisruptionBudget } from './disruption-budget';
import type { PlannedWorkload } from './planned-workload';
import type { FloorMetric, FloorSource } from './live-floors';
import type { Labels } from './pod-types';

export interface AttachedWorkloadProps {
  /** The workload, from `plannedWorkload(plan, name)`. */
  readonly workload: PlannedWorkload;
  /** What has its replicas: anything with a scale subresource, in the namespace of the chart. */
  readonly target: ScaleTarget;
  /**
   * What its autoscaler follows: `prometheusMetric(...)` for KEDA, `podsMetric(...)` for an HPA, or several.
   * @default CPU; for a service CPU and memory; a workload with GPUs needs one
   */
  readonly metric?: LiveMetricInput;
  /**
   * The container whose CPU and memory count.
   * @default all of the pod
   */
  readonly container?: string;
  /**
   * The name of the HorizontalPodAutoscaler that scales the target now, and that the plan goes on with.
   * @default none
   */
  readonly takesOver?: string;
  /**
   * The labels of its pods, for a PodDisruptionBudget.
   * @default no PodDisruptionBudget
   */
  readonly disruptionBudget?: Labels;
  /**
   * Whether scheduled floors, and targets that a replay has tuned, are reached exactly. This needs Kubernetes 1.35, and for owner `keda`
   * KEDA 2.18.
   * @default false
   */
  readonly exactFloors?: boolean;
  /**
   * Where KEDA reads the floor of a workload with owner `live`.
   * @default none; owner `live` needs it, or `floorMetric`
   */
  readonly floor?: FloorSource;
  /**
   * What an HPA reads it as, where an HPA does.
   * @default none: KEDA reads it
   */
  readonly floorMetric?: FloorMetric;
}

/**
 * What carries the numbers of a workload that runs already: its autoscaler with floors by time and ceiling, and a disruption budget where
 * that is asked for. The workload itself, its namespace, policies, accounts and labels stay its owner's.
 *
 * @throws ProblemError what the autoscaler throws
 * @example
 * const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'vllm' };
 * new AttachedWorkload(new Chart(app, 'chat', { namespace: 'serving' }), 'Chat', { workload: plannedWorkload(plan, 'chat'), target, metric });
 */
export class AttachedWorkload extends Construct {
  constructor(scope: Construct, id: string, { disruptionBudget, ...props }: AttachedWorkloadProps) {
    super(scope, id);
    autoscale(this, props);
    if (disruptionBudget) new DisruptionBudget(this, 'DisruptionBudget', { workload: props.workload, selector: disruptionBudget });
  }
}

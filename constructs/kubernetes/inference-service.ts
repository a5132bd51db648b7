import { Construct } from 'constructs';
import { serve, type ServedParts, type ServeProps } from './serve';

export type InferenceServiceProps = ServeProps;

/**
 * All Kubernetes objects of a model that answers requests: a Deployment on the nodes of its pool, a Service, a ServiceAccount, a
 * disruption budget, NetworkPolicies, and an autoscaler. The autoscaler keeps the number of replicas between the floor and the ceiling
 * of the plan: a `ScheduledAutoscaler` for owners `keda` and `live`, a `HorizontalAutoscaler` for owner `manifests`.
 *
 * @throws ProblemError `kubernetes/no-fit` when no node of the pool can hold a replica, and what the autoscaler throws
 * @example new InferenceService(chart, 'Chat', { workload: plannedWorkload(plan, 'chat'), image, port: 8000, metric })
 */
export class InferenceService extends Construct implements ServedParts {
  readonly serviceAccount: ServedParts['serviceAccount'];
  readonly service: ServedParts['service'];
  readonly deployment: ServedParts['deployment'];
  readonly disruptionBudget: ServedParts['disruptionBudget'];
  readonly autoscaler: ServedParts['autoscaler'];
  readonly monitor?: ServedParts['monitor'];
  readonly allowCalls?: ServedParts['allowCalls'];
  readonly allowReaching?: ServedParts['allowReaching'];

  constructor(scope: Construct, id: string, props: InferenceServiceProps) {
    super(scope, id);
    ({
      serviceAccount: this.serviceAccount,
      service: this.service,
      deployment: this.deployment,
      disruptionBudget: this.disruptionBudget,
      autoscaler: this.autoscaler,
      monitor: this.monitor,
      allowCalls: this.allowCalls,
      allowReaching: this.allowReaching,
    } = serve(this, props));
  }
}

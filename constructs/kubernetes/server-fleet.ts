import { Construct } from 'constructs';
import { serve, type ServedParts, type ServeProps } from './serve';

export type ServerFleetProps = Omit<ServeProps, 'metric' | 'model'>;

/**
 * All Kubernetes objects of a service, whose load is measured by CPU and memory: a Deployment, a Service, a ServiceAccount, a
 * disruption budget, NetworkPolicies, and an autoscaler. The autoscaler keeps the number of replicas between the floor and the ceiling
 * of the plan, at the plan's targets of CPU and memory.
 *
 * @throws ProblemError `kubernetes/no-fit` when no node of the pool can hold a replica, and what the autoscaler throws
 * @example new ServerFleet(chart, 'Storefront', { workload: plannedWorkload(plan, 'storefront'), image })
 */
export class ServerFleet extends Construct implements ServedParts {
  readonly serviceAccount: ServedParts['serviceAccount'];
  readonly service: ServedParts['service'];
  readonly deployment: ServedParts['deployment'];
  readonly disruptionBudget: ServedParts['disruptionBudget'];
  readonly autoscaler: ServedParts['autoscaler'];
  readonly monitor?: ServedParts['monitor'];
  readonly allowCalls?: ServedParts['allowCalls'];
  readonly allowReaching?: ServedParts['allowReaching'];

  constructor(scope: Construct, id: string, props: ServerFleetProps) {
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

import { Construct } from 'constructs';
import { serve, type ServeProps } from './serve';

export type ServerFleetProps = Omit<ServeProps, 'metric'>;

/**
 * Servers that are measured by CPU and memory: a Deployment without `replicas`, scaled between the plan's floor and ceiling at
 * the plan's targets for both, and all that belongs to it.
 *
 * @throws ProblemError `kubernetes/no-fit`, and what its autoscaler refuses
 * @example new ServerFleet(chart, 'Storefront', { workload: plannedWorkload(plan, 'storefront'), image })
 */
export class ServerFleet extends Construct {
  constructor(scope: Construct, id: string, props: ServerFleetProps) {
    super(scope, id);
    serve(this, props);
  }
}

import { Construct } from 'constructs';
import { serve, type ServeProps } from './serve';

export type InferenceServiceProps = ServeProps;

/**
 * A model that answers requests: a Deployment on the GPUs of its pool, without `replicas`, scaled between the plan's floor and
 * ceiling by the owner that the plan names, and all that belongs to it.
 *
 * @throws ProblemError `kubernetes/no-fit`, `kubernetes/metric`, and what its autoscaler refuses
 * @example new InferenceService(chart, 'Chat', { workload: plannedWorkload(plan, 'chat'), image, port: 8000, metric })
 */
export class InferenceService extends Construct {
  constructor(scope: Construct, id: string, props: InferenceServiceProps) {
    super(scope, id);
    serve(this, props);
  }
}

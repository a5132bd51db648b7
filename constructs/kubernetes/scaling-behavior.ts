import type { ScalingBehavior } from './autoscaling-types';
import type { PlannedWorkload } from './planned-workload';

/**
 * How fast replicas move. A rise is taken in one step: the plan counts on no ramp, and a floor that leads by the cold start
 * would be late by every doubling. A fall waits five minutes and then happens at once, as Kubernetes does by default; written
 * out, so that what is replayed is what runs.
 *
 * @param upTolerance share by which the metric may exceed its target before replicas are added; 0.1 where left out
 */
export function scalingBehavior(workload: PlannedWorkload, upTolerance?: string): ScalingBehavior {
  return {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [{ type: 'Pods', value: workload.plan.ceiling, periodSeconds: 15 }],
      tolerance: upTolerance,
    },
    scaleDown: {
      stabilizationWindowSeconds: 300,
      selectPolicy: 'Max',
      policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    },
  };
}

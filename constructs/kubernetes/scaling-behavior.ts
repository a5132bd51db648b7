import { usualScaleDown } from '../../lib/plan/file';
import type { ScalingBehavior } from './autoscaling-types';
import type { PlannedWorkload } from './planned-workload';

/**
 * How fast an autoscaler that follows only the live load changes the number of replicas. Up: every 15 seconds it may double the number
 * or add four replicas, whichever is more. Down: as the replay of the plan has tuned it, otherwise after five minutes. Except for what
 * was tuned, these are the defaults of Kubernetes, written out so that the cluster runs exactly what was replayed.
 *
 * @param isExact whether the cluster supports tolerances. If so, an autoscaler with tuned settings adds replicas with a tolerance of 0,
 * as in the replay
 */
export function reactiveBehavior({ plan }: PlannedWorkload, isExact = false): ScalingBehavior {
  const { windowSeconds, type, value, periodSeconds } = plan.scaleDown ?? usualScaleDown;
  return {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Percent', value: 100, periodSeconds: 15 },
        { type: 'Pods', value: 4, periodSeconds: 15 },
      ],
      ...(isExact && plan.scaleDown && { tolerance: '0' }),
    },
    scaleDown: {
      stabilizationWindowSeconds: windowSeconds,
      selectPolicy: 'Max',
      policies: [{ type: type === 'pods' ? 'Pods' : 'Percent', value, periodSeconds }],
    },
  };
}

/**
 * How fast an autoscaler with a schedule changes the number of replicas. Up: in one step to any number, because floors are scheduled
 * only the lead time ahead of the load, and each doubling on the way would make them late. Down: as in `reactiveBehavior`.
 *
 * @param isExact whether the cluster supports tolerances. If so, the tolerance is 0, so that floors are reached exactly
 */
export function scheduledBehavior(workload: PlannedWorkload, isExact = false): ScalingBehavior {
  const { scaleUp, scaleDown } = reactiveBehavior(workload);
  const policies = [{ type: 'Pods' as const, value: workload.plan.ceiling, periodSeconds: 15 }];
  return { scaleUp: { ...scaleUp, policies, ...(isExact && { tolerance: '0' }) }, scaleDown };
}

/**
 * The same above a floor that moves by the minute: up in one step, down as in `reactiveBehavior`.
 *
 * @param isExact whether the cluster supports tolerances. If so, it is 0 both ways, since a floor that has fallen would keep up to a ninth
 * more replicas otherwise
 */
export function liveBehavior(workload: PlannedWorkload, isExact = false): ScalingBehavior {
  const { scaleUp, scaleDown } = scheduledBehavior(workload, isExact);
  return { scaleUp, scaleDown: { ...scaleDown, ...(isExact && { tolerance: '0' }) } };
}

import { usualScaleDown } from '../../lib/plan/replay';
import type { ScalingBehavior } from './autoscaling-types';
import type { PlannedWorkload } from './planned-workload';

/**
 * How fast replicas move when only the live load moves them: at most doubling (or by four) every 15 seconds up; down as the plan's
 * replay has tuned it, else after five minutes. These are the defaults of Kubernetes, written out so that what is replayed is what runs.
 *
 * @param isExact whether the cluster takes a tolerance: settings that were tuned in a replay were so without one, upwards
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
 * How fast replicas move where a schedule moves them too: up in one step, as `minReplicas` would, because a scheduled floor that
 * leads by the cold start would be late by every doubling.
 *
 * @param isExact whether the cluster takes a tolerance: then replicas are added for any excess, and floors are met
 */
export function scheduledBehavior(workload: PlannedWorkload, isExact = false): ScalingBehavior {
  const { scaleUp, scaleDown } = reactiveBehavior(workload);
  const policies = [{ type: 'Pods' as const, value: workload.plan.ceiling, periodSeconds: 15 }];
  return { scaleUp: { ...scaleUp, policies, ...(isExact && { tolerance: '0' }) }, scaleDown };
}

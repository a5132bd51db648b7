import type { CapacityPlan, PoolPlan, ReplicaStep, WorkloadPlan } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import { formatTime, parseDuration, parseTime } from '../../lib/units';
import { roomAtPeak } from './room';
import { spotLead } from './spot-lead';

/** Everything that the plan says about one workload. All constructs for workloads take it; `plannedWorkload` makes it. */
export type PlannedWorkload = {
  /** The name of the workload, which its Kubernetes objects have too. */
  readonly name: string;
  /** The workload in the plan: replicas, schedule, resources, targets. */
  readonly plan: WorkloadPlan;
  /** The pool in the plan whose nodes the workload runs on. */
  readonly pool: PoolPlan;
  /** When the last step of `plan.schedule` ends, ISO 8601 UTC. */
  readonly scheduleEnd: string;
  /** Pods that a roll-out may start before old ones end: at most a quarter of the peak, and what its pool has room for at the peak. */
  readonly surge: number;
  /**
   * By how many its pods on spot may outnumber the others, where a scheduler can always keep to that.
   * @default no bound: pods are spread as well as it goes
   */
  readonly spotLead?: number;
};

/**
 * Takes one workload out of a plan, for the constructs of workloads.
 *
 * @param name the name of the workload in the config
 * @throws ProblemError `kubernetes/not-planned` when the plan does not have the workload or its pool, `kubernetes/plan-times` when its
 * schedule or horizon cannot be read
 * @example plannedWorkload(plan, 'chat')
 */
export function plannedWorkload(plan: CapacityPlan, name: string): PlannedWorkload {
  const workload = Object.hasOwn(plan.workloads, name) ? plan.workloads[name] : undefined;
  const pool = workload && Object.hasOwn(plan.pools, workload.pool) ? plan.pools[workload.pool] : undefined;
  if (!workload || !pool) {
    throw new ProblemError({
      code: 'kubernetes/not-planned',
      path: workload ? `workloads.${name}.pool` : `workloads.${name}`,
      message: workload ? `names pool '${workload.pool}', which the plan does not have` : 'is not in the plan',
      hint: workload ? 'run `foresize plan`' : 'name a workload of the config, or run `foresize plan` where it is new there',
    });
  }
  const surge = roomAtPeak(plan, name, Math.ceil(workload.peak / 4));
  return { name, plan: workload, pool, scheduleEnd: scheduleEnd(plan, workload), surge, spotLead: spotLead(plan, name, surge) };
}

/** The steps of the floor that KEDA follows by cron triggers; none where the floor is the same for the whole horizon. */
export function movingFloors({ plan }: Pick<PlannedWorkload, 'plan'>): readonly ReplicaStep[] {
  const steps = plan.floorSchedule ?? plan.schedule;
  return plan.floors === 'flat' || steps.every(({ replicas }) => replicas === plan.floor) ? [] : steps;
}

/** The schedule begins with the first period of the plan and runs for its horizon. */
function scheduleEnd(plan: CapacityPlan, workload: WorkloadPlan): string {
  const begin = parseTime(workload.schedule[0]?.from ?? plan.asOf);
  const horizonMs = parseDuration(plan.horizon);
  if (begin === undefined || horizonMs === undefined) {
    throw new ProblemError({
      code: 'kubernetes/plan-times',
      path: 'plan',
      message: `has a horizon or a schedule that cannot be read: '${plan.horizon}'`,
    });
  }
  return formatTime(begin + horizonMs);
}

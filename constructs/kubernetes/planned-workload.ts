import type { CapacityPlan, PoolPlan, ReplicaStep, WorkloadPlan } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import { formatTime, parseDuration, parseTime } from '../../lib/units';

/** A workload with all that the plan says about it: what every construct here is built from. */
export type PlannedWorkload = {
  /** Name of the workload, and of its objects. */
  readonly name: string;
  readonly plan: WorkloadPlan;
  /** The pool it runs in. */
  readonly pool: PoolPlan;
  /** End of the last step of `plan.schedule`, ISO 8601 UTC. */
  readonly scheduleEnd: string;
};

/**
 * @throws ProblemError `kubernetes/not-planned` when the plan has no such workload or not its pool
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
      hint: 'run `foresize plan`',
    });
  }
  return { name, plan: workload, pool, scheduleEnd: scheduleEnd(plan, workload) };
}

/** The steps that KEDA moves the floor by: none where it stays flat. */
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

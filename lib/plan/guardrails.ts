import type { CapacityConfig } from '../config/schema';
import type { CapacityPlan, PlanWarning, WorkloadPlan } from './types';

/** Floors that move further against the previous plan than the guardrails allow: warned of, so that a reviewer looks. */
export function guardrailWarnings(
  previous: CapacityPlan,
  next: Pick<CapacityPlan, 'workloads'>,
  { stepUp, stepDown }: Pick<CapacityConfig['guardrails'], 'stepUp' | 'stepDown'>,
): PlanWarning[] {
  return Object.entries(next.workloads).flatMap(([name, { peak }]) => {
    const before = (previous.workloads[name] as WorkloadPlan | undefined)?.peak;
    if (before === undefined || before === 0 || before === peak) return [];
    const change = peak / before - 1;
    const [limit, key] = change > 0 ? [stepUp, 'stepUp'] : [stepDown, 'stepDown'];
    if (Math.abs(change) <= limit) return [];
    return [
      {
        code: `guardrail/${key === 'stepUp' ? 'step-up' : 'step-down'}`,
        path: `workloads.${name}`,
        message: `highest floor goes from ${before} to ${peak} (${change > 0 ? '+' : ''}${Math.round(change * 100)} %), more than guardrails.${key} ${limit * 100} %`,
      },
    ];
  });
}

import type { CapacityConfig } from '../config/schema';
import { highest, mapSteps } from '../demand/steps';
import { ProblemError } from '../problems';
import type { CapacityPlan, PlanWarning, WorkloadPlan } from './types';
import type { WorkloadDemand } from './workload-demand';

/**
 * With `onStep: 'limit'` the guardrails bind what a workload needs before it is sized: where its highest floor would fall by more than
 * `stepDown` against the previous plan, its whole schedule is raised in proportion, as little as keeps to it. Jobs and floors that a ceiling
 * of the config bounds are left alone.
 *
 * @throws ProblemError `guardrail/step-up` for each workload whose highest floor would rise by more than `stepUp`
 */
export function withinSteps(
  demands: Readonly<Record<string, WorkloadDemand>>,
  previous: CapacityPlan | null,
  { guardrails, workloads }: CapacityConfig,
): Readonly<Record<string, WorkloadDemand>> {
  if (guardrails.onStep !== 'limit' || previous === null) return demands;
  const { stepUp, stepDown } = guardrails;
  const problems = Object.keys(demands).flatMap((name) => {
    const before = peakBefore(previous, name);
    const { peak } = demands[name];
    if (before === undefined || peak <= mostWithin(before, stepUp)) return [];
    const most = mostWithin(before, stepUp);
    return [
      {
        code: 'guardrail/step-up',
        path: 'guardrails.stepUp',
        message: `highest floor of ${name} would go from ${before} to ${peak}, and ${percent(stepUp)} % more allow ${most}: ${peak - most} short`,
        expected: `at least ${Math.ceil(100 * (peak / before - 1) - 1e-9)} %`,
        hint: `raise it, or only warn of it (onStep: 'warn'), once the rise of ${name} is understood`,
      },
    ];
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return Object.fromEntries(
    Object.entries(demands).map(([name, demand]) => {
      const before = peakBefore(previous, name);
      const workload = workloads[name];
      const isJob = workload.kind === 'training' && workload.form === 'job';
      const least = before === undefined || isJob ? 0 : Math.min(leastWithin(before, stepDown), workload.ceiling ?? Infinity);
      return [name, least > demand.peak ? raised(demand, least, before ?? 0, stepDown) : demand];
    }),
  );
}

function raised(demand: WorkloadDemand, peak: number, before: number, stepDown: number): WorkloadDemand {
  const factor = peak / demand.peak;
  const more = (replicas: number) => Math.min(peak, Math.ceil(replicas * factor - 1e-9));
  const schedule = mapSteps(demand.schedule, more);
  return {
    ...demand,
    floor: more(demand.floor),
    peak: Math.max(peak, highest(schedule)),
    wantedCeiling: Math.max(peak, demand.wantedCeiling),
    schedule,
    ...(demand.floorSchedule && { floorSchedule: mapSteps(demand.floorSchedule, more) }),
    medianSchedule: mapSteps(demand.medianSchedule, more),
    reasons: [
      ...demand.reasons,
      {
        code: 'guardrail/step-down',
        text: `highest floor ${peak} in place of ${demand.peak}: it was ${before}, and guardrails.stepDown lets it fall by ${percent(stepDown)} % at most; all floors are raised in proportion`,
      },
    ],
  };
}

/** Floors that move further against the previous plan than the guardrails allow: warned of, so that a reviewer looks. */
export function guardrailWarnings(
  previous: CapacityPlan,
  next: Pick<CapacityPlan, 'workloads'>,
  { stepUp, stepDown }: Pick<CapacityConfig['guardrails'], 'stepUp' | 'stepDown'>,
): PlanWarning[] {
  return Object.entries(next.workloads).flatMap(([name, { peak }]) => {
    const before = peakBefore(previous, name);
    if (before === undefined || before === peak) return [];
    const change = peak / before - 1;
    const [limit, key] = change > 0 ? [stepUp, 'stepUp'] : [stepDown, 'stepDown'];
    if (peak <= mostWithin(before, stepUp) && peak >= leastWithin(before, stepDown)) return [];
    return [
      {
        code: `guardrail/${key === 'stepUp' ? 'step-up' : 'step-down'}`,
        path: `workloads.${name}`,
        message: `highest floor goes from ${before} to ${peak} (${change > 0 ? '+' : ''}${Math.round(change * 100)} %), more than guardrails.${key} ${percent(limit)} %`,
      },
    ];
  });
}

function peakBefore({ workloads }: CapacityPlan, name: string): number | undefined {
  const before = (workloads[name] as WorkloadPlan | undefined)?.peak;
  return before === undefined || before === 0 ? undefined : before;
}

const mostWithin = (before: number, stepUp: number): number => Math.floor(before * (1 + stepUp) + 1e-9);
const leastWithin = (before: number, stepDown: number): number => Math.ceil(before * (1 - stepDown) - 1e-9);
const percent = (share: number): number => Number((100 * share).toFixed(2));

import { usualNodesPerGroup } from '../../catalog';
import { type CapacityConfig, isJob } from '../../config';
import { type StepFunction, segments } from '../../demand';
import { checkBudget, type DemandSegment, sizePools, sizingEfforts, type SizingPool, type SizingResult, type Solver } from '../../sizing';
import { inEqualParts, type OnProgress } from '../../progress';
import { HOURS_PER_MONTH } from '../../units';
import { namingHeld, type WorkloadDemand } from '../replicas';
import { mapWorkloads } from '../map-together';
import { hintingPaidAnyway } from './paid-anyway';
import { gpuTypesOf, type PoolOfferings, type ResolvedResources } from '../supply';
import { assemblePools } from './pools';
import type { PoolPlan, PlanCost, CapacityPlan } from '../file';
import { handOverMsOf } from '../workload-facts';

export type SizedDemand = {
  /** Nodes for the protected loads, and what they cost. */
  readonly pools: Readonly<Record<string, PoolPlan>>;
  readonly sized: SizingResult;
  readonly cost: PlanCost;
};

/**
 * Sizes the pools for what the workloads need: for the protected loads, which nodes are planned for, and for the median ones, whose
 * cost is what one may expect.
 *
 * @param demands by workload, within the guardrails
 * @param needed by workload, before the guardrails: hints of a refusal name what they hold
 * @throws ProblemError as `sizePools`, `assemblePools`
 */
export function sizeDemand(
  config: CapacityConfig,
  {
    offerings,
    needed,
    demands,
    resources,
    previous,
    solver,
    onProgress,
  }: {
    readonly offerings: PoolOfferings;
    readonly needed: Readonly<Record<string, WorkloadDemand>>;
    readonly demands: Readonly<Record<string, WorkloadDemand>>;
    readonly resources: Readonly<Record<string, ResolvedResources>>;
    readonly previous: CapacityPlan | null;
    readonly solver: Solver;
    readonly onProgress?: OnProgress;
  },
): SizedDemand {
  const hinted = <T>(work: () => T): T => hintingPaidAnyway(config, offerings, work);
  const [onProtected, onMedian] = inEqualParts(onProgress, 2);
  const size = (pick: (demand: WorkloadDemand) => StepFunction, shares: 'kept' | 'open'): SizingResult =>
    sizePools({
      pools: sizingPools(config, offerings, resources, demands, shares),
      limits: { quotas: config.limits.quotas, budgetUsdPerHour: config.limits.budget ?? null },
      segments: demandSegments(demands, pick, offerings),
      wantedCeilings: mapWorkloads(config, (name) => demands[name].wantedCeiling),
      solver,
      effort: sizingEfforts[config.effort],
      explained: shares === 'kept',
      onProgress: shares === 'kept' ? onProtected : onMedian,
    });
  const sized = hinted(() => namingHeld(needed, demands, config, () => size((demand) => demand.schedule, 'kept')));
  // Fewer replicas may break a share that more of them keep; what they cost is asked for, not where they run.
  const expected = hinted(() => size((demand) => demand.medianSchedule, 'open'));
  const pools = assemblePools(config, offerings, sized, expected, jobSchedules(config, demands));
  return { pools, sized, cost: hinted(() => namingHeld(needed, demands, config, () => costOf(pools, sized, config, previous))) };
}

/** What is paid: the schedules, and what Terraform holds all the time. That extra is a rule, not a choice, so it is in the bound too. */
function costOf(pools: CapacityPlan['pools'], sized: SizingResult, config: CapacityConfig, previous: CapacityPlan | null): PlanCost {
  const sum = (kind: 'p50' | 'p95') => Object.values(pools).reduce((total, pool) => total + pool.usdPerMonth[kind], 0);
  const p95 = sum('p95');
  const bound = Math.min(p95, sized.boundUsdPerHour * HOURS_PER_MONTH + (p95 - sized.usdPerHour * HOURS_PER_MONTH));
  checkBudget(config.limits.budget ?? null, p95 / HOURS_PER_MONTH, bound / HOURS_PER_MONTH);
  return {
    usdPerMonth: { now: previous?.cost.usdPerMonth.p95 ?? null, p50: sum('p50'), p95 },
    bound,
    gapPercent: p95 > 0 ? 100 * (1 - bound / p95) : 0,
    status: sized.status,
    termination: sized.termination,
  };
}

function sizingPools(
  config: CapacityConfig,
  offerings: PoolOfferings,
  resources: Readonly<Record<string, ResolvedResources>>,
  demands: Readonly<Record<string, WorkloadDemand>>,
  shares: 'kept' | 'open',
): SizingPool[] {
  const nodesPerGroup = config.limits.nodesPerGroup ?? usualNodesPerGroup;
  // A node holds a replica or more: where all ceilings together are no more than a group may hold, no group can pass it.
  const mayPassGroupSize = (pool: string) => {
    const replicas = Object.keys(demands).map((name) =>
      config.workloads[name].pool === pool ? Math.max(demands[name].peak, demands[name].wantedCeiling) : 0,
    );
    return replicas.reduce((sum, count) => sum + count, 0) > nodesPerGroup;
  };
  return Object.keys(offerings).map((name) => ({
    name,
    offerings: offerings[name],
    ceiling: config.pools[name].ceiling ?? null,
    spotShare: config.limits.spotShare,
    ...(shares === 'kept' && { spotTypeShare: config.limits.spotTypeShare, zoneShare: config.pools[name].zoneShare }),
    ...(mayPassGroupSize(name) && { nodesPerGroup }),
    minUpMs: config.pools[name].minUpTime,
    handOverMs: handOverMsOf(config, name),
    classes: Object.keys(config.workloads)
      .filter((workload) => config.workloads[workload].pool === name)
      .sort()
      .map((workload) => {
        const { gpus, cpuMilli, memoryMiB } = resources[workload];
        const gpuNames = gpuTypesOf(workload, config.workloads[workload]);
        return { workload, gpus, cpuMilli, memoryMiB, ...(gpuNames && { gpuNames }) };
      }),
  }));
}

/** Replicas over time of what runs once. */
function jobSchedules(config: CapacityConfig, demands: Readonly<Record<string, WorkloadDemand>>): Record<string, StepFunction> {
  return Object.fromEntries(
    Object.entries(demands).flatMap(([name, { schedule }]) => (isJob(config.workloads[name]) ? [[name, schedule]] : [])),
  );
}

function demandSegments(
  demands: Readonly<Record<string, WorkloadDemand>>,
  pick: (demand: WorkloadDemand) => StepFunction,
  offerings: PoolOfferings,
): DemandSegment[] {
  const schedules = Object.fromEntries(Object.entries(demands).map(([name, demand]) => [name, pick(demand)]));
  const bounds = Object.values(offerings).flatMap((all) => all.flatMap(({ reservation: held }) => (held ? [held.from, held.to] : [])));
  return segments(schedules, bounds).map(({ from, to, values }) => ({ from, to, replicas: values }));
}

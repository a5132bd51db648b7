import { usualNodesPerGroup } from '../../catalog';
import { type CapacityConfig, isAutoscaled } from '../../config';
import { mapSteps, type StepFunction, segments } from '../../demand';
import { type DemandSegment, sizePools, sizingEfforts, type SizingPool, type SizingResult, type Solver } from '../../sizing';
import { isProblemError } from '../../problems';
import { inEqualParts, type OnProgress } from '../../progress';
import { HOUR_MS, HOURS_PER_MONTH } from '../../units';
import { namingHeld, namingOverrides, type OrdinaryDemand, type WorkloadDemand } from '../replicas';
import { mapWorkloads } from '../map-together';
import { keepOfferings } from './keep-offerings';
import { hintingPaidAnyway } from './paid-anyway';
import { apartInSegments, namingPools, type OnSpot, withOnSpot, withoutSpotPools, withSpotOfJobs } from './spot-jobs';
import { gpuTypesOf, type PoolOfferings, type ResolvedResources } from '../supply';
import { checkBudget } from './budget';
import { type CostNow, costNow } from './cost-now';
import { assemblePools, type Ordinary } from './pools';
import { type CapacityPlan, type PlanBefore, type PlanCost, type PoolPlan, usdNextMonth } from '../file';
import { handOverMsOf } from '../workload-facts';

export type SizedDemand = {
  /** Nodes for the protected loads, and what they cost. */
  readonly pools: Readonly<Record<string, PoolPlan>>;
  readonly sized: SizingResult;
  readonly cost: PlanCost;
  readonly now: CostNow;
};

/**
 * Sizes the pools for what the workloads need: for the protected loads, which nodes are planned for, and for the median ones, whose
 * cost is what one may expect.
 *
 * What runs by the plan before stays while other nodes would cost less by no more than the stickiness (`keepOfferings`).
 *
 * @param demands by workload, within the guardrails, as overrides set them
 * @param ordinary replicas in ordinary time, which a month is priced by; `null` where the horizon is ordinary itself
 * @param needed by workload, before the guardrails: hints of a refusal name what they hold
 * @param held within the guardrails, before overrides: hints name those that ask for more. @default demands
 * @throws ProblemError as `sizePools`, `assemblePools`
 */
export function sizeDemand(
  config: CapacityConfig,
  {
    offerings,
    needed,
    demands,
    held = demands,
    ordinary,
    resources,
    previous,
    solver,
    onProgress,
  }: {
    readonly offerings: PoolOfferings;
    readonly needed: Readonly<Record<string, WorkloadDemand>>;
    readonly demands: Readonly<Record<string, WorkloadDemand>>;
    readonly held?: Readonly<Record<string, WorkloadDemand>>;
    readonly ordinary: Readonly<Record<string, OrdinaryDemand>> | null;
    readonly resources: Readonly<Record<string, ResolvedResources>>;
    readonly previous: PlanBefore | null;
    readonly solver: Solver;
    readonly onProgress?: OnProgress;
  },
): SizedDemand {
  const hinted = <T>(work: () => T): T => hintingPaidAnyway(config, offerings, work);
  const naming = <T>(work: () => T): T => namingOverrides(demands, config, () => namingHeld(needed, held, config, work));
  // Of each sizing one part: for the protected and the median loads, and where ordinary time is another, of that too.
  const parts = [...inEqualParts(onProgress, ordinary === null ? 2 : 4)];
  const hasSpot = (name: string) => offerings[config.workloads[name].pool].some(({ capacityType }) => capacityType === 'spot');
  const told: OnSpot = Object.fromEntries(
    Object.entries(demands).flatMap(([name, { onSpot }]) => (onSpot && hasSpot(name) ? [[name, onSpot]] : [])),
  );
  const peaksOf = (jobs: OnSpot) => mapValues(jobs, (_, name) => demands[name].peak);
  const sizeWithin = (
    offered: PoolOfferings,
    schedules: Readonly<Record<string, StepFunction>>,
    shares: 'kept' | 'open',
    limits: 'kept' | 'none',
    wantedCeilings: Readonly<Record<string, number>>,
    onSpot: OnSpot,
    onPart?: OnProgress,
  ): SizingResult => {
    const places = (replicas: Readonly<Record<string, number>>, sign: 1 | -1) =>
      mapValues(replicas, (count, name) => count + sign * bufferOf(config, name));
    const pools = sizingPools(config, offered, resources, demands, shares).map((pool) =>
      limits === 'kept' ? pool : { ...pool, ceiling: null },
    );
    const segments = apartInSegments(
      demandSegments(
        withOnSpot(
          mapValues(schedules, (schedule, name) => mapSteps(schedule, (replicas) => replicas + bufferOf(config, name))),
          onSpot,
        ),
        offered,
      ),
      onSpot,
    );
    const request = {
      pools: withSpotOfJobs(config, pools, segments, onSpot),
      limits: { quotas: limits === 'kept' ? config.limits.quotas : {} },
      segments,
      wantedCeilings: places(wantedCeilings, 1),
      solver,
      effort: sizingEfforts[config.effort],
      explained: shares === 'kept',
      onProgress: onPart,
    };
    const apart = namingPools(() => sizePools(request));
    const sized = Object.keys(onSpot).length > 0 ? withoutSpotPools(apart) : apart;
    return { ...sized, replicaCeilings: { ...places(sized.replicaCeilings, -1), ...peaksOf(onSpot) } };
  };
  const size = (offered: PoolOfferings, pick: (demand: OrdinaryDemand) => StepFunction, shares: 'kept' | 'open', onPart?: OnProgress) =>
    sizeWithin(
      offered,
      mapWorkloads(config, (name) => pick(demands[name])),
      shares,
      'kept',
      mapValues(
        mapWorkloads(config, (name) => demands[name].wantedCeiling),
        (wanted, name) => (Object.hasOwn(told, name) ? 0 : wanted),
      ),
      told,
      onPart,
    );
  const sizeOrdinary = (
    offered: PoolOfferings,
    of: Readonly<Record<string, OrdinaryDemand>>,
    pick: (demand: OrdinaryDemand) => StepFunction,
  ) => {
    const schedules = mapWorkloads(config, (name) => pick(of[name]));
    const onPart = parts.shift();
    try {
      return sizeWithin(offered, schedules, 'open', 'kept', {}, {}, onPart).segments;
    } catch (error) {
      if (!isProblemError(error)) throw error;
      // An ordinary week that the limits do not allow still has a price; the plan whose horizon holds it is refused.
      return sizeWithin(offered, schedules, 'open', 'none', {}, {}).segments;
    }
  };
  const onFirst = parts.shift();
  const protectedNodes = (offered: PoolOfferings) => size(offered, (demand) => demand.schedule, 'kept', onFirst);
  const chosen = hinted(() => naming(() => keepOfferings(config, offerings, previous, protectedNodes)));
  const { sized, kept, offerings: used } = chosen;
  // Fewer replicas may break a share that more of them keep; what they cost is asked for, not where they run.
  const expected = hinted(() => size(used, (demand) => demand.medianSchedule, 'open', parts.shift()));
  const weeks: Ordinary =
    ordinary === null
      ? { protected: sized.segments, median: expected.segments }
      : {
          protected: sizeOrdinary(used, ordinary, (demand) => demand.schedule),
          median: sizeOrdinary(used, ordinary, (demand) => demand.medianSchedule),
        };
  const now = costNow(config, offerings);
  const pools = assemblePools(config, offerings, { sized, kept }, expected, weeks, now.pools);
  return { pools, sized, now, cost: hinted(() => naming(() => costOf(pools, sized, now.total, config))) };
}

/** What is paid: the schedules, and what Terraform holds all the time. That extra is a rule, not a choice, so it is in the bound too. */
function costOf(pools: CapacityPlan['pools'], sized: SizingResult, now: number | null, { horizon, limits }: CapacityConfig): PlanCost {
  const sum = (of: (pool: PoolPlan) => number) => Object.values(pools).reduce((total, pool) => total + of(pool), 0);
  const usd = { p50: sum((pool) => pool.usd.p50), p95: sum((pool) => pool.usd.p95) };
  const usdPerMonth = { p50: sum((pool) => pool.usdPerMonth.p50), p95: sum((pool) => pool.usdPerMonth.p95) };
  const hours = horizon / HOUR_MS;
  const bound = Math.min(usd.p95, sized.boundUsdPerHour * hours + (usd.p95 - sized.usdPerHour * hours));
  const gapPercent = usd.p95 > 0 ? 100 * (1 - bound / usd.p95) : 0;
  const month = (kind: 'p50' | 'p95') => ({ usd: usd[kind], horizonMs: horizon, usdPerMonth: usdPerMonth[kind] });
  checkBudget(limits.budget === undefined ? null : limits.budget * HOURS_PER_MONTH, month('p95'), gapPercent);
  return {
    usd,
    usdNextMonth: { p50: usdNextMonth(month('p50')), p95: usdNextMonth(month('p95')) },
    usdPerMonth: { now, ...usdPerMonth },
    bound,
    gapPercent,
    status: sized.status,
    termination: sized.termination,
  };
}

/** The pools of a config as sizing takes them. `shares`: whether the shares of a spot type and of a zone bind. */
export function sizingPools(
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
      config.workloads[name].pool === pool ? Math.max(demands[name].peak, demands[name].wantedCeiling) + bufferOf(config, name) : 0,
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

/** Spans of time over which the replicas of all workloads stay the same, cut where reservations begin and end. */
export function demandSegments(schedules: Readonly<Record<string, StepFunction>>, offerings: PoolOfferings): DemandSegment[] {
  const bounds = Object.values(offerings).flatMap((all) => all.flatMap(({ reservation: held }) => (held ? [held.from, held.to] : [])));
  return segments(schedules, bounds).map(({ from, to, values }) => ({ from, to, replicas: values }));
}

/** Replicas that a place is kept free for beside those that run. */
export function bufferOf({ workloads }: CapacityConfig, name: string): number {
  const workload = workloads[name];
  return isAutoscaled(workload) ? (workload.buffer?.replicas ?? 0) : 0;
}

function mapValues<Value, Mapped>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value, name: string) => Mapped,
): Readonly<Record<string, Mapped>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

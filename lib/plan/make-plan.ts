import { catalogDigest } from '../catalog/offerings';
import { configDigest } from '../config/digest';
import { isJob } from '../config/kinds';
import type { CapacityConfig } from '../config/schema';
import { segments, type StepFunction } from '../demand/steps';
import type { FitRunner } from '../forecast/types';
import type { HistoryReader } from '../history/series';
import { checkBudget, sizePools, sizingEfforts } from '../sizing/size-pools';
import type { DemandSegment, SizingPool, SizingResult, Solver } from '../sizing/types';
import { formatDuration, formatTime, HOURS_PER_MONTH } from '../units';
import { sealPlan } from './format';
import { checkGpus } from './check-gpus';
import { guardrailWarnings, namingHeld, withinSteps } from './guardrails';
import { handOverMsOf, isBlind } from './workload-facts';
import { mapTogether } from './map-together';
import { type Observations, withhold } from './observations';
import { observe } from './observe';
import { observedPath } from './observed-path';
import { hintingPaidAnyway } from './paid-anyway';
import { orderable, type PoolOfferings, poolOfferings } from './pool-offerings';
import { assemblePools, overWarnings, zonelessWarnings } from './pools';
import { replayAll, type ReplayJudge } from './replay-all';
import { notReplayed, type Replayed, replayInForce } from './replay-in-force';
import { replayCostWarnings } from './replay-reasons';
import { type PlanGrid, predict, type Predictions } from './predict';
import { jobWarnings } from './job-reasons';
import { estimateWarnings, mixedGpuWarnings } from './replica-capacity';
import type { ResolvedResources } from './resources';
import { usdByWorkload } from './share-cost';
import { tooYoung } from './sibling';
import { type Decision, decide } from './strategy';
import { gpuTypesOf, usableOfferings } from './usable-offerings';
import { awaitsStart, type Supply, supplyOf } from './supply';
import { planTimes, staleHistories } from './times';
import type { CapacityPlan, PlanCost, PlanWarning } from './types';
import { withheldDemand, withheldWarnings } from './withheld';
import type { DemandInput, WorkloadDemand } from './demand-types';
import { workloadDemand } from './workload-demand';
import { assembleWorkload } from './workload-plan';

export type PlanInput = {
  readonly config: CapacityConfig;
  /** The plan that the new one replaces; `null` without one. */
  readonly previous: CapacityPlan | null;
  /** Epoch ms; `null`: the end of the last observation. */
  readonly asOf: number | null;
  readonly readHistory: HistoryReader;
  readonly runFits: FitRunner;
  readonly solver: Solver;
  /** Replays the last weeks of loads. @default nothing is replayed */
  readonly judge?: ReplayJudge;
  /** Called as each stage begins. */
  readonly onStage?: (name: string) => void;
};

/**
 * History -> forecast -> demand -> sizes -> plan. Same config, history, catalogue and previous plan: the same plan.
 *
 * @throws ProblemError from whichever stage refuses its input
 */
export async function makePlan(input: PlanInput): Promise<CapacityPlan> {
  const { config, previous, onStage = () => undefined } = input;
  const offerings = poolOfferings(config);
  checkGpus(config, offerings);
  // What needs no history is refused before any is read.
  const startOf = (asOf: number) => Math.floor(asOf / config.period) * config.period;
  const early = mapWorkloads(config, (name) => supplyOf(config, name, offerings, input.asOf === null ? null : startOf(input.asOf)));

  onStage('reading history');
  const observed = await observe(config, input.readHistory, (name) => input.judge !== undefined && notReplayed(config, name) === null);
  const { asOf, dataThrough } = planTimes(config, observed, input.asOf);
  const fresh = withhold(config, observed, staleHistories(config, observed, asOf));
  const observations = withhold(config, fresh, tooYoung(config, fresh.signals));
  const start = startOf(asOf);
  const grid: PlanGrid = { start, steps: config.horizon / config.period, periodMs: config.period };
  const supplies = mapWorkloads(config, (name) => (awaitsStart(early[name]) ? supplyOf(config, name, offerings, start) : early[name]));

  onStage('forecasting');
  const predictions = await predict(config, observations, grid, input.runFits);

  onStage('replaying');
  const replays = await replayAll(config, previous, observations, supplies, offerings, input.judge);

  onStage('sizing');
  const decisions = decisionsOf(input, observations, predictions, grid, supplies, offerings, replays);
  const needed = mapWorkloads(config, (name) => decisions[name].demand);
  const demands = withinSteps(needed, previous, config, { dataThrough: formatTime(dataThrough), history: observations.sources });
  const resources = mapWorkloads(config, (name) => decisions[name].resources);
  const hinted = <T>(work: () => T): T => hintingPaidAnyway(config, offerings, work);
  const size = (pick: (demand: WorkloadDemand) => StepFunction, shares: 'kept' | 'open'): SizingResult =>
    sizePools({
      pools: sizingPools(config, offerings, resources, shares),
      limits: { quotas: config.limits.quotas, budgetUsdPerHour: config.limits.budget ?? null },
      segments: demandSegments(demands, pick, offerings),
      wantedCeilings: mapWorkloads(config, (name) => demands[name].wantedCeiling),
      solver: input.solver,
      effort: sizingEfforts[config.effort],
      explained: shares === 'kept',
    });
  const sized = hinted(() => namingHeld(needed, demands, config, () => size((demand) => demand.schedule, 'kept')));
  // Fewer replicas may break a share that more of them keep; what they cost is asked for, not where they run.
  const expected = hinted(() => size((demand) => demand.medianSchedule, 'open'));

  const pools = assemblePools(config, offerings, sized, expected, jobSchedules(config, demands));
  const usd = usdByWorkload(config, demands, resources, pools);
  const workloads = mapWorkloads(config, (name) =>
    assembleWorkload(
      config,
      name,
      { ...decisions[name], demand: demands[name] },
      sized,
      predictions,
      usd[name],
      previous,
      supplies[name].job,
    ),
  );
  const draft: Omit<CapacityPlan, 'digest'> = {
    schema: 1,
    name: config.name,
    region: config.region,
    timeZone: config.timeZone,
    dataThrough: formatTime(dataThrough),
    asOf: formatTime(asOf),
    validUntil: formatTime(asOf + Math.min(config.guardrails.validity ?? config.horizon, config.horizon)),
    period: formatDuration(config.period),
    horizon: formatDuration(config.horizon),
    sources: { config: configDigest(config), catalog: catalogDigest(), previous: previous?.digest ?? null, history: observations.sources },
    workloads,
    pools,
    cost: hinted(() => namingHeld(needed, demands, config, () => costOf(pools, sized, config, previous))),
    binding: sized.binding.map((fact) => ({ ...fact, at: formatTime(fact.at) })),
    warnings: [
      ...withheldWarnings(observations.withheld),
      ...historyWarnings(observations),
      ...predictions.warnings,
      ...metricWarnings(config),
      ...estimateWarnings(mapWorkloads(config, (name) => supplies[name].capacity)),
      ...mixedGpuWarnings(config, offerings),
      ...zonelessWarnings(config, Object.keys(offerings)),
      ...overWarnings(config, Object.keys(offerings), start),
      ...jobWarnings(mapWorkloads(config, (name) => supplies[name].job)),
      ...eventWarnings(config, start),
      ...ceilingWarnings(demands, sized),
      ...replayCostWarnings(workloads),
    ],
  };
  const guarded = previous ? guardrailWarnings(previous, draft, config.guardrails) : [];
  return sealPlan({ ...draft, warnings: [...draft.warnings, ...guarded] });
}

/** What each workload needs, at the size and with the floors that its strategy gives it. */
function decisionsOf(
  { config, previous }: PlanInput,
  { signals, withheld }: Observations,
  predictions: Predictions,
  grid: PlanGrid,
  supplies: Readonly<Record<string, Supply>>,
  offerings: PoolOfferings,
  replays: Readonly<Record<string, Replayed>>,
): Record<string, Decision> {
  return mapWorkloads(config, (name) => {
    const workload = config.workloads[name];
    const tuned = replayInForce(config, name, replays[name], supplies[name].capacity?.target) ?? undefined;
    const input: DemandInput = { config, name, predictions, grid, ...supplies[name], tuned };
    const stated = Object.hasOwn(withheld, name)
      ? withheldDemand(config, name, withheld[name], previous, grid, input.capacity, tuned?.settings)
      : workloadDemand(input);
    const observed = (of: DemandInput) => observedPath(of, signals);
    return decide(
      { input, stated, observed, offerings: orderable(usableOfferings(name, workload, offerings[workload.pool]), input.resources) },
      previous,
      replays[name],
    );
  });
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
  shares: 'kept' | 'open',
): SizingPool[] {
  return Object.keys(offerings).map((name) => ({
    name,
    offerings: offerings[name],
    ceiling: config.pools[name].ceiling ?? null,
    spotShare: config.limits.spotShare,
    ...(shares === 'kept' && { spotTypeShare: config.limits.spotTypeShare, zoneShare: config.pools[name].zoneShare }),
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

/** What reading the histories gave to look at, and what was found in them. */
function historyWarnings({ signals, warnings }: Observations): PlanWarning[] {
  const read = Object.values(warnings).flatMap((problems) => problems.map(({ code, path, message }) => ({ code, path, message })));
  const found = Object.entries(signals).flatMap(([key, { quality }]) =>
    quality.findings
      .filter(({ severity }) => severity === 'look')
      .map(({ code, message, consequence }) => ({ code, path: `workloads.${key}`, message: `${message}; ${consequence}` })),
  );
  return [...read, ...found];
}

function metricWarnings(config: CapacityConfig): PlanWarning[] {
  return Object.keys(config.workloads)
    .sort()
    .filter((name) => {
      const workload = config.workloads[name];
      return isBlind(workload) && config.pools[workload.pool].kind === 'gpuPool';
    })
    .map((name) => ({
      code: 'demand/no-metric',
      path: `workloads.${name}.metric`,
      message: 'is missing: the live autoscaler goes by CPU, which says little of the load of a GPU',
    }));
}

/** A past time of an event that comes again teaches it, one without an uplift is there to be kept out of the seasons; what is left over lifts nothing. */
function eventWarnings(config: CapacityConfig, start: number): PlanWarning[] {
  const coming = new Set(config.events.filter(({ to }) => to > start).map(({ name }) => name));
  return config.events
    .filter((event) => event.to <= start && event.uplift !== undefined && !coming.has(event.name))
    .map((event) => ({
      code: 'forecast/past-event',
      path: `events.${event.name}`,
      message: `was over at ${formatTime(event.to)}: it lifts nothing`,
    }));
}

function ceilingWarnings(demands: Readonly<Record<string, WorkloadDemand>>, sized: SizingResult): PlanWarning[] {
  return Object.entries(demands)
    .filter(([name, demand]) => sized.replicaCeilings[name] < demand.wantedCeiling)
    .map(([name, demand]) => ({
      code: 'sizing/ceiling-lowered',
      path: `workloads.${name}.ceiling`,
      message: `is ${Math.max(demand.peak, sized.replicaCeilings[name])} in place of ${demand.wantedCeiling}: the limits allow no more`,
    }));
}

function mapWorkloads<T>(config: CapacityConfig, value: (name: string) => T): Record<string, T> {
  return mapTogether(Object.keys(config.workloads), value);
}

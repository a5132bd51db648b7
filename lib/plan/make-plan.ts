import { catalogDigest } from '../catalog';
import { type CapacityConfig, configDigest } from '../config';
import { type HourPeaks, hourPeaks } from '../forecast';
import type { Solver } from '../sizing';
import { DAY_MS, formatDuration, formatTime, HOUR_MS } from '../units';
import { type CapacityPlan, type PlanBefore, planVersion, type PlanWarning, sealPlan } from './file';
import {
  actingOverrides,
  type DemandInput,
  guardrailWarnings,
  isOrdinary,
  type Laid,
  observedPath,
  ordinaryDemand,
  overrideWarnings,
  withheldDemand,
  withinSteps,
  withOverrides,
  withRaisedCeilings,
  type WorkloadDemand,
  workloadDemand,
} from './replicas';
import type { Observed, PlanGrid } from './load';
import { placeJobs, readRecorded, type WindowReader, windowWarnings, withValleys } from './jobs';
import { commitPlan } from './commitments';
import { mapWorkloads } from './map-together';
import { orderableOfferings, type ResolvedResources, usableOfferings } from './supply';
import { notReplayed, replayAll, replayWarnings, type Replayed, type ReplayLoads } from './replay';
import { retiringPools, sizeDemand, usdByWorkload } from './nodes';
import { decideStrategy, type StrategyDecision } from './strategy';
import { assembleWorkload } from './workload-plan';
import { forecastLoads, type ForecastedLoads, type LoadsInput } from './forecast-loads';
import { planWarnings } from './plan-warnings';
import { checkLoads, checkSizes, largestUplift } from './plausible';

export type PlanInput = Omit<LoadsInput, 'isReplayed'> & SizingInput;

/** The input of a plan beside config and forecast loads. */
export type SizingInput = {
  /** The version of foresize that makes the plan, which names it. */
  readonly foresize: string;
  /** The plan that the new one replaces; `null` without one. */
  readonly previous: PlanBefore | null;
  /** Looks up what became of windows of the plan before. @default nothing is looked up: they are counted as planned */
  readonly readWindows?: WindowReader;
  /** Node groups that were seen to be empty: where they retire, they may go. @default none */
  readonly empty?: readonly string[];
  readonly solver: Solver;
  /** Replays the last weeks of loads. @default nothing is replayed */
  readonly replayLoads?: ReplayLoads;
  /** How courses of the load are drawn for what to commit to. @default nothing is advised */
  readonly courses?: Parameters<typeof commitPlan>[2];
  /** Called as each stage begins; what it returns is told how far the stage is. */
  readonly onStage?: LoadsInput['onStage'];
};

/**
 * Makes the plan of a config: reads and forecasts the loads, then decides replicas and nodes. The same config, history, catalogue and
 * previous plan give the same plan, byte for byte.
 *
 * @throws ProblemError from whichever stage refuses its input
 */
export async function makePlan(input: PlanInput): Promise<CapacityPlan> {
  const { config, replayLoads } = input;
  const isReplayed = (name: string) => replayLoads !== undefined && notReplayed(config, name) === null;
  return planFrom(config, await forecastLoads({ ...input, isReplayed }), input);
}

/**
 * Makes the plan of a config from loads that are already forecast: the second half of `makePlan`.
 *
 * @throws ProblemError from whichever stage refuses its input
 */
export async function planFrom(config: CapacityConfig, loads: ForecastedLoads, input: SizingInput): Promise<CapacityPlan> {
  const { foresize, previous, solver, onStage = () => undefined } = input;
  const { asOf, grid, offerings, supplies, observations, predictions } = loads;
  const dataThrough = formatTime(loads.dataThrough);
  const decided = await decideDemands(config, loads, input);
  const { decisions, needed, held, laid, resources } = decided;
  const recorded = await readRecorded(config, previous, asOf, input.readWindows);
  const demands = placeJobs({ config, grid, offerings, demands: decided.demands, resources, supplies, previous, recorded, asOf });
  const accepted = [...decided.accepted];

  const onSizing = onStage('sizing');
  const isOverridden = Object.values(demands).some(({ overrides }) => overrides !== undefined);
  const ordinary =
    !isOverridden && isOrdinary(config, predictions, grid)
      ? null
      : mapWorkloads(config, (name) => ordinaryDemand(config, name, needed[name], grid));
  const {
    pools: sizedPools,
    sized,
    cost,
    now,
  } = sizeDemand(config, {
    offerings,
    needed,
    held,
    demands,
    ordinary,
    resources,
    previous,
    solver,
    onProgress: onSizing,
  });
  const pools = withValleys({ config, grid, offerings, demands, resources }, sizedPools);
  const usd = usdByWorkload(config, demands, resources, pools, (pool) => pool.usd.p95);
  const usdPerMonth = usdByWorkload(config, ordinary ?? demands, resources, pools, (pool) => pool.usdPerMonth.p95);
  const workloads = mapWorkloads(config, (name) =>
    assembleWorkload(
      config,
      name,
      { ...decisions[name], demand: demands[name], floors: laid[name].floors },
      sized,
      predictions,
      { usd: usd[name], usdPerMonth: usdPerMonth[name], now: now.workloads[name] },
      supplies[name].job,
    ),
  );
  const validUntil = asOf + validityOf(config, loads);
  const warnings = [
    ...planWarnings(config, loads, demands, sized),
    ...windowWarnings(config, demands, { previous, recorded, grid }),
    ...overrideWarnings(config, demands, { asOf, validUntil, grid }),
    ...replayWarnings(workloads),
  ];
  accepted.push(...checkSizes(config, previous, { demands: held, cost }, (name) => largestUplift(loads, name)));
  const guarded = previous ? guardrailWarnings(previous, { workloads }, config.guardrails) : [];
  const commit = input.courses && commitPlan(config, { ...loads, demands: needed, resources }, input.courses, previous?.commit);
  const retiring = retiringPools(previous, pools, [...config.cluster.retired, ...(input.empty ?? [])]);
  return sealPlan({
    schema: planVersion,
    foresize,
    name: config.name,
    region: config.region,
    timeZone: config.timeZone,
    dataThrough,
    asOf: formatTime(asOf),
    validUntil: formatTime(validUntil),
    period: formatDuration(config.period),
    horizon: formatDuration(config.horizon),
    sources: { config: configDigest(config), catalog: catalogDigest(), previous: previous?.digest ?? null, history: observations.sources },
    workloads,
    pools,
    ...(retiring && { retiring }),
    cost,
    ...(commit && { commit }),
    binding: sized.binding.map((fact) => ({ ...fact, at: formatTime(fact.at) })),
    warnings: [...warnings, ...guarded, ...accepted],
  });
}

/** What each workload needs and how it is scaled, before nodes. */
export type DecidedDemands = {
  readonly decisions: Readonly<Record<string, StrategyDecision>>;
  /** By workload: what its load needs, the same within the guardrails, and as overrides lay it. */
  readonly needed: Readonly<Record<string, WorkloadDemand>>;
  readonly held: Readonly<Record<string, WorkloadDemand>>;
  readonly laid: Readonly<Record<string, Laid>>;
  readonly demands: Readonly<Record<string, WorkloadDemand>>;
  readonly resources: Readonly<Record<string, ResolvedResources>>;
  /** Warnings of figures that `guardrails.plausible` accepts. */
  readonly accepted: readonly PlanWarning[];
};

/**
 * Decides replicas: checks the loads, replays them, chooses strategies, and holds what comes of it within guardrails and overrides.
 *
 * @throws ProblemError from whichever of these refuses its input
 */
export async function decideDemands(
  config: CapacityConfig,
  loads: ForecastedLoads,
  { previous, replayLoads, onStage = () => undefined }: Pick<SizingInput, 'previous' | 'replayLoads' | 'onStage'>,
): Promise<DecidedDemands> {
  const { asOf, grid, offerings, supplies, observations } = loads;
  const accepted = checkLoads(config, loads);
  const onReplay = onStage('replaying');
  const replays = await replayAll(config, { previous, asOf }, observations, supplies, offerings, replayLoads, onReplay);
  const decisions = decisionsOf(withRaisedCeilings(config, asOf, grid), previous, loads, replays);
  const needed = mapWorkloads(config, (name) => decisions[name].demand);
  const held = withinSteps(needed, previous, config, { dataThrough: formatTime(loads.dataThrough), history: observations.sources });
  const laid = mapWorkloads(config, (name) =>
    withOverrides(config, name, { demand: held[name], floors: decisions[name].floors }, actingOverrides(config, name, asOf, grid), asOf),
  );
  return {
    decisions,
    needed,
    held,
    laid,
    demands: mapWorkloads(config, (name) => laid[name].demand),
    resources: mapWorkloads(config, (name) => decisions[name].resources),
    accepted,
  };
}

/**
 * How long the plan may be used, ms: as the config states, else as far ahead as the forecasts of all loads were tested, at least a day; at
 * most the horizon.
 */
function validityOf({ guardrails, horizon, period }: CapacityConfig, { predictions }: ForecastedLoads): number {
  const tested = Object.values(predictions.signals).map(({ untestedFrom }) => untestedFrom * period);
  return Math.min(horizon, guardrails.validity ?? Math.max(DAY_MS, Math.min(horizon, ...tested)));
}

/** How far the highest load of each hour is above its mean; `undefined` where periods are no hours, so that their means are not what was tuned by. */
function peaksOf(observed: Observed | undefined, { periodMs }: PlanGrid): HourPeaks | undefined {
  if (observed === undefined || periodMs !== HOUR_MS) return undefined;
  const { finer, finest, series } = observed;
  return hourPeaks(finer ?? (finest && 'values' in finest ? finest : series))(Infinity);
}

/** Decides for each workload by which strategy it is scaled, and with it the size of a replica, the floors and the demand. */
function decisionsOf(
  config: CapacityConfig,
  previous: PlanBefore | null,
  { grid, offerings, supplies, observations: { signals, withheld }, predictions }: ForecastedLoads,
  replays: Readonly<Record<string, Replayed>>,
): Record<string, StrategyDecision> {
  return mapWorkloads(config, (name) => {
    const workload = config.workloads[name];
    const replayed = replays[name];
    const tuned = (replayed.replay && replayed.decision.inForce) ?? undefined;
    // A live floor sees such hours itself.
    const peaks = tuned && tuned.policy !== 'live' ? peaksOf(signals[`${name}.load`], grid) : undefined;
    const input: DemandInput = { config, name, predictions, grid, ...supplies[name], tuned, peaks };
    const stated = Object.hasOwn(withheld, name)
      ? withheldDemand(config, name, withheld[name], previous, grid, input.capacity, tuned?.settings)
      : workloadDemand(input);
    const observed = (of: DemandInput) => observedPath(of, signals);
    return decideStrategy(
      {
        input,
        stated,
        observed,
        offerings: orderableOfferings(usableOfferings(name, workload, offerings[workload.pool]), input.resources),
      },
      previous,
      replayed,
    );
  });
}

import { interruptionsOfGpu, type Offering } from '../../catalog';
import type { CapacityConfig, TrainingConfig } from '../../config';
import { ceilTolerant } from '../../demand';
import type { DeferrableJob, DeferrableProblem, JobLimit, JobOffering, JobWindow, SteadyDemand } from '../../sizing';
import { HOUR_MS, SECOND_MS, timeOf } from '../../units';
import type { JobWindowPlan } from '../file';
import type { PlanGrid } from '../load';
import type { JobEstimate } from '../supply';
import { type Carried, windowsBegun } from './carried';
import { type OtherLoad, otherReplicas } from './other-load';
import { capacityOf, marketsOfPool, type PoolMarkets } from './pool-markets';

/** A job whose hours are to be chosen, and what it takes over from the plan before. */
export type DeferredJob = {
  readonly name: string;
  readonly workload: TrainingConfig;
  readonly estimate: JobEstimate;
  readonly carried: Carried;
  /** Of a run: what neither is done nor will be in a window that stays. */
  readonly secondsLeft: number;
};

/** The same, as far as its hours depend on it. */
export type OpenJob = Omit<DeferredJob, 'carried'> & { readonly carried: Pick<Carried, 'ran' | 'kept' | 'open'> };

export type JobsInput = OtherLoad & {
  readonly jobs: readonly OpenJob[];
  /** New windows begin from then on, where the deadline leaves room for that; epoch ms. */
  readonly frozen: number;
  /** Pools whose nodes and loads are looked at. @default those of the jobs */
  readonly pools?: readonly string[];
  /** Whether each pool is one market, whatever runs on some of its nodes only. @default false */
  readonly isOneMarket?: boolean;
};

/**
 * What is left of deferrable jobs and what runs beside it in the same pools, as `scheduleJobs` takes them: a pool is a market, or as many as
 * there are GPU types that are told apart, and a node counts by its GPUs, in a pool without GPUs by whole cores. Which nodes run in the end,
 * and what they cost, is decided by `sizePools` with CPU and memory; here they are for choosing the hours.
 */
export function jobProblem(input: JobsInput): DeferrableProblem {
  const { config, grid, jobs } = input;
  const pools = input.pools ?? [...new Set(jobs.map(({ workload }) => workload.pool))].sort();
  const markets = new Map(pools.map((pool) => [pool, marketsOfPool(input, pool, input.isOneMarket)]));
  const offerings = [...markets].flatMap(([pool, of]) => [...committedOfPool(input, pool, of), ...offeringsOfPool(input, pool, of)]);
  const joint = [...markets.values()].flatMap((of) => of.joint);
  const rates = interruptionsOf(offerings, joint);
  return {
    periods: grid.steps,
    periodHours: grid.periodMs / HOUR_MS,
    start: grid.start,
    offerings: offerings.map(({ kind }) => kind),
    ...(joint.length > 0 && { joint }),
    steady: pools.flatMap((pool) => steadyOf(input, pool, markets.get(pool))),
    limits: limitsOf(config, pools, offerings),
    jobs: jobs.map((job) => jobOf(input, job, markets.get(job.workload.pool))),
    keepShare: config.guardrails.stickiness,
    ...(Object.keys(rates).length > 0 && { interruptionsPerNodeHour: rates }),
  };
}

function jobOf(input: JobsInput, { name, workload, estimate, carried, secondsLeft }: OpenJob, of: PoolMarkets | undefined): DeferrableJob {
  const { grid, frozen } = input;
  const { earliestMs, deadlineMs, leadMs, workers } = estimate;
  const { most, shortest = 0, cost = 0 } = workload.pauses ?? { most: 0 };
  const had = windowsBegun(carried);
  const begin = Math.max(0, earliestMs ?? 0, ...carried.kept.map(({ to }) => timeOf(to) - grid.start));
  const until = (earliestMs ?? 0) + (deadlineMs ?? Infinity);
  const soonest = Math.min(grid.steps, ceilTolerant(begin / grid.periodMs));
  const deadline = Math.min(grid.steps, Math.floor(until / grid.periodMs + 1e-9));
  const hours = (secondsLeft * SECOND_MS) / HOUR_MS;
  const later = Math.max(soonest, ceilTolerant((frozen - grid.start) / grid.periodMs));
  const inOne = ceilTolerant((hours * HOUR_MS + leadMs + (had > 0 ? cost : 0)) / grid.periodMs);
  const leftPauses = Math.max(0, most - had);
  const marketOn = (capacity: JobWindowPlan['capacity']) => of?.ofWorkload(name, of.tellsSpot && capacity === 'spot') ?? workload.pool;
  return {
    name,
    workers,
    gpusPerWorker: unitsOf(input, name),
    hours,
    earliest: later + Math.max(1, inOne) <= deadline ? later : soonest,
    deadline,
    markets: [...new Set((capacityOf(workload) ?? [undefined]).map(marketOn))],
    startHours: leadMs / HOUR_MS,
    ...(most > 0 && { pauses: { most: leftPauses, shortestHours: shortest / HOUR_MS, costHours: cost / HOUR_MS } }),
    hoursPerInterruption: hoursPerInterruption(workload, estimate),
    ...(had > 0 && { resumes: true }),
    ...(carried.open.length > 0 && { present: carried.open.map((window) => periodsOf(window, marketOn(window.capacity), grid)) }),
  };
}

function periodsOf({ from, to }: JobWindowPlan, market: string, { start, periodMs }: PlanGrid): JobWindow {
  return { from: (timeOf(from) - start) / periodMs, to: (timeOf(to) - start) / periodMs, market };
}

/**
 * The quantile of other load that hours are given to jobs at. Where nodes are bought when that load grows, giving an hour too many costs
 * a node on demand in place of one on spot, and giving one too few the other way round; where the job gives way, what is protected counts.
 *
 * @see Arrow, Harris and Marschak 1951, doi 10.2307/1906813: the newsvendor's quantile
 */
export function valleyQuantile({ offerings, jobs }: Pick<JobsInput, 'offerings' | 'jobs'>, pool: string, protect: number): number {
  const own = jobs.filter(({ workload }) => workload.pool === pool);
  if (own.some(({ workload }) => workload.growth === 'pause')) return protect;
  const perUnit = (type: Offering['capacityType']) =>
    Math.min(...offerings[pool].filter(({ capacityType }) => capacityType === type).map((one) => one.usdPerHour / Math.max(1, one.gpus)));
  const [spot, onDemand] = [perUnit('spot'), perUnit('on-demand')];
  return Number.isFinite(spot) && Number.isFinite(onDemand)
    ? Math.min(protect, Math.max(0.5, 1 - spot / onDemand))
    : Math.min(protect, 0.5);
}

/** GPUs of one replica, or its whole cores. */
export function unitsOf({ resources, config }: Pick<JobsInput, 'resources' | 'config'>, name: string): number {
  const { gpus, cpuMilli } = resources[name];
  return config.pools[config.workloads[name].pool].kind === 'gpuPool' ? gpus : Math.max(1, Math.ceil(cpuMilli / 1_000));
}

/** Hours that an interruption loses: half of what lies between checkpoints and, where spot is told apart, what going on takes. */
function hoursPerInterruption(workload: OpenJob['workload'], { model, leadMs }: OpenJob['estimate']): number {
  const sinceCheckpoint = model === null ? 0 : model.estimate.checkpoint.intervalSeconds / 2 / 3_600;
  return capacityOf(workload) === undefined ? sinceCheckpoint : sinceCheckpoint + (leadMs + (workload.pauses?.cost ?? 0)) / HOUR_MS;
}

type Listed = {
  readonly pool: string;
  readonly offering: Offering;
  readonly kind: JobOffering;
  readonly onDemandShare: number;
  readonly isSpotAlone?: true;
};

/** By market of spot alone: the most that a node of it is interrupted in an hour. */
function interruptionsOf(listed: readonly Listed[], joint: NonNullable<DeferrableProblem['joint']>): Readonly<Record<string, number>> {
  const rates: Record<string, number> = {};
  for (const { offering, kind, isSpotAlone } of listed) {
    if (!isSpotAlone) continue;
    const gpus = Math.max(1, offering.gpus);
    const rate = gpus * interruptionsOfGpu(offering.price?.interruption ?? null, gpus);
    const markets = [kind.market, ...joint.flatMap(({ name, of }) => (of.includes(kind.market) ? [name] : []))];
    for (const market of markets) rates[market] = Math.max(rates[market] ?? 0, rate);
  }
  return rates;
}

/**
 * An instance type that comes on demand and on spot is one kind of node, at the price of the share of spot that is allowed; beside it, for
 * jobs that name it, spot alone.
 */
function offeringsOfPool({ config, offerings, grid }: JobsInput, pool: string, of: PoolMarkets): readonly Listed[] {
  const isGpu = config.pools[pool].kind === 'gpuPool';
  const all = offerings[pool];
  const spotShare = of.tellsSpot && of.allTellSpot ? 0 : config.limits.spotShare;
  return all.flatMap((offering): readonly Listed[] => {
    const { own, reservation, capacityType, instanceType, id, zone } = offering;
    const gpus = isGpu ? offering.gpus : Math.floor(offering.allocatableCpuMilli / 1_000);
    if (gpus < 1) return [];
    const kind = { name: `${pool}/${id}`, market: of.ofNode(offering), gpus };
    if (own) return [{ pool, offering, kind: { ...kind, usdPerHour: 0, most: own.count }, onDemandShare: 1 }];
    if (reservation) return [{ pool, offering, kind: { ...kind, usdPerHour: 0, most: inTime(reservation, grid) }, onDemandShare: 1 }];
    const sibling = all.find(
      (other) => other.instanceType === instanceType && other.zone === zone && !other.reservation && other.capacityType !== capacityType,
    );
    const spotAlone = { ...kind, market: of.ofNode(offering, true), usdPerHour: offering.usdPerHour };
    const apart: readonly Listed[] =
      of.tellsSpot && capacityType === 'spot'
        ? [{ pool, offering, kind: { ...spotAlone, name: `${kind.name} for jobs` }, onDemandShare: 1, isSpotAlone: true }]
        : [];
    if (sibling === undefined) return [{ pool, offering, kind: { ...kind, usdPerHour: offering.usdPerHour }, onDemandShare: 1 }, ...apart];
    if (capacityType === 'spot') return apart;
    const usdPerHour = (1 - spotShare) * offering.usdPerHour + spotShare * sibling.usdPerHour;
    return [{ pool, offering, kind: { ...kind, usdPerHour }, onDemandShare: 1 - spotShare }];
  });
}

/** Instances that are reserved, and so paid for, as long as their type is ordered by this pool alone: else nothing says whose they are. */
function committedOfPool({ config, offerings, grid }: JobsInput, pool: string, of: PoolMarkets): readonly Listed[] {
  return config.commitments.flatMap(({ instance, count, until }, index): readonly Listed[] => {
    const isOrdered = (one: Offering) => one.instanceType === instance && one.capacityType === 'on-demand';
    const offering = offerings[pool].find(isOrdered);
    const isElsewhere = Object.keys(offerings).some((other) => other !== pool && offerings[other].some(isOrdered));
    if (offering === undefined || isElsewhere) return [];
    const gpus = config.pools[pool].kind === 'gpuPool' ? offering.gpus : Math.floor(offering.allocatableCpuMilli / 1_000);
    if (gpus < 1) return [];
    const name = `${pool}/${offering.id}/commitments[${index}]`;
    const most = inTime({ count, from: -Infinity, to: until }, grid);
    return [{ pool, offering, kind: { name, market: of.ofNode(offering), gpus, usdPerHour: 0, most }, onDemandShare: 1 }];
  });
}

/** A reservation counts in the periods that it is there throughout. */
function inTime(
  { count, from, to }: Pick<NonNullable<Offering['reservation']>, 'count' | 'from' | 'to'>,
  { start, steps, periodMs }: PlanGrid,
): readonly number[] {
  return Array.from({ length: steps }, (_, step) => (from <= start + step * periodMs && to >= start + (step + 1) * periodMs ? count : 0));
}

function steadyOf(input: JobsInput, pool: string, markets: PoolMarkets | undefined): readonly SteadyDemand[] {
  const { config, demands } = input;
  return Object.keys(demands)
    .filter((name) => config.workloads[name].pool === pool && unitsOf(input, name) > 0)
    .sort()
    .map((name) => {
      const quantile = valleyQuantile(input, pool, config.workloads[name].protect);
      return { market: markets?.ofWorkload(name) ?? pool, gpus: unitsOf(input, name), replicas: otherReplicas(input, name, quantile) };
    });
}

function limitsOf({ limits, pools }: CapacityConfig, names: readonly string[], listed: readonly Listed[]): readonly JobLimit[] {
  const sizesOf = (size: (one: Listed) => number) =>
    Object.fromEntries(listed.flatMap((one) => (size(one) > 0 ? [[one.kind.name, size(one)] as const] : [])));
  const quotas = Object.entries(limits.quotas).map(([code, most]) => ({
    name: `limits.quotas.${code}`,
    unit: 'vCPU',
    most,
    sizes: sizesOf(({ offering, onDemandShare }) => (offering.quotaCode === code ? offering.vCpu * onDemandShare : 0)),
  }));
  const ceilings = names.flatMap((name) => {
    const { ceiling } = pools[name];
    if (ceiling === undefined) return [];
    const size = ({ offering: { gpus, vCpu } }: Listed) => (ceiling.unit === 'GPU' ? gpus : ceiling.unit === 'vCPU' ? vCpu : 1);
    const sizes = sizesOf((one) => (one.pool === name ? size(one) : 0));
    return [{ name: `pools.${name}.ceiling`, unit: ceiling.unit, most: ceiling.amount, sizes }];
  });
  return [...quotas, ...ceilings].filter(({ sizes }) => Object.keys(sizes).length > 0);
}

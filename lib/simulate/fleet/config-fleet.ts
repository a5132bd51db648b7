import { type CapacityConfig, deployWithinOf, isDeferrable, isJob, plainReservation } from '../../config';
import { ceilTolerant } from '../../demand';
import { type DemandOfMonths, type LeftOut, nodeNeeds, type NodeNeeds, nodesFor, pricesOf } from '../../plan/commitments';
import { jobProblem, type JobsInput, type OpenJob, unitsOf, valleyQuantile } from '../../plan/jobs';
import type { PlanGrid } from '../../plan/load';
import type { Supply } from '../../plan/supply';
import { inMarket, type JobOffering } from '../../sizing';
import { WEEK_MS } from '../../units';
import { type Fleet, type FleetJob, type FleetLoad, type FleetOffering, replicasOf } from './fleet';

/** What is known of a config when it is replayed: as `commit` knows it, with its jobs. */
export type DemandOfFleet = DemandOfMonths & {
  readonly grid: PlanGrid;
  readonly supplies: Readonly<Record<string, Supply>>;
};

/** A week to replay, and one before it. */
const leastWeeks = 2;
/** Weeks that are replayed where nothing else is asked for. */
const usualWeeks = 4;

/**
 * A config as a fleet over its last whole weeks. Pools of GPUs have all their instance types, and every job once a week, where it lies in
 * the week that the plan begins; of other pools the nodes are taken that `commit` counts.
 *
 * @param weeks that are replayed, at least one less than there are. @default four, at most half of what there is
 * @returns `null` in place of the fleet where less than two whole weeks of a load are known
 */
export function fleetOf(
  config: CapacityConfig,
  of: DemandOfFleet,
  weeks?: number,
): { readonly fleet: Fleet | null; readonly leftOut: readonly LeftOut[] } {
  const needs = nodeNeeds(config, of, leastWeeks);
  const { types } = needs;
  const count = Math.min(...types.flatMap(({ loads }) => Object.values(loads).map(({ length }) => length)));
  const all = jobsOf(config, of);
  const jobs = all.filter(({ workload }) => isBoughtByTheHour(config, of, workload.pool));
  const steps = WEEK_MS / config.period;
  const pools = [...new Set([...types.flatMap((type) => type.pools.map(({ name }) => name)), ...jobs.map(({ workload }) => workload.pool)])]
    .filter((pool) => config.pools[pool].kind === 'gpuPool')
    .sort();
  const input: JobsInput = { ...of, config, jobs, pools, frozen: of.grid.start, isOneMarket: true };
  const problem = jobProblem(input);
  const periodsOf = (job: FleetJob) => inMarket(problem, job, job.markets[0]).periods[0];
  const placed = problem.jobs.map((job, index): FleetJob => {
    const { workload } = jobs[index];
    const known = { ...job, growth: workload.growth ?? 'buy', knownFrom: 0 } as const;
    // What may not wait runs at once.
    return { ...known, deadline: isDeferrable(workload) ? Math.min(job.deadline, steps) : job.earliest + periodsOf(known) };
  });
  const usual = placed.filter((job) => job.earliest + periodsOf(job) <= Math.min(job.deadline, steps));
  const leftOut: readonly LeftOut[] = [
    ...needs.leftOut.filter(({ name }) => !Object.hasOwn(config.workloads, name) || !isJob(config.workloads[name])),
    ...all.filter((job) => !jobs.includes(job)).map(({ name }) => ({ name, why: 'its pool has no nodes with GPUs on demand' })),
    ...placed.filter((job) => !usual.includes(job)).map(({ name }) => ({ name, why: 'it takes longer than its week' })),
  ];
  if (count < leastWeeks || types.length === 0) return { fleet: null, leftOut };
  const replayed = Math.min(count - 1, weeks ?? Math.max(1, Math.min(usualWeeks, Math.floor(count / 2))));
  const fleet: Fleet = {
    start: types[0].end - count * WEEK_MS,
    periodMs: config.period,
    from: (count - replayed) * steps,
    to: count * steps,
    offerings: [...problem.offerings.flatMap((kind) => gpuOffering(config, of, kind)), ...types.flatMap((type) => wholeNodes(type, pools))],
    loads: types.flatMap((type) => [...gpuLoads(input, of, type, count), ...loadsOfNodes(type, pools, count)]),
    jobs: Array.from({ length: replayed }, (_, week) => usual.map((job) => inWeek(job, week, steps))).flat(),
    usualJobs: [usual],
    limits: problem.limits,
    deployPeriods: ceilTolerant(deployWithinOf(config) / config.period),
  };
  return { fleet: withHeld(config, fleet), leftOut };
}

/** Each week has the whole job. */
const nothingCarried = { ran: [], kept: [], open: [] };

function jobsOf({ workloads }: CapacityConfig, { supplies }: DemandOfFleet): readonly OpenJob[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((name) => {
      const workload = workloads[name];
      const estimate = supplies[name].job;
      if (!isJob(workload) || estimate === null) return [];
      return [{ name, workload, estimate, carried: nothingCarried, secondsLeft: estimate.runSeconds.high }];
    });
}

/** Whether a pool has nodes with GPUs that are bought on demand. */
function isBoughtByTheHour(config: CapacityConfig, { offerings }: DemandOfFleet, name: string): boolean {
  const pool = config.pools[name];
  const isBought = pool.kind === 'gpuPool' && !pool.machines && plainReservation(pool) === null;
  return isBought && offerings[name].some(({ capacityType, reservation }) => capacityType === 'on-demand' && !reservation);
}

/** What is bought by the hour; machines of one's own and what a reservation names are left out. */
function gpuOffering(config: CapacityConfig, { offerings }: DemandOfFleet, kind: JobOffering): readonly FleetOffering[] {
  const { name, market, gpus, usdPerHour } = kind;
  const offering = offerings[market].find(({ id }) => name === `${market}/${id}`);
  if (offering === undefined || kind.most !== undefined) return [];
  const isOnDemand = offering.capacityType === 'on-demand';
  const { oneYear, threeYears } = pricesOf(config, offering, offerings);
  return [
    {
      name,
      market,
      gpus,
      usdPerHour,
      instanceType: offering.instanceType,
      onDemandUsdPerHour: isOnDemand ? offering.usdPerHour : null,
      reservedUsdPerHour: isOnDemand ? { oneYear, threeYears } : { oneYear: null, threeYears: null },
      held: 0,
    },
  ];
}

/** Pools without GPUs: a node is what is counted. */
function wholeNodes({ instanceType, prices, pools }: NodeNeeds, gpuPools: readonly string[]): readonly FleetOffering[] {
  const { onDemand, spot, oneYear, threeYears } = prices;
  return pools
    .filter(({ name }) => !gpuPools.includes(name))
    .map(({ name, spotShare }) => ({
      name: `${name}/${instanceType}`,
      market: name,
      gpus: 1,
      usdPerHour: (1 - spotShare) * onDemand + spotShare * (spot ?? onDemand),
      instanceType,
      onDemandUsdPerHour: onDemand,
      reservedUsdPerHour: { oneYear, threeYears },
      held: 0,
    }));
}

function gpuLoads(input: JobsInput, { supplies }: DemandOfFleet, { pools, loads }: NodeNeeds, weeks: number): readonly FleetLoad[] {
  const own = pools.filter(({ name }) => input.pools?.includes(name));
  return own.flatMap(({ name: pool, workloads }) =>
    workloads.map(({ name, least, buffer }) => ({
      name,
      market: pool,
      gpus: unitsOf(input, name),
      values: joined(loads[name], weeks),
      target: supplies[name].capacity?.target ?? 1,
      least,
      buffer,
      quantile: valleyQuantile(input, pool, input.config.workloads[name].protect),
    })),
  );
}

/** The nodes of a pool as its load, which nothing is decided by but how many to commit to. */
function loadsOfNodes({ pools, loads }: NodeNeeds, gpuPools: readonly string[], weeks: number): readonly FleetLoad[] {
  return pools
    .filter(({ name }) => !gpuPools.includes(name))
    .map((pool) => {
      const values = Object.fromEntries(pool.workloads.map(({ name }) => [name, joined(loads[name], weeks)]));
      const { nodes } = nodesFor([pool], values);
      return { name: pool.name, market: pool.name, gpus: 1, values: nodes, target: 1, least: 0, buffer: 0, quantile: 0.5 };
    });
}

function joined(weeks: readonly Float64Array[], count: number): Float64Array {
  return Float64Array.from(weeks.slice(-count).flatMap((week) => [...week]));
}

function inWeek(job: FleetJob, week: number, steps: number): FleetJob {
  const by = week * steps;
  return { ...job, name: `${job.name} ${week + 1}`, earliest: job.earliest + by, deadline: job.deadline + by, knownFrom: by };
}

/** What the config holds until after the replay, for the pool that needs most of the instance type. */
function withHeld({ commitments }: CapacityConfig, fleet: Fleet): Fleet {
  const end = fleet.start + fleet.to * fleet.periodMs;
  const needOf = (market: string) =>
    fleet.loads
      .filter((load) => load.market === market)
      .reduce((sum, load) => sum + load.gpus * load.values.reduce((all, value) => all + replicasOf(load, value), 0), 0);
  const held = new Map<string, number>();
  for (const { instance, count, until } of commitments) {
    const able = fleet.offerings.filter(({ instanceType, onDemandUsdPerHour }) => instanceType === instance && onDemandUsdPerHour !== null);
    if (until < end || able.length === 0) continue;
    const { name } = able.reduce((most, one) => (needOf(one.market) > needOf(most.market) ? one : most));
    held.set(name, (held.get(name) ?? 0) + count);
  }
  return { ...fleet, offerings: fleet.offerings.map((one) => ({ ...one, held: held.get(one.name) ?? 0 })) };
}

import type { DeferrableJob, DeferrableProblem, JobOffering } from './problem';

/**
 * A problem by numbers in place of names. Sizes are powers of two, told by their exponent, the level: what needs three GPUs takes a place
 * of four, and a node of six has one of four. Of such sizes it is enough that, from each level up, nodes hold as many GPUs as are asked for.
 */
export type Prepared = {
  readonly problem: DeferrableProblem;
  readonly markets: readonly Market[];
  readonly levels: number;
  readonly jobs: readonly PreparedJob[];
  /** GPUs of steady demand: by period, and in it by market and level, as `slotOf` counts. */
  readonly steady: readonly Int32Array[];
  /** The same of all jobs that may run then. */
  readonly mostOfJobs: readonly Int32Array[];
  /** USD an hour of one more of a limit than it allows: more than everything else together. */
  readonly dearUsd: number;
  /** USD an hour of a GPU that is missing: more than any limit that a node for it would pass. */
  readonly missingUsd: number;
};

export type Market = {
  readonly name: string;
  readonly offerings: readonly MarketOffering[];
  /** By period: which of the states of supply it has. */
  readonly stateOf: Int32Array;
  /** By state of supply: nodes there are of each of the offerings. */
  readonly most: readonly (readonly number[])[];
};

export type MarketOffering = {
  readonly offering: JobOffering;
  readonly level: number;
  readonly usdPerHour: number;
  /** What a node counts in each limit of the problem. */
  readonly sizes: readonly number[];
};

export type PreparedJob = {
  readonly job: DeferrableJob;
  readonly level: number;
  /** GPUs of all its workers, each rounded up to a power of two. */
  readonly gpus: number;
  readonly markets: readonly {
    readonly index: number;
    /** What interruptions lose, as a share of the time. */
    readonly lost: number;
    /** Periods that it runs in all, by the number of its windows less one. */
    readonly periods: readonly number[];
  }[];
  /** No window is shorter, in periods, where there is more than one. */
  readonly shortest: number;
};

/** Where GPUs of a market and level are counted. */
export function slotOf({ levels }: Pick<Prepared, 'levels'>, market: number, level: number): number {
  return market * levels + level;
}

export function prepare(problem: DeferrableProblem): Prepared {
  const names = [...new Set([...problem.offerings, ...problem.steady].map(({ market }) => market))].sort(byCodeUnits);
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const sizes = [
    ...problem.offerings.map(({ gpus }) => Math.floor(Math.log2(gpus))),
    ...problem.steady.map(({ gpus }) => levelUp(gpus)),
    ...problem.jobs.map(({ gpusPerWorker }) => levelUp(gpusPerWorker)),
  ];
  const levels = 1 + Math.max(0, ...sizes);
  const jobs = problem.jobs.map((job) => preparedJob(problem, job, indexOf));
  const dimension = names.length * levels;
  const steady = emptyDemand(problem.periods, dimension);
  for (const { market, gpus, replicas } of problem.steady) {
    const level = levelUp(gpus);
    const slot = (indexOf.get(market) ?? 0) * levels + level;
    for (let period = 0; period < problem.periods; period++) steady[period][slot] += 2 ** level * (replicas[period] ?? 0);
  }
  const mostOfJobs = emptyDemand(problem.periods, dimension);
  for (const { job, level, gpus, markets } of jobs) {
    for (const { index } of markets) {
      for (let period = job.earliest; period < job.deadline; period++) mostOfJobs[period][index * levels + level] += gpus;
    }
  }
  const dearUsd = dearUsdOf(problem, jobs, steady);
  const counted = problem.offerings.map(({ name: of }) => problem.limits.reduce((sum, { sizes: all }) => sum + (all[of] ?? 0), 0));
  return {
    problem,
    markets: names.map((name) => marketOf(problem, name)),
    levels,
    jobs,
    steady,
    mostOfJobs,
    dearUsd,
    missingUsd: dearUsd * (1 + Math.max(0, ...counted)),
  };
}

/** The exponent of the next power of two. */
function levelUp(gpus: number): number {
  return Math.max(0, Math.ceil(Math.log2(gpus)));
}

function preparedJob(problem: DeferrableProblem, job: DeferrableJob, indexOf: Map<string, number>) {
  const level = levelUp(job.gpusPerWorker);
  const markets = job.markets.map((name) => ({ index: indexOf.get(name) ?? 0, ...inMarket(problem, job, name) }));
  return { job, level, gpus: job.workers * 2 ** level, markets, shortest: shortestWindow(problem, job) };
}

/**
 * What a job takes in one of its markets.
 *
 * @returns `lost`: what interruptions lose, as a share of the time; `periods` that it runs in all, by the number of its windows less one
 */
export function inMarket(
  problem: Pick<DeferrableProblem, 'periodHours' | 'interruptionsPerNodeHour'>,
  job: DeferrableJob,
  market: string,
): { readonly lost: number; readonly periods: readonly number[] } {
  const { periodHours, interruptionsPerNodeHour = {} } = problem;
  const { workers, hours, startHours = 0, pauses: { most, costHours = 0 } = { most: 0 }, hoursPerInterruption = 0, resumes = false } = job;
  const lost = workers * (interruptionsPerNodeHour[market] ?? 0) * hoursPerInterruption;
  const run = (windows: number) => (hours + windows * startHours + (resumes ? windows : windows - 1) * costHours) * (1 + lost);
  const shortest = shortestWindow(problem, job);
  const periods = Array.from({ length: 1 + most }, (_, pauses) =>
    Math.max(upTo(run(1 + pauses) / periodHours), pauses === 0 && !resumes ? 1 : (1 + pauses) * shortest),
  );
  return { lost, periods };
}

function shortestWindow({ periodHours }: Pick<DeferrableProblem, 'periodHours'>, { startHours = 0, pauses }: DeferrableJob): number {
  const { shortestHours = 0, costHours = 0 } = pauses ?? {};
  return Math.max(1, upTo(shortestHours / periodHours), 1 + Math.floor((startHours + costHours) / periodHours + crumb));
}

const crumb = 1e-9;

function upTo(value: number): number {
  return Math.ceil(value - crumb);
}

function emptyDemand(periods: number, dimension: number): Int32Array[] {
  return Array.from({ length: periods }, () => new Int32Array(dimension));
}

/** Its offerings, large nodes first, and of a size the cheap ones. */
function marketOf({ offerings, limits, periods }: DeferrableProblem, name: string): Market {
  const all = offerings
    .filter(({ market, gpus }) => market === name && gpus >= 1)
    .map((offering) => ({
      offering,
      level: Math.floor(Math.log2(offering.gpus)),
      usdPerHour: offering.usdPerHour,
      sizes: limits.map(({ sizes }) => (Object.hasOwn(sizes, offering.name) ? sizes[offering.name] : 0)),
    }))
    .sort((a, b) => b.level - a.level || a.usdPerHour - b.usdPerHour || byCodeUnits(a.offering.name, b.offering.name));
  const useful = all.filter((one, index) => !all.some((other, place) => place !== index && dominates(other, one, place < index)));
  const states = new Map<string, number>();
  const most: number[][] = [];
  const stateOf = new Int32Array(periods);
  for (let period = 0; period < periods; period++) {
    const now = useful.map(({ offering: { most: nodes = Infinity } }) => (typeof nodes === 'number' ? nodes : (nodes[period] ?? 0)));
    const key = now.join();
    const known = states.get(key) ?? most.push(now) - 1;
    states.set(key, known);
    stateOf[period] = known;
  }
  return { name, offerings: useful, stateOf, most };
}

/** Whether there is any number of nodes of the same size that cost and count no more. */
function dominates(a: MarketOffering, b: MarketOffering, isBefore: boolean): boolean {
  if (a.offering.most !== undefined || a.level !== b.level || a.usdPerHour > b.usdPerHour) return false;
  if (a.sizes.some((size, limit) => size > b.sizes[limit])) return false;
  const isSame = a.usdPerHour === b.usdPerHour && a.sizes.every((size, limit) => size === b.sizes[limit]) && b.offering.most === undefined;
  return !isSame || isBefore;
}

/** More than any schedule costs that lacks nothing. */
function dearUsdOf({ offerings }: DeferrableProblem, jobs: readonly PreparedJob[], steady: readonly Int32Array[]): number {
  const perGpu = Math.max(1, ...offerings.map(({ usdPerHour }) => usdPerHour));
  const held = steady.reduce((sum, demand) => sum + demand.reduce((gpus, count) => gpus + count, 0), 0);
  const moved = jobs.reduce((sum, { gpus, markets }) => sum + gpus * Math.max(...markets.map(({ periods }) => Math.max(...periods))), 0);
  return 10 * perGpu * (1 + held + moved);
}

export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

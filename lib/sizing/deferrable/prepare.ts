import { dividingSizes, type DividingSizes } from './dividing-sizes';
import type { DeferrableJob, DeferrableProblem, JobOffering } from './problem';

/**
 * A problem by numbers in place of names. In each market the sizes of what runs divide one another (`dividingSizes`), told by their place in
 * ascending order, the level. Of such sizes it is enough that, from each level up, nodes hold as many GPUs as are asked for.
 */
export type Prepared = {
  readonly problem: DeferrableProblem;
  /** Those with nodes, and those that are others together, which have none of their own. */
  readonly markets: readonly Market[];
  /** Markets that stand in for each other, each market in one group. */
  readonly groups: readonly Group[];
  readonly levels: number;
  readonly jobs: readonly PreparedJob[];
  /** GPUs of steady demand: by period, and in it by market and level, as `slotOf` counts. */
  readonly steady: readonly Int32Array[];
  /** USD an hour of one more of a limit than it allows: more than everything else together. */
  readonly dearUsd: number;
  /** USD an hour of a GPU that is missing: more than any limit that a node for it would pass. */
  readonly missingUsd: number;
};

export type Group = {
  /** Markets with nodes. */
  readonly leaves: readonly number[];
  /** Markets that are some of these together. */
  readonly joint: readonly number[];
};

export type Market = {
  readonly name: string;
  /** Markets whose nodes it may use: itself, or what it is together. */
  readonly of: readonly number[];
  /** GPUs by level. */
  readonly sizes: readonly number[];
  /** All sizes and all nodes are powers of two, each twice the one before. */
  readonly isPlain: boolean;
  readonly offerings: readonly MarketOffering[];
  /** By period: which of the states of supply it has. */
  readonly stateOf: Int32Array;
  /** By state of supply: nodes there are of each of the offerings. */
  readonly most: readonly (readonly number[])[];
};

export type MarketOffering = {
  readonly offering: JobOffering;
  /** The highest level that its nodes have a place for. */
  readonly level: number;
  readonly usdPerHour: number;
  /** What a node counts in each limit of the problem. */
  readonly sizes: readonly number[];
};

export type PreparedJob = {
  readonly job: DeferrableJob;
  /** GPUs of all its workers. */
  readonly gpus: number;
  readonly markets: readonly {
    readonly index: number;
    readonly level: number;
    /** GPUs of all its workers, as the sizes of the market count them. */
    readonly gpus: number;
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
  const { joint = [] } = problem;
  const leaves = [...new Set([...[...problem.offerings, ...problem.steady].map(({ market }) => market), ...joint.flatMap(({ of }) => of)])]
    .filter((name) => !joint.some((one) => one.name === name))
    .sort(byCodeUnits);
  const names = [...leaves, ...joint.map(({ name }) => name).sort(byCodeUnits)];
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const groups = groupsOf(problem, leaves, indexOf);
  const scales = groups.map(({ leaves: own, joint: others }) =>
    scaleOf(
      problem,
      [...own, ...others].map((index) => names[index]),
    ),
  );
  const levels = Math.max(1, ...scales.map(({ sizes }) => sizes.length));
  const whole = scales.map((scale) =>
    scale.isPlain ? { ...scale, sizes: Array.from({ length: levels }, (_, level) => 2 ** level) } : scale,
  );
  const scaleOfMarket = new Map(
    groups.flatMap((group, index) => [...group.leaves, ...group.joint].map((market) => [market, whole[index]])),
  );
  const markets = names.map((name, index): Market => {
    const of = joint.find((one) => one.name === name)?.of.flatMap((member) => indexOf.get(member) ?? []) ?? [index];
    const { sizes, isPlain } = scaleOfMarket.get(index) ?? { sizes: [1], isPlain: true };
    return { name, of, sizes, isPlain, ...supplyOf(problem, name, sizes) };
  });
  const placeIn = (market: number, gpus: number) => {
    const size = scaleOfMarket.get(market)?.of.get(Math.max(1, gpus)) ?? 1;
    return { size, level: markets[market].sizes.indexOf(size) };
  };
  const jobs = problem.jobs.map((job): PreparedJob => ({
    job,
    gpus: job.workers * job.gpusPerWorker,
    markets: job.markets.map((name) => {
      const index = indexOf.get(name) ?? 0;
      const { size, level } = placeIn(index, job.gpusPerWorker);
      return { index, level, gpus: job.workers * size, ...inMarket(problem, job, name) };
    }),
    shortest: shortestWindow(problem, job),
  }));
  const steady = Array.from({ length: problem.periods }, () => new Int32Array(names.length * levels));
  for (const { market, gpus, replicas } of problem.steady) {
    const index = indexOf.get(market) ?? 0;
    const { size, level } = placeIn(index, gpus);
    for (let period = 0; period < problem.periods; period++) steady[period][index * levels + level] += size * (replicas[period] ?? 0);
  }
  const dearUsd = dearUsdOf(problem, jobs, steady);
  const counted = problem.offerings.map(({ name: of }) => problem.limits.reduce((sum, { sizes: all }) => sum + (all[of] ?? 0), 0));
  return { problem, markets, groups, levels, jobs, steady, dearUsd, missingUsd: dearUsd * (1 + Math.max(0, ...counted)) };
}

/** Markets that a joint one has in common are one group, every other is a group alone. */
function groupsOf({ joint = [] }: DeferrableProblem, leaves: readonly string[], indexOf: ReadonlyMap<string, number>): readonly Group[] {
  const groups = leaves.map((_, index) => ({ leaves: [index], joint: [] as number[] }));
  for (const { name, of } of joint) {
    const members = of.flatMap((member) => indexOf.get(member) ?? []);
    const met = groups.filter((group) => group.leaves.some((leaf) => members.includes(leaf)));
    const [first, ...others] = met;
    for (const other of others) {
      first.leaves.push(...other.leaves);
      first.joint.push(...other.joint);
      groups.splice(groups.indexOf(other), 1);
    }
    first.joint.push(indexOf.get(name) ?? 0);
  }
  return groups.map((group) => ({ leaves: group.leaves.sort((a, b) => a - b), joint: group.joint.sort((a, b) => a - b) }));
}

type Scale = DividingSizes & { readonly isPlain: boolean };

/** The sizes of some markets together; where all are powers of two, and all nodes are, every power up to the largest. */
function scaleOf({ offerings, steady, jobs }: DeferrableProblem, names: readonly string[]): Scale {
  const nodes = offerings.flatMap(({ market, gpus }) => (names.includes(market) && gpus >= 1 ? [gpus] : []));
  const asked = [
    ...steady.flatMap(({ market, gpus }) => (names.includes(market) ? [Math.max(1, gpus)] : [])),
    ...jobs.flatMap(({ markets, gpusPerWorker }) => (markets.some((name) => names.includes(name)) ? [Math.max(1, gpusPerWorker)] : [])),
  ];
  if ([...nodes, ...asked].every((size) => Number.isInteger(Math.log2(size)))) {
    const levels = 1 + Math.log2(Math.max(1, ...nodes, ...asked));
    return {
      sizes: Array.from({ length: levels }, (_, level) => 2 ** level),
      of: new Map(asked.map((size) => [size, size])),
      isPlain: true,
    };
  }
  const found = dividingSizes(asked, Math.max(0, ...nodes));
  return { ...found, sizes: found.sizes.length > 0 ? found.sizes : [1], isPlain: false };
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

/** Its offerings, large nodes first, and of a size the cheap ones. */
function supplyOf({ offerings, limits, periods }: DeferrableProblem, name: string, scale: readonly number[]) {
  const all = offerings
    .filter(({ market, gpus }) => market === name && gpus >= scale[0])
    .map((offering) => ({
      offering,
      level: scale.filter((size) => size <= offering.gpus).length - 1,
      usdPerHour: offering.usdPerHour,
      sizes: limits.map(({ sizes }) => (Object.hasOwn(sizes, offering.name) ? sizes[offering.name] : 0)),
    }))
    .sort((a, b) => b.offering.gpus - a.offering.gpus || a.usdPerHour - b.usdPerHour || byCodeUnits(a.offering.name, b.offering.name));
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
  return { offerings: useful, stateOf, most };
}

/** Whether there is any number of nodes of the same size that cost and count no more. */
function dominates(a: MarketOffering, b: MarketOffering, isBefore: boolean): boolean {
  if (a.offering.most !== undefined || a.offering.gpus !== b.offering.gpus || a.usdPerHour > b.usdPerHour) return false;
  if (a.sizes.some((size, limit) => size > b.sizes[limit])) return false;
  const isSame = a.usdPerHour === b.usdPerHour && a.sizes.every((size, limit) => size === b.sizes[limit]) && b.offering.most === undefined;
  return !isSame || isBefore;
}

/** More than any schedule costs that lacks nothing. */
function dearUsdOf({ offerings }: DeferrableProblem, jobs: readonly PreparedJob[], steady: readonly Int32Array[]): number {
  const perGpu = Math.max(1, ...offerings.map(({ usdPerHour }) => usdPerHour));
  const held = steady.reduce((sum, demand) => sum + demand.reduce((gpus, count) => gpus + count, 0), 0);
  const moved = jobs.reduce((sum, { markets }) => sum + Math.max(...markets.map(({ gpus, periods }) => gpus * Math.max(...periods))), 0);
  return 10 * perGpu * (1 + held + moved);
}

export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { ProblemError } from '../problems';
import { inParts, type OnProgress } from '../progress';
import {
  checkSideBySide,
  type Counts,
  countsOf,
  evenOverZones,
  type Fleets,
  fleetsOf,
  grantCeilings,
  isPassing,
  ofPools,
  type Replicas,
  type SizingEffort,
  sizingEfforts,
  solveHorizon,
  stayUp,
} from './search';
import {
  compareText,
  cutAtHandOvers,
  type DemandSegment,
  holds,
  type HorizonLimit,
  type HorizonOffering,
  type HorizonProblem,
  type HorizonSolution,
  type NodeCounts,
  poolProblem,
  type SizingLimits,
  type SizingPool,
  type Solver,
  startAtBegin,
  type Termination,
} from './problem';
import { type Alternative, horizonProblems, noRoom, type Sensitivity, sensitivityOf } from './explain';

export type SizingRequest = {
  readonly pools: readonly SizingPool[];
  readonly limits: SizingLimits;
  /** Spans of time, one after another; each names the replicas of every workload. */
  readonly segments: readonly DemandSegment[];
  /** What the ceilings of the workloads should be; less is granted where the limits do not reach. */
  readonly wantedCeilings: Replicas;
  readonly solver: Solver;
  /** @default `sizingEfforts.balanced` */
  readonly effort?: SizingEffort;
  /** Whether binding limits and rejected offerings are wanted, which costs a linear program for each distinct demand. @default true */
  readonly explained?: boolean;
  readonly onProgress?: OnProgress;
};

export type SizedSegment = { readonly from: number; readonly to: number; readonly nodes: NodeCounts; readonly usdPerHour: number };

export type BindingFact = {
  readonly limit: string;
  readonly used: number;
  readonly available: number;
  readonly unit: string;
  /** Start of the first segment where it binds, epoch ms. */
  readonly at: number;
  /** USD that one unit more would save in all segments together, by the relaxation: an estimate. */
  readonly savesUsd: number;
};

export type SizingResult = {
  readonly segments: readonly SizedSegment[];
  /** Most nodes of each offering that ever run: what holds the ceilings of all workloads within every limit. */
  readonly ceilings: NodeCounts;
  /** Replica ceilings that the limits allow, at most those asked for. */
  readonly replicaCeilings: Readonly<Record<string, number>>;
  /** Time-weighted mean over the segments. */
  readonly usdPerHour: number;
  readonly boundUsdPerHour: number;
  /** `proven`: nothing is cheaper by more than the gap that the effort asks for. */
  readonly status: HorizonSolution['status'];
  readonly termination: Termination;
  readonly binding: readonly BindingFact[];
  /** Offerings that no segment uses, by `nodeKey`. */
  readonly rejected: readonly Alternative[];
};

/**
 * Whole nodes by offering for every segment, at the least cost: pools, limits and demand as a problem over a horizon, solved by
 * `solveHorizon`. Each distinct demand is solved once; segments count as long as they last; parts that share no class and no limit
 * that binds are solved apart, so that a workload's change leaves other pools' figures alone.
 *
 * Then the ceilings of the node groups: the peaks of the segments or, where those cannot stand side by side within the limits, one
 * common fleet that each segment is restricted to; and above them what holds the workloads' ceilings.
 *
 * @throws ProblemError `sizing/no-fit`, `sizing/quota`, `sizing/ceiling`, `sizing/spot-share`, `sizing/spot-type`, `sizing/zone-share`,
 * `sizing/machines`, `sizing/reservation`, `sizing/min-up-time`: what clashes and by how much
 */
export function sizePools(request: SizingRequest): SizingResult {
  const { limits, solver, effort = sizingEfforts.balanced, explained = true } = request;
  // By what the steps take of the time where there are many pools.
  const [onSolving, onStaying, onCeilings, onExplained] = inParts(request.onProgress, [6, 1, 1, 2]);
  const pools = [...request.pools].sort((a, b) => compareText(a.name, b.name));
  const segments = cutAtHandOvers(pools, request.segments);
  const { problem, solution, fleets } = spreadOverZones(poolProblem(pools, limits, segments), solver, effort, onSolving);
  onSolving(1);
  const stayed = stayUp(solution.periods.map(countsOf), { problem, pools, segments, fleets: fleets.counts, solver, effort });
  const nodesOf = startAtBegin(stayed, { problem, pools, segments });
  onStaying(1);

  const hours = segments.reduce((sum, { from, to }) => sum + (to - from), 0) / 3_600_000;
  const priceOf = new Map(problem.offerings.map(({ name, usdPerHour, committed }) => [name, committed ? 0 : usdPerHour]));
  const sized = segments.map(({ from, to }, period) => {
    const nodes = nodesOf[period];
    const usdPerHour = Object.entries(nodes).reduce((sum, [name, count]) => sum + count * (priceOf.get(name) ?? 0), 0);
    return { from, to, nodes, usdPerHour };
  });
  const usdPerHour = hours === 0 ? 0 : sized.reduce((sum, one) => sum + (one.usdPerHour * (one.to - one.from)) / 3_600_000, 0) / hours;
  const boundUsdPerHour = hours === 0 ? 0 : Math.min(usdPerHour, solution.boundUsd / hours);

  const workloads = pools.flatMap((pool) => pool.classes.map(({ workload }) => workload)).sort();
  const peaks = Object.fromEntries(workloads.map((name) => [name, Math.max(0, ...segments.map(({ replicas }) => replicas[name]))]));
  const wanted = Object.fromEntries(workloads.map((name) => [name, Math.max(peaks[name], request.wantedCeilings[name] ?? 0)]));
  const base = larger(fleets.counts, peaksOf(nodesOf));
  checkSideBySide(problem, base);
  const ceilings = grantCeilings({ problem: withoutZones(problem), pools, base, peaks, wanted, solver, effort: effort.period });
  onCeilings(1);
  const sensitivity = explained ? sensitivityOf(problem, solution, solver) : { binding: [], rejected: [] };
  onExplained(1);
  return {
    segments: sized,
    ceilings: Object.fromEntries([...ceilings.counts].filter(([, count]) => count > 0).sort(([a], [b]) => compareText(a, b))),
    replicaCeilings: ceilings.replicas,
    usdPerHour,
    boundUsdPerHour,
    status: usdPerHour > boundUsdPerHour * (1 + 1e-9) ? 'feasible' : solution.status,
    termination: solution.termination,
    binding: explained ? bindingFacts(sensitivity, segments) : [],
    rejected: sensitivity.rejected,
  };
}

type Sized = { readonly problem: HorizonProblem; readonly solution: HorizonSolution; readonly fleets: Fleets };

/**
 * Offerings that differ in nothing but their zone are one while solving, and their nodes spread afterwards: apart they are symmetric,
 * which costs a search dearly. Only where that breaks the share of a zone in some period is the pool solved again with zones apart,
 * and its nodes spread again as far as the share lets them.
 */
function spreadOverZones(whole: HorizonProblem, solver: Solver, effort: SizingEffort, onProgress: OnProgress): Sized {
  const apart = new Set<string>();
  for (;;) {
    const isApart = ({ path }: HorizonLimit) => apart.has(path);
    const problem = { ...whole, limits: whole.limits.filter((limit) => limit.kind !== 'zone-share' || isApart(limit)) };
    const cheapest = solved(problem, solver, effort, whole, onProgress);
    const free = apart.size === 0 ? cheapest : { ...cheapest, periods: evenOverZones(problem, cheapest.periods) };
    const fleets = fleetsOf(problem, peaksOf(free.periods.map(countsOf)), solver, effort.period);
    const solution = withinFleets(problem, free, fleets, { solver, effort });
    const counts = solution.periods.map(countsOf);
    const broken = whole.limits.filter(
      (limit) => limit.kind === 'zone-share' && !isApart(limit) && !counts.every((nodes) => holds(limit, (name) => nodes[name] ?? 0)),
    );
    if (broken.length === 0) return { problem: { ...problem, limits: whole.limits }, solution, fleets };
    for (const { path } of broken) apart.add(path);
  }
}

/** Ceilings are spread over zones like the nodes of a span; what runs within them keeps the share of a zone. */
function withoutZones(problem: HorizonProblem): HorizonProblem {
  return { ...problem, limits: problem.limits.filter(({ kind }) => kind !== 'zone-share') };
}

/** @param whole the problem with the limits that were left out, which a cure has to keep too */
function solved(
  problem: HorizonProblem,
  solver: Solver,
  effort: SizingEffort,
  whole: HorizonProblem,
  onProgress: OnProgress,
): HorizonSolution {
  const answer = solveHorizon(problem, solver, effort, onProgress);
  if (answer) return answer;
  const problems = horizonProblems(whole, solver);
  throw new ProblemError(problems.length > 0 ? problems : noRoom);
}

/** The solution, that of pools with a common fleet made anew within it. The bound stays that of the free one. */
function withinFleets(
  problem: HorizonProblem,
  free: HorizonSolution,
  { counts, common }: { readonly counts: Counts; readonly common: readonly string[] },
  { solver, effort }: { readonly solver: Solver; readonly effort: SizingEffort },
): HorizonSolution {
  if (common.length === 0) return free;
  const alone = ofPools(problem, common);
  const offerings = alone.offerings.map((offering) => (isPassing(offering) ? offering : atMost(offering, counts.get(offering.name) ?? 0)));
  const limits = offerings.some(isPassing) ? problem.limits : problem.limits.filter((limit) => !('most' in limit));
  const within = solveHorizon({ ...alone, offerings, limits }, solver, effort);
  // What clashes is the fleet, which stands in no config.
  if (!within) throw new ProblemError(noRoom);
  const others = problem.offerings.filter(({ pool = '' }) => !common.includes(pool)).map(({ name }) => name);
  const periods = free.periods.map((groups, period) =>
    [...groups.filter(({ offering }) => others.includes(offering)), ...within.periods[period]].sort((a, b) =>
      compareText(a.offering, b.offering),
    ),
  );
  return { ...free, periods, status: 'feasible' };
}

/** Of committed nodes no more are used either. */
function atMost({ committed, ...offering }: HorizonOffering, mostNodes: number): HorizonOffering {
  const fewer = committed && { committed: { least: Math.min(committed.least, mostNodes), most: Math.min(committed.most, mostNodes) } };
  return { ...offering, mostNodes, ...fewer };
}

function peaksOf(periods: readonly NodeCounts[]): Counts {
  const peaks = new Map<string, number>();
  for (const nodes of periods) for (const [name, count] of Object.entries(nodes)) peaks.set(name, Math.max(count, peaks.get(name) ?? 0));
  return peaks;
}

function larger(a: Counts, b: Counts): Counts {
  return new Map([...new Set([...a.keys(), ...b.keys()])].map((name) => [name, Math.max(a.get(name) ?? 0, b.get(name) ?? 0)]));
}

function bindingFacts({ binding }: Sensitivity, segments: readonly DemandSegment[]): readonly BindingFact[] {
  return binding.map(({ limit: { name, unit }, used, available, period, savesUsd }) => ({
    limit: name,
    used,
    available,
    unit,
    at: segments[period].from,
    savesUsd,
  }));
}

import type { PeriodEffort } from './effort';
import { fleetWith } from './common-fleet';
import { demandOf, type HorizonOffering, type HorizonProblem, type SizingPool, type Solver, wholeModel } from '../problem';
import { countsByOffering } from './spread';
import { type Counts, isPassing, ofPools, settle, together } from './settle';

/** Replicas by workload. */
export type Replicas = Readonly<Record<string, number>>;

export type CeilingRequest = {
  readonly problem: HorizonProblem;
  readonly pools: readonly SizingPool[];
  /** Nodes that are needed in any case. */
  readonly base: Counts;
  /** Most replicas that any segment asks for: never less is granted. */
  readonly peaks: Replicas;
  /** At least the peaks. */
  readonly wanted: Replicas;
  readonly solver: Solver;
  readonly effort: PeriodEffort;
};

export type Ceilings = { readonly counts: Counts; readonly replicas: Replicas };

/**
 * Most nodes of each offering that hold the ceilings of all workloads at once, cheapest first, and the ceilings that are granted.
 *
 * Where the limits do not reach for what is wanted, every workload of the pools concerned gets the same share of its way from peak to
 * wanted ceiling, the largest that fits (rounded down to whole replicas); what then still fits goes to the workloads one after
 * another, by name. More replicas never need fewer nodes, so both are found by halving. Where not even all peaks fit at once (they
 * come at different times), the peaks are granted and the nodes stay those that hold each segment.
 */
export function grantCeilings(request: CeilingRequest): Ceilings {
  const settled = settle(request.problem, (group) => grantTo(group, request));
  if ('stuck' in settled) throw new Error(`ceilings of pool ${settled.stuck[0][0]} break a limit that its segments keep`);
  const granted = Object.assign({}, ...settled.answers.map(({ replicas }) => replicas)) as Replicas;
  return { counts: together(settled.answers), replicas: Object.fromEntries(Object.entries(granted).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function grantTo(group: readonly string[], request: CeilingRequest): Ceilings {
  const { pools, base, peaks, wanted } = request;
  const own = pools.filter(({ name }) => group.includes(name));
  const workloads = own.flatMap((pool) => pool.classes.map(({ workload }) => workload)).sort();
  const headroom = Math.max(0, ...workloads.map((name) => wanted[name] - peaks[name]));
  const shareOf = (step: number): Replicas =>
    Object.fromEntries(
      workloads.map((name) => [name, peaks[name] + (headroom === 0 ? 0 : Math.floor(((wanted[name] - peaks[name]) * step) / headroom))]),
    );
  const fleetFor = memoised(group, request);
  const step = largestThatHolds(headroom, (candidate) => fleetFor(shareOf(candidate)) !== undefined);
  const isOwn = (name: string) => own.some((pool) => name.startsWith(`${pool.name}/`));
  if (step === undefined) return { counts: new Map([...base].filter(([name]) => isOwn(name))), replicas: shareOf(0) };
  let granted = shareOf(step);
  for (const name of workloads) {
    const room = wanted[name] - granted[name];
    const extra = room === 0 ? 0 : largestThatHolds(room, (more) => fleetFor({ ...granted, [name]: granted[name] + more }) !== undefined);
    granted = { ...granted, [name]: granted[name] + (extra ?? 0) };
  }
  return { counts: fleetFor(granted) ?? base, replicas: granted };
}

/** The cheapest nodes, at least the base, that hold so many replicas at once. */
function memoised(group: readonly string[], request: CeilingRequest): (replicas: Replicas) => Counts | undefined {
  const { problem, pools, base, solver, effort } = request;
  const known = new Map<string, Counts | undefined>();
  const alone = ofPools(problem, group);
  const atTimes = alone.offerings.filter(isPassing).map(({ name }) => name);
  const passing = new Map(atTimes.map((name) => [name, base.get(name) ?? 0]));
  const lasting = new Map([...base].filter(([name]) => !passing.has(name)));
  const own = pools.filter(({ name }) => group.includes(name));
  return (replicas) => {
    const demand = demandOf(own, alone, replicas);
    const key = JSON.stringify(demand);
    if (known.has(key)) return known.get(key);
    const model = wholeModel({
      ...alone,
      offerings: alone.offerings.map(alwaysThere),
      periods: 1,
      periodHours: 1,
      demand: Object.fromEntries(Object.entries(demand).map(([name, count]) => [name, [count]])),
    });
    const least = model.offerings.map(({ members }) => members.reduce((sum, { name }) => sum + (lasting.get(name) ?? 0), 0));
    const nodes = fleetWith(model, least, solver, effort);
    const counts = nodes && new Map([...countsByOffering(model, nodes, lasting), ...passing]);
    known.set(key, counts);
    return counts;
  };
}

/** Ceilings hold at any time: what is there for some of it holds none of them. */
function alwaysThere({ absentIn = [], ...offering }: HorizonOffering): HorizonOffering {
  return absentIn.length === 0 ? offering : { ...offering, absentIn: [0] };
}

/** The largest of 0..most that holds, where all below one that holds do too; the largest is tried first, for it mostly does. */
function largestThatHolds(most: number, holds: (candidate: number) => boolean): number | undefined {
  if (holds(most)) return most;
  if (most === 0 || !holds(0)) return undefined;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

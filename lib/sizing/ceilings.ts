import { type Demands, keyOf } from './demands';
import { cheapestFleet } from './fleet';
import type { Counts, Limit } from './limits';
import { demandOf, type PoolModel } from './pool-model';
import type { Solver } from './types';

/** Replicas by workload. */
export type Replicas = Readonly<Record<string, number>>;

export type CeilingRequest = {
  readonly group: readonly PoolModel[];
  /** Nodes that are needed in any case. */
  readonly base: Counts;
  /** Most replicas that any segment asks for: never less is granted. */
  readonly peaks: Replicas;
  /** At least the peaks. */
  readonly wanted: Replicas;
  readonly limits: readonly Limit[];
  readonly solver: Solver;
};

export type Ceilings = { readonly counts: Counts; readonly replicas: Replicas };

/**
 * Most nodes of each offering that hold the ceilings of all workloads at once, cheapest first, and the ceilings that are granted.
 *
 * Where the limits do not reach for what is wanted, every workload of the group gets the same share of its way from peak to wanted
 * ceiling, the largest that fits (rounded down to whole replicas); what then still fits goes to the workloads one after another, by
 * name. More replicas never need fewer nodes, so both are found by halving. Where not even all peaks fit at once (they come at
 * different times), the peaks are granted and the nodes stay those that hold each segment.
 */
export function grantCeilings(request: CeilingRequest): Ceilings {
  const { group, base, peaks, wanted } = request;
  const workloads = group.flatMap((pool) => pool.workloads).sort();
  const headroom = Math.max(0, ...workloads.map((name) => wanted[name] - peaks[name]));
  const shareOf = (step: number): Replicas =>
    Object.fromEntries(
      workloads.map((name) => [name, peaks[name] + (headroom === 0 ? 0 : Math.floor(((wanted[name] - peaks[name]) * step) / headroom))]),
    );

  const fleetFor = memoised(request);
  const step = largestThatHolds(headroom, (candidate) => fleetFor(shareOf(candidate)) !== undefined);
  if (step === undefined) return { counts: new Map(group.map(({ name }) => [name, base.get(name) ?? []])), replicas: shareOf(0) };
  let granted = shareOf(step);
  for (const name of workloads) {
    const room = wanted[name] - granted[name];
    const extra = room === 0 ? 0 : largestThatHolds(room, (more) => fleetFor({ ...granted, [name]: granted[name] + more }) !== undefined);
    granted = { ...granted, [name]: granted[name] + (extra ?? 0) };
  }
  return { counts: fleetFor(granted) ?? base, replicas: granted };
}

function memoised({ group, base, limits, solver }: CeilingRequest): (replicas: Replicas) => Counts | undefined {
  const known = new Map<string, Counts | undefined>();
  return (replicas) => {
    const demands: Demands = new Map(group.map((pool) => [pool.name, demandOf(pool, replicas)]));
    const key = keyOf(demands);
    if (!known.has(key)) {
      known.set(key, cheapestFleet({ group, vectors: [{ demands, weight: 0 }], limits, solver, weight: 1, atLeast: base })?.counts);
    }
    return known.get(key);
  };
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

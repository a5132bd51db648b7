import { covers, type Demands, keyOf, largestDemands } from './demands';
import { cheapestFleet } from './fleet';
import type { Counts, Limit } from './limits';
import { cheapestMix } from './mix';
import { compareText, type PoolModel } from './pool-model';
import type { Solver } from './types';

export type TimedDemand = { readonly demands: Demands; readonly ms: number };

export type CommonFleetRequest = {
  readonly group: readonly PoolModel[];
  readonly spans: readonly TimedDemand[];
  readonly limits: readonly Limit[];
  readonly solver: Solver;
};

/** Variables that one program over several demands may have, by and large: its time grows much faster than their number. */
const mostVariables = 100;

/** The fleet is a choice of ceilings; a thousandth of the cost is near enough. */
const effort = { relativeGap: 0.001, maxNodes: 1_000 };

/**
 * One fleet, within ceilings and quotas, that holds the demand of every span: for pools whose cheapest mixes, hour by hour, need
 * more nodes in all (of this offering in one hour, of that one in another) than the limits allow to stand side by side.
 *
 * The program decides the fleet and the mixes within it together, each weighted by its time, so with few distinct demands the result
 * is the cheapest there is (to a thousandth). Beyond, the largest demands and then the longest stand for the rest: a fleet that holds
 * a demand holds every smaller one, and a largest one that is found not to be held is added.
 *
 * @returns `undefined` where there is no such fleet
 */
export function commonFleet({ group, spans, limits, solver }: CommonFleetRequest): Counts | undefined {
  const largest = largestDemands(spans.map(({ demands }) => demands));
  const variables = group.reduce((sum, { offerings, shapes, kinds }) => sum + offerings.length + shapes.length * kinds.length, 0);
  const chosen = [...largest, ...longest(spans, largest)].slice(0, Math.max(4, Math.floor(mostVariables / variables)));
  for (;;) {
    const fleet = cheapestFleet({ group, vectors: weighted(spans, chosen), limits, solver, weight: 0, effort });
    if (!fleet) return undefined;
    const missing = largest.find(
      (other) => !chosen.includes(other) && !cheapestMix({ group, demands: other, limits, solver, within: fleet.counts }),
    );
    if (!missing) return fleet.counts;
    chosen.push(missing);
  }
}

/** The other distinct demands, by the time they last. */
function longest(spans: readonly TimedDemand[], without: readonly Demands[]): readonly Demands[] {
  const times = new Map<string, { readonly demands: Demands; ms: number }>();
  for (const { demands, ms } of spans) {
    const known = times.get(keyOf(demands));
    if (known) known.ms += ms;
    else times.set(keyOf(demands), { demands, ms });
  }
  for (const demands of without) times.delete(keyOf(demands));
  return [...times].sort(([a, first], [b, second]) => second.ms - first.ms || compareText(a, b)).map(([, { demands }]) => demands);
}

/** Each span's time goes to its own demand or, where that was not chosen, to the last one that covers it: the smallest by and large. */
function weighted(
  spans: readonly TimedDemand[],
  chosen: readonly Demands[],
): readonly { readonly demands: Demands; readonly weight: number }[] {
  const all = spans.reduce((sum, { ms }) => sum + ms, 0);
  const times = new Map(chosen.map((demands) => [demands, 0]));
  for (const { demands, ms } of spans) {
    const key = keyOf(demands);
    const own = chosen.find((other) => keyOf(other) === key) ?? chosen.findLast((other) => covers(other, demands));
    if (own) times.set(own, (times.get(own) ?? 0) + ms);
  }
  return [...times].map(([demands, ms]) => ({ demands, weight: ms / all }));
}

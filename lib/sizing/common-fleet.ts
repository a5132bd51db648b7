import { covers, type Demands, largestDemands } from './demands';
import { cheapestFleet } from './fleet';
import type { Counts, Limit } from './limits';
import { cheapestMix } from './mix';
import type { PoolModel } from './pool-model';
import type { Solver } from './types';

export type TimedDemand = { readonly demands: Demands; readonly ms: number };

export type CommonFleetRequest = {
  readonly group: readonly PoolModel[];
  readonly spans: readonly TimedDemand[];
  readonly limits: readonly Limit[];
  readonly solver: Solver;
};

/** Demands that the first program is made for; further ones are added where its fleet does not hold them. */
const firstVectors = 8;

/**
 * One fleet, within ceilings and quotas, that holds the demand of every span: for pools whose cheapest mixes, hour by hour, need
 * more nodes in all (of this offering in one hour, of that one in another) than the limits allow to stand side by side.
 *
 * A fleet that holds a demand holds every smaller one, so only the largest demands enter, each with the time of those it covers;
 * the fleet is the cheapest for them. The mixes within it may cost more than those without a common fleet; the bound of the result
 * stays that of the latter.
 *
 * @returns `undefined` where there is no such fleet
 */
export function commonFleet({ group, spans, limits, solver }: CommonFleetRequest): Counts | undefined {
  const largest = weighted(spans, largestDemands(spans.map(({ demands }) => demands)));
  const vectors = largest.slice(0, firstVectors);
  for (;;) {
    const fleet = cheapestFleet({ group, vectors, limits, solver, weight: 0 });
    if (!fleet) return undefined;
    const missing = largest
      .slice(firstVectors)
      .find(
        (vector) => !vectors.includes(vector) && !cheapestMix({ group, demands: vector.demands, limits, solver, within: fleet.counts }),
      );
    if (!missing) return fleet.counts;
    vectors.push(missing);
  }
}

function weighted(
  spans: readonly TimedDemand[],
  vectors: readonly Demands[],
): readonly { readonly demands: Demands; readonly weight: number }[] {
  const all = spans.reduce((sum, { ms }) => sum + ms, 0);
  const times = vectors.map(() => 0);
  for (const { demands, ms } of spans) times[vectors.findIndex((vector) => covers(vector, demands))] += ms;
  return vectors.map((demands, index) => ({ demands, weight: times[index] / all }));
}

import { fitsOn } from './reserved-time';
import { holds } from './limits';
import type { HorizonProblem } from './horizon';
import { type DemandSegment, type NodeCounts, nodeKey, type SizingPool } from './pools';

/**
 * How long before the end of a reservation the nodes that take over are there, and until how long after its begin those that it takes
 * over from. None where a workload of the pool fits on nothing else: nobody could take over.
 */
export function handOverMs({ handOverMs: stated = 0, classes, offerings }: SizingPool): number {
  const isBound = classes.some((one) => offerings.every((offering) => offering.reservation || !fitsOn(offering, one)));
  return isBound ? 0 : stated;
}

/** The segments, cut also where a reservation has begun to serve and where others take over from it. */
export function cutAtHandOvers(pools: readonly SizingPool[], segments: readonly DemandSegment[]): readonly DemandSegment[] {
  const times = pools.flatMap((pool) => {
    const lead = handOverMs(pool);
    return lead === 0
      ? []
      : pool.offerings.flatMap(({ reservation }) => (reservation ? [reservation.from + lead, reservation.to - lead] : []));
  });
  const cuts = [...new Set(times)].sort((a, b) => a - b);
  return segments.flatMap((segment) => {
    const bounds = [segment.from, ...cuts.filter((time) => time > segment.from && time < segment.to), segment.to];
    return bounds.slice(1).map((to, index) => ({ ...segment, from: bounds[index], to }));
  });
}

/**
 * Starts the nodes of a reservation as it begins, beside those that it takes over from, where the limits let both run.
 *
 * @param nodes by segment, in which a reservation serves nothing at first
 */
export function startAtBegin(
  nodes: readonly NodeCounts[],
  { problem, pools, segments }: { problem: HorizonProblem; pools: readonly SizingPool[]; segments: readonly DemandSegment[] },
): readonly NodeCounts[] {
  const started = [...nodes];
  for (const pool of pools) {
    const lead = handOverMs(pool);
    for (const offering of lead === 0 ? [] : pool.offerings) {
      const from = offering.reservation?.from ?? -Infinity;
      const key = nodeKey(pool.name, offering);
      const first = segments.findIndex((segment) => segment.from >= from + lead);
      const count = first < 0 ? 0 : (nodes[first][key] ?? 0);
      segments.forEach((segment, index) => {
        if (count === 0 || segment.from < from || index >= first) return;
        const both = { ...started[index], [key]: count };
        if (problem.limits.every((limit) => holds(limit, (name) => both[name] ?? 0))) started[index] = both;
      });
    }
  }
  return started;
}

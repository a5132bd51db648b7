import type { Demands } from './demands';
import { type Counts, type Limit, limitsOn } from './limits';
import { addLimit, addNodes, addSlacks, countsOf, type NodeVariables, placementsOf, preferencesOf } from './mix';
import type { PoolModel } from './pool-model';
import { mustBeInUse } from './placement';
import { solvePacked } from './solve-packed';
import type { LinearProgram, Solver } from './types';

export type FleetRequest = {
  readonly group: readonly PoolModel[];
  /** Each must find room in the fleet; its nodes cost their price times its weight. */
  readonly vectors: readonly { readonly demands: Demands; readonly weight: number }[];
  readonly limits: readonly Limit[];
  readonly solver: Solver;
  /** Price of having a node in the fleet, as a share of its own. */
  readonly weight: number;
  /** The fleet has at least these nodes. */
  readonly atLeast?: Counts;
  /** Where the search may stop early; ties are then left to the solver. */
  readonly effort?: LinearProgram['effort'];
  /** Limits that may be exceeded, at the least sum of their excesses. */
  readonly loose?: readonly Limit[];
};

export type Fleet = {
  readonly counts: Counts;
  /** Of the loose limits. */
  readonly excess: ReadonlyMap<Limit, number>;
};

/**
 * The most nodes of each offering that may ever run, such that each of several demands finds room among them. The fleet as a
 * whole keeps to ceilings and quotas; each demand's own nodes keep to the share of spot.
 *
 * @returns `undefined` where no fleet within the limits holds all the demands
 */
export function cheapestFleet(request: FleetRequest): Fleet | undefined {
  const { group, vectors, limits, solver, weight, atLeast, loose = [], effort } = request;
  let fleet: NodeVariables = new Map();
  let slacks: ReadonlyMap<Limit, number> = new Map();
  const concerned = limitsOn(limits, group);
  const solution = solvePacked((builder) => {
    const largest = new Map(
      group.map((pool) => [
        pool.name,
        pool.kinds.map((_, kind) => Math.max(...vectors.map(({ demands }) => demands.get(pool.name)?.[kind] ?? 0))),
      ]),
    );
    fleet = addNodes(builder, group, largest, { price: weight, atLeast, label: 'fleet ' });
    slacks = addSlacks(builder, loose);
    for (const limit of concerned) if (limit.kind !== 'spot-share') addLimit(builder, limit, fleet, slacks.get(limit));
    const placements = vectors.flatMap(({ demands, weight: share }, index) => {
      // A demand whose nodes cost nothing may have the whole fleet, unless empty nodes would count.
      const apart = group.filter((pool) => share > 0 || mustBeInUse(pool));
      const own = addNodes(builder, apart, demands, { price: share, label: `demand ${index} ` });
      for (const [pool, variables] of own) {
        variables.forEach((variable, offering) => {
          const inFleet = (fleet.get(pool) ?? [])[offering];
          builder.row(
            `demand ${index} within fleet`,
            [
              [variable, 1],
              [inFleet, -1],
            ],
            { upper: 0 },
          );
        });
      }
      for (const limit of concerned) if (limit.kind === 'spot-share') addLimit(builder, limit, own);
      return placementsOf(group, demands, new Map([...fleet, ...own]));
    });
    return { placements, preferences: effort ? [] : preferencesOf(group, fleet), effort };
  }, solver);
  if (!solution) return undefined;
  const { values } = solution;
  return { counts: countsOf(fleet, values), excess: new Map([...slacks].map(([limit, variable]) => [limit, values[variable]])) };
}

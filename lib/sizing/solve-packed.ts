import { packs } from './pack';
import { addPlacement, type Formed, type Placement } from './placement';
import { programBuilder, type ProgramBuilder } from './program';
import type { LinearProgram, LinearSolution, Solver } from './types';

/** Among solutions of equal cost: fewest nodes over these variables, then the lowest sum of ranks. */
export type Preference = { readonly variable: number; readonly rank: number };

export type Draft = {
  readonly placements: readonly Placement[];
  /** None: a tie is left to the solver. */
  readonly preferences: readonly Preference[];
  readonly effort?: LinearProgram['effort'];
};

export type PackedSolution = {
  /** By variable; whole where the variable is. */
  readonly values: readonly number[];
  readonly objective: number;
  /** Nothing cheaper exists below this. */
  readonly bound: number;
};

/**
 * Solves a program whose placements really pack.
 *
 * Where the contents of a node are few, the program speaks of contents and packs by construction. Elsewhere it speaks of sums
 * first; a placement that then cannot be filled node by node is put into contents and the program is solved again. The first
 * program is a relaxation of the second, so its bound holds. Only where contents are too many to list the last program knows some
 * of them, and its solution may lie above the bound (or, within tight limits, not be found).
 *
 * Ties are broken by a second solve: equal cost, fewest nodes, then canonical order.
 *
 * @param draft adds variables and rows and says what is to be placed
 * @returns `undefined` where there is no solution
 */
export function solvePacked(draft: (builder: ProgramBuilder) => Draft, solver: Solver): PackedSolution | undefined {
  const strict = new Set<string>();
  let bound = 0;
  for (;;) {
    const builder = programBuilder();
    const { placements, preferences, effort } = draft(builder);
    const formed = placements.map((placement) => addPlacement(builder, placement, strict.has(placement.pool.name)));
    const solution = solveCanonically({ ...builder.program(), effort }, preferences, solver);
    if (!solution) return undefined;
    if (formed.every(({ form }) => form !== 'greedy')) bound = Math.max(bound, solution.bound);
    const { values, objective } = solution;
    const unpacked = placements.filter((placement, index) => !isPacked(placement, formed[index], values, solver));
    if (unpacked.length === 0) return { values, objective, bound: Math.min(bound, objective) };
    for (const { pool } of unpacked) strict.add(pool.name);
  }
}

/** By placing the replicas or, where that fails, by a program over the contents of just these nodes. */
function isPacked({ pool, demand, nodes }: Placement, formed: Formed, values: readonly number[], solver: Solver): boolean {
  if (formed.form !== 'aggregate') return true;
  const counts = nodes.map((variable) => values[variable]);
  const guide = formed.placed.map((ofShape) => {
    const byKind = demand.map(() => 0);
    for (const { kind, variable } of ofShape) byKind[kind] = values[variable];
    return byKind;
  });
  if (packs(pool, counts, demand, guide)) return true;
  const builder = programBuilder();
  const fixed = counts.map((count, index) =>
    builder.variable({ name: pool.offerings[index].id, cost: 0, lower: count, upper: count, integer: true }),
  );
  const { form } = addPlacement(builder, { pool, demand, nodes: fixed }, true);
  return form === 'patterns' && solver(builder.program()).status !== 'infeasible';
}

/** Part of an objective that counts as none: the solver's own tolerance. */
const tieTolerance = 1e-7;

function solveCanonically(program: LinearProgram, preferences: readonly Preference[], solver: Solver): PackedSolution | undefined {
  const first = rounded(program, solver(program));
  if (!first || preferences.length < 2) return first;
  const nodes = preferences.reduce((sum, { variable }) => sum + first.values[variable], 0);
  if (nodes === 0) return first;
  const perNode = 1 + nodes * Math.max(...preferences.map(({ rank }) => rank));
  const weights = new Map(preferences.map(({ variable, rank }) => [variable, perNode + rank]));
  const slack = tieTolerance * Math.max(1, Math.abs(first.objective));
  const second = rounded(
    program,
    solver({
      variables: program.variables.map((variable, index) => ({ ...variable, cost: weights.get(index) ?? 0 })),
      rows: [
        ...program.rows,
        {
          name: 'cost',
          terms: program.variables.flatMap(({ cost }, index) => (cost === 0 ? [] : [[index, cost] as const])),
          lower: -Infinity,
          upper: first.objective + slack,
        },
      ],
    }),
  );
  return second && second.objective <= first.objective + 10 * slack ? { ...second, bound: first.bound } : first;
}

/** The solver leaves crumbs on whole numbers; the objective is that of the whole ones. */
function rounded({ variables }: LinearProgram, solution: LinearSolution): PackedSolution | undefined {
  if (solution.status === 'infeasible') return undefined;
  const values = solution.values.map((value, index) => (variables[index].integer ? Math.round(value) : value));
  const objective = variables.reduce((sum, { cost }, index) => sum + cost * values[index], 0);
  return { values, objective, bound: Math.min(solution.bound, objective) };
}

import type { LinearProgram, LinearSolution } from '../problem';

/** Part of an objective that counts as none: the solver's own tolerance. */
const tieTolerance = 1e-7;

/**
 * A program for the canonical one among solutions of equal cost: fewest nodes, then the lowest sum of ranks.
 *
 * @param nodes variables that count nodes, in the order of their rank
 * @returns `undefined` where there is nothing to choose
 */
export function fewestNodes(
  program: LinearProgram,
  nodes: readonly number[],
  { values, objective }: Exclude<LinearSolution, { readonly status: 'infeasible' }>,
): LinearProgram | undefined {
  const count = nodes.reduce((sum, variable) => sum + Math.round(values[variable]), 0);
  if (nodes.length < 2 || count === 0) return undefined;
  const perNode = 1 + count * (nodes.length - 1);
  const weights = new Map(nodes.map((variable, rank) => [variable, perNode + rank]));
  return {
    variables: program.variables.map((variable, index) => ({ ...variable, cost: weights.get(index) ?? 0 })),
    rows: [
      ...program.rows,
      {
        name: 'cost',
        terms: program.variables.flatMap(({ cost }, index) => (cost === 0 ? [] : [[index, cost] as const])),
        lower: -Infinity,
        upper: objective + tieTolerance * Math.max(1, Math.abs(objective)),
      },
    ],
  };
}

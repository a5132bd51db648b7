import type { LinearSolution, Solver } from '../types';
import type { Lever } from './levers';
import { onePiece, type Slacks } from './one-piece';
import type { HorizonProblem } from './types';

/** By how much a limit is exceeded, by period; only where it is. */
export type Excess = ReadonlyMap<number, number>;

/**
 * Solves the given periods with the levers loose: the largest excess as small as can be, then the sum.
 *
 * @returns by lever, the excess of each period; `undefined`: that is not enough
 */
export function elastic(
  problem: HorizonProblem,
  periods: readonly number[],
  levers: readonly Lever[],
  solver: Solver,
): readonly Excess[] | undefined {
  const variables = levers.map(() => new Map<number, number>());
  const largest: number[] = [];
  const { builder } = onePiece(problem, {
    periods,
    slacks: (into): Slacks => {
      for (const { available } of levers) {
        const weight = 1 / Math.max(1, available);
        largest.push(into.variable({ name: 'largest excess', cost: 1_000 * weight, upper: 1e9, integer: false }));
      }
      return {
        at: (limit, period) => {
          const index = levers.findIndex(({ slack }) => slack(limit));
          if (index < 0) return undefined;
          const known = variables[index].get(period);
          if (known !== undefined) return known;
          const weight = 1 / Math.max(1, levers[index].available);
          const variable = into.variable({ name: 'excess', cost: weight, upper: 1e9, integer: false });
          into.row(
            'excess',
            [
              [variable, 1],
              [largest[index], -1],
            ],
            { upper: 0 },
          );
          variables[index].set(period, variable);
          return variable;
        },
      };
    },
  });
  const program = builder.program();
  const loose = new Set([...largest, ...variables.flatMap((byPeriod) => [...byPeriod.values()])]);
  const solution: LinearSolution = solver({
    ...program,
    variables: program.variables.map((variable, index) => (loose.has(index) ? variable : { ...variable, cost: 0 })),
  });
  if (solution.status === 'infeasible') return undefined;
  return variables.map(
    (byPeriod) =>
      new Map(
        [...byPeriod].flatMap(([period, variable]) =>
          solution.values[variable] > 1e-6 ? [[period, solution.values[variable]] as const] : [],
        ),
      ),
  );
}

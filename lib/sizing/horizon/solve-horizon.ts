import type { Problem } from '../../problems';
import type { Solver } from '../types';
import type { Decided, HorizonEffort } from './decide-held';
import { contentsAt, decideParts, heldOf, type Piece } from './decide-parts';
import { serviceOf } from './model';
import { horizonProblems } from './shortage';
import type { HorizonProblem, HorizonSolution } from './types';

export type { HorizonEffort } from './decide-held';

const period = { relativeGap: 0.002, maxNodes: 400 };

/** Where a search ends: by the gap that is proven, or after so many programs. Never by the clock. */
export const horizonEfforts = {
  fast: { relativeGap: 0.05, passes: 1, candidates: 4, curiosity: 0, period: { relativeGap: 0.005, maxNodes: 100 } },
  balanced: { relativeGap: 0.019, passes: 5, candidates: 10, curiosity: 0, period },
  best: { relativeGap: 0.0095, passes: 14, candidates: 60, curiosity: 0.25, period: { relativeGap: 0.001, maxNodes: 2_000 } },
  exact: { relativeGap: 1e-9, passes: 10_000, candidates: 30, curiosity: 1, period: { relativeGap: 0, maxNodes: 1_000_000 } },
} as const satisfies Readonly<Record<string, HorizonEffort>>;

/**
 * The cheapest nodes over a whole horizon: how many to hold throughout, and in every period which others to run and what each
 * carries. No rule links one period to another but that held nodes are the same in all; rules that do (minimum up-time, budget) are
 * kept by `sizePools`.
 *
 * @returns what clashes, where nothing satisfies the problem
 */
export function solveHorizon(
  problem: HorizonProblem,
  solver: Solver,
  effort: HorizonEffort = horizonEfforts.balanced,
): HorizonSolution | HorizonRefusal {
  const refused = (): HorizonRefusal => ({ status: 'infeasible', termination: 'proven', problems: horizonProblems(problem, solver) });
  if (problem.classes.some((one) => isWanted(problem, one.name) && !problem.offerings.some((offering) => serviceOf(offering, one))))
    return refused();
  const pieces = decideParts(problem, solver, effort);
  return 'stuck' in pieces ? refused() : solutionOf(problem, pieces, effort);
}

/** What clashes, and what would cure it. */
export type HorizonRefusal = { readonly status: 'infeasible'; readonly termination: 'proven'; readonly problems: readonly Problem[] };

function isWanted({ demand }: HorizonProblem, name: string): boolean {
  return (demand[name] ?? []).some((amount) => amount > 0);
}

function solutionOf(problem: HorizonProblem, pieces: readonly Piece[], effort: HorizonEffort): HorizonSolution {
  const sum = (pick: (decided: Decided) => number) => pieces.reduce((total, { decided }) => total + pick(decided), 0);
  const [usd, boundUsd] = [sum(({ usd: part }) => part), sum(({ boundUsd: part }) => part)];
  const gapPercent = usd > 0 ? Math.max(0, 100 * (1 - boundUsd / usd)) : 0;
  return {
    status: gapPercent <= 1e-6 ? 'optimal' : 'feasible',
    termination: gapPercent <= 100 * effort.relativeGap + 1e-6 ? 'proven' : 'stopped',
    held: heldOf(pieces),
    periods: Array.from({ length: problem.periods }, (_, period) => contentsAt(pieces, period)),
    usd,
    boundUsd,
    gapPercent,
  };
}

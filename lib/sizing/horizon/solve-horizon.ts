import type { Problem } from '../../problems';
import { quantity } from '../figure';
import type { Solver } from '../types';
import type { Decided, HorizonEffort } from './decide-held';
import { contentsAt, decideParts, heldOf, type Stuck } from './decide-parts';
import { serviceOf } from './model';
import { solveInOnePiece } from './one-piece';
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
 * carries.
 *
 * Without ties between periods in stages, with them in one piece. A budget is no tie as long as the cheapest keeps it.
 *
 * @returns what clashes, where nothing satisfies the problem
 */
export function solveHorizon(
  problem: HorizonProblem,
  solver: Solver,
  effort: HorizonEffort = horizonEfforts.balanced,
): HorizonSolution | HorizonRefusal {
  const { ties = {} } = problem;
  const { budgetUsd, ...others } = ties;
  const refused = (): HorizonRefusal => ({ status: 'infeasible', termination: 'proven', problems: horizonProblems(problem, solver) });
  if (problem.classes.some((one) => isWanted(problem, one.name) && !problem.offerings.some((offering) => serviceOf(offering, one))))
    return refused();
  const untied = Object.keys(others).length === 0 ? solveUntied({ ...problem, ties: undefined }, solver, effort) : undefined;
  if (untied && 'stuck' in untied) return refused();
  if (untied && (budgetUsd === undefined || untied.usd <= budgetUsd)) return untied;
  if (untied && budgetUsd !== undefined && untied.boundUsd > budgetUsd) return overBudget(budgetUsd, untied.usd);
  const tied = solveInOnePiece(problem, { solver, effort: { relativeGap: effort.relativeGap, maxNodes: effort.period.maxNodes * 10 } });
  if (!tied) return refused();
  const { packed, ...solution } = tied;
  if (!packed) throw new Error('with ties between periods, the contents of a node must be few enough to list');
  return solution;
}

/** What clashes, and what would cure it. */
export type HorizonRefusal = { readonly status: 'infeasible'; readonly termination: 'proven'; readonly problems: readonly Problem[] };

function overBudget(budgetUsd: number, usd: number): HorizonRefusal {
  const short = quantity(Math.ceil(usd - budgetUsd), 'USD');
  const problem: Problem = {
    code: 'sizing/budget',
    path: 'limits.budget',
    message: `budget ${quantity(budgetUsd, 'USD')} is ${short} short`,
    expected: `at least ${quantity(Math.ceil(usd), 'USD')}`,
    hint: 'raise it, or allow more spot or cheaper instance types',
  };
  return { status: 'infeasible', termination: 'proven', problems: [problem] };
}

function isWanted({ demand }: HorizonProblem, name: string): boolean {
  return (demand[name] ?? []).some((amount) => amount > 0);
}

function solveUntied(problem: HorizonProblem, solver: Solver, effort: HorizonEffort): HorizonSolution | Stuck {
  const pieces = decideParts(problem, solver, effort);
  if ('stuck' in pieces) return pieces;
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

import { askedGap, type SizingEffort, sizingEfforts } from './effort';
import { type HorizonProblem, type HorizonSolution, serviceOf, type Solver } from '../problem';
import type { OnProgress } from '../../progress';
import type { Decided } from './decide-committed';
import { committedOf, contentsAt, decideParts, type Piece } from './decide-parts';

/**
 * The cheapest nodes over a whole horizon: how many to hold throughout, and in every period which others to run and what each
 * carries. No rule links one period to another but that committed nodes are the same in all; rules that do (minimum up-time, budget) are
 * kept by `sizePools`.
 *
 * @returns `undefined` where nothing satisfies the problem; `horizonProblems` then says what clashes
 */
export function solveHorizon(
  problem: HorizonProblem,
  solver: Solver,
  effort: SizingEffort = sizingEfforts.balanced,
  onProgress?: OnProgress,
): HorizonSolution | undefined {
  if (problem.classes.some((one) => isWanted(problem, one.name) && !problem.offerings.some((offering) => serviceOf(offering, one))))
    return undefined;
  const pieces = decideParts(problem, solver, effort, onProgress);
  return 'stuck' in pieces ? undefined : solutionOf(problem, pieces, effort);
}

function isWanted({ demand }: HorizonProblem, name: string): boolean {
  return (demand[name] ?? []).some((amount) => amount > 0);
}

function solutionOf(problem: HorizonProblem, pieces: readonly Piece[], effort: SizingEffort): HorizonSolution {
  const sum = (pick: (decided: Decided) => number) => pieces.reduce((total, { decided }) => total + pick(decided), 0);
  const [usd, boundUsd] = [sum(({ usd: part }) => part), sum(({ boundUsd: part }) => part)];
  const gapPercent = usd > 0 ? Math.max(0, 100 * (1 - boundUsd / usd)) : 0;
  return {
    status: gapPercent <= 1e-6 ? 'optimal' : 'feasible',
    termination: gapPercent <= 100 * askedGap(problem.offerings, effort) + 1e-6 ? 'proven' : 'stopped',
    committed: committedOf(pieces),
    periods: Array.from({ length: problem.periods }, (_, period) => contentsAt(pieces, period)),
    usd,
    boundUsd,
    gapPercent,
  };
}

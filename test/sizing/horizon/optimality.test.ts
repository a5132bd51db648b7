import { highsSolver } from '../../../lib/adapters/highs';
import { solveInOnePiece } from '../../../lib/sizing/horizon/one-piece';
import { horizonEfforts, solveHorizon } from '../../../lib/sizing/horizon/solve-horizon';
import type { Solver } from '../../../lib/sizing/types';
import { bruteForce } from './brute-force';
import { checkSolution } from './check-solution';
import { randomProblem } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

test('on 200 small problems stages and one piece at gap 0 cost what trying everything costs', () => {
  const seen = { solved: 0, refused: 0 };
  for (let seed = 1; seed <= 200; seed++) {
    const small = randomProblem(seed, { periods: 2, offerings: 3, classes: 2, demand: 3 });
    const least = bruteForce(small);
    const staged = solveHorizon(small, solver, horizonEfforts.exact);
    const whole = solveInOnePiece(small, { solver });
    if (least === null) {
      expect({ seed, status: staged.status, whole }).toEqual({ seed, status: 'infeasible', whole: undefined });
      seen.refused++;
      continue;
    }
    if (staged.status === 'infeasible' || !whole) throw new Error(`seed ${seed} was refused and has a solution of ${least}`);
    expect({ seed, exact: Math.abs(staged.usd - least) < 1e-6 }).toEqual({ seed, exact: true });
    expect({ seed, exact: Math.abs(whole.usd - least) < 1e-6 }).toEqual({ seed, exact: true });
    expect(staged.boundUsd).toBeLessThanOrEqual(least + 1e-6);
    expect(staged.boundUsd).toBeGreaterThan(least - 1e-6);
    seen.solved++;
  }
  expect(seen.solved).toBeGreaterThan(100);
  expect(seen.refused).toBeGreaterThan(5);
});

test('on 50 medium problems the stages keep their stated gap, and their bound lies above no solution of the program in one piece', () => {
  let solved = 0;
  for (let seed = 1; solved < 50; seed++) {
    const medium = randomProblem(1_000 + seed, { periods: 6, offerings: 8, classes: 3, demand: 6 });
    const staged = solveHorizon(medium, solver, horizonEfforts.balanced);
    const whole = solveInOnePiece(medium, { solver, effort: { relativeGap: 1e-4, maxNodes: 400 } });
    if (staged.status === 'infeasible') {
      expect({ seed, whole }).toEqual({ seed, whole: undefined });
      continue;
    }
    expect({ seed, found: whole !== undefined }).toEqual({ seed, found: true });
    const cheapest = Math.min(staged.usd, whole?.usd ?? Infinity);
    expect({ seed, holds: staged.boundUsd <= cheapest + 1e-6 && (whole?.boundUsd ?? 0) <= cheapest + 1e-6 }).toEqual({ seed, holds: true });
    expect({ seed, within: staged.usd * (1 - staged.gapPercent / 100) <= cheapest + 1e-6 }).toEqual({ seed, within: true });
    expect(checkSolution(medium, staged)).toEqual({ broken: [], usd: expect.closeTo(staged.usd, 6) as number });
    solved++;
  }
});

import { highsSolver } from '../../../lib/adapters/highs';
import { sizingEfforts } from '../../../lib/sizing/search/effort';
import { solveHorizon } from '../../../lib/sizing/search/solve-horizon';
import type { HorizonLimit, HorizonOffering, HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { Solver } from '../../../lib/sizing/problem/program';
import { solveInOnePiece } from '../../support/one-piece';
import { usualLimits } from '../../support/usual-limits';
import { bruteForce } from './brute-force';
import { checkSolution } from './check-solution';
import { exact, randomProblem } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

test('on 100 small problems stages and one piece at gap 0 cost what trying everything costs', () => {
  const seen = { solved: 0, refused: 0 };
  for (let seed = 1; seed <= 100; seed++) {
    const small = randomProblem(seed, { periods: 2, offerings: 3, classes: 2, demand: 3 });
    const least = bruteForce(small);
    const staged = solveHorizon(small, solver, exact);
    const whole = solveInOnePiece(small, { solver });
    if (least === null) {
      expect({ seed, staged, whole }).toEqual({ seed, staged: undefined, whole: undefined });
      seen.refused++;
      continue;
    }
    if (!staged || !whole) throw new Error(`seed ${seed} was refused and has a solution of ${least}`);
    expect({ seed, exact: Math.abs(staged.usd - least) < 1e-6 }).toEqual({ seed, exact: true });
    expect({ seed, exact: Math.abs(whole.usd - least) < 1e-6 }).toEqual({ seed, exact: true });
    expect(staged.boundUsd).toBeLessThanOrEqual(least + 1e-6);
    expect(staged.boundUsd).toBeGreaterThan(least - 1e-6);
    seen.solved++;
  }
  expect(seen.solved).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(2);
});

test('on 150 small problems of two pools that share limits the cost is that of trying everything, joined or not', () => {
  const seen = { solved: 0, refused: 0, joined: 0 };
  for (let seed = 1; seed <= 150; seed++) {
    const one = randomProblem(20_000 + seed, { periods: 2, offerings: 4, classes: 2, demand: 2.4 });
    const name = (index: number) => (index % 2 === 0 ? 'a' : 'b');
    const small: HorizonProblem = {
      ...one,
      offerings: one.offerings.map((offering, index) => ({ ...offering, gpu: 'a10g', pool: name(index), mostNodes: 2 })),
      classes: one.classes.map((each, index) => ({ ...each, pool: name(index) })),
      // Sums of both pools: what is left of a ceiling decides, more often than not.
      limits: [...one.limits.filter((limit) => 'most' in limit), ceilingOf(one.offerings, 3 + (seed % 5))],
    };
    const least = bruteForce(small);
    const staged = solveHorizon(small, solver, exact);
    if (least === null || !staged) {
      expect({ seed, staged: staged?.status }).toEqual({ seed, staged: least === null ? undefined : 'optimal' });
      seen.refused++;
      continue;
    }
    expect({ seed, usd: staged.usd, exact: Math.abs(staged.usd - least) < 1e-6 }).toEqual({ seed, usd: staged.usd, exact: true });
    expect(Math.abs(staged.boundUsd - least)).toBeLessThan(1e-6);
    expect(checkSolution(small, staged).broken).toEqual([]);
    const free = solveHorizon({ ...small, limits: [] }, solver, exact);
    if (free && free.usd < staged.usd - 1e-6) seen.joined++;
    seen.solved++;
  }
  expect({ many: seen.solved > 50, joined: seen.joined > 5, seen }).toEqual({ many: true, joined: true, seen });
});

function ceilingOf(offerings: readonly HorizonOffering[], most: number): HorizonLimit {
  const [limit] = usualLimits(offerings, { gpuCeiling: most }, () => null);
  return { ...limit, name: 'both', most };
}

test('on 20 medium problems the stages keep their stated gap, and their bound lies above no solution of the program in one piece', () => {
  let solved = 0;
  for (let seed = 1; solved < 20; seed++) {
    const medium = randomProblem(1_000 + seed, { periods: 6, offerings: 8, classes: 3, demand: 6 });
    const staged = solveHorizon(medium, solver, sizingEfforts.balanced);
    const whole = solveInOnePiece(medium, { solver, effort: { relativeGap: 1e-4, maxNodes: 400 } });
    if (!staged) {
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

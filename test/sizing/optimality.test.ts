import { highsSolver } from '../../lib/adapters/highs';
import { isProblemError } from '../../lib/problems';
import { sizePools, type SizingResult } from '../../lib/sizing/size-pools';
import type { Solver } from '../../lib/sizing/problem/program';
import { bruteForce } from './brute-force';
import { hourly, type Instance, smallInstance } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

/** `null` where the limits leave no room, `undefined` where a replica fits no node at all. */
function size(instance: Instance): SizingResult | null | undefined {
  try {
    return sizePools({ ...instance, segments: hourly([instance.replicas]), wantedCeilings: instance.replicas, solver });
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return error.problems.some(({ code }) => code === 'sizing/no-fit') ? undefined : null;
  }
}

test('on 240 small instances the cost is that of trying everything, and what nothing satisfies is refused', () => {
  const seen = { sized: 0, refused: 0, unfit: 0 };
  for (let seed = 1; seed <= 240; seed++) {
    const instance = smallInstance(seed);
    const result = size(instance);
    if (result === undefined) {
      seen.unfit++;
      continue;
    }
    const least = bruteForce(instance);
    if (result === null || least === null) {
      expect({ seed, cost: result?.usdPerHour ?? null }).toEqual({ seed, cost: least });
      seen.refused++;
      continue;
    }
    expect({ seed, excess: Math.abs(result.usdPerHour - least) < 1e-6 }).toEqual({ seed, excess: true });
    expect(result.boundUsdPerHour).toBeLessThanOrEqual(result.usdPerHour);
    expect(result.boundUsdPerHour).toBeGreaterThan(result.usdPerHour - 1e-6);
    seen.sized++;
  }
  expect(seen.sized).toBeGreaterThanOrEqual(130);
  expect(seen.refused).toBeGreaterThanOrEqual(50);
});

import fc from 'fast-check';
import { isProblemError } from '../../../lib/problems';
import { deferrableEfforts, type DeferrableProblem, type DeferrableSchedule, scheduleJobs } from '../../../lib/sizing/deferrable';
import { lowerBound } from '../../../lib/sizing/deferrable/bound';
import { prepare } from '../../../lib/sizing/deferrable/prepare';
import type { DeferrableEffort } from '../../../lib/sizing/deferrable/schedule-jobs';
import { separate } from '../../../lib/sizing/deferrable/separate';
import { anyMixedProblem, anyProblem } from './any-problem';
import { cheapestByTrying } from './brute-force';
import { faultsOf } from './checker';

const small = { periods: 5, jobs: 2, gpus: 2 };
const large = { periods: 16, jobs: 5, gpus: 6 };

const scheduled = (
  problem: DeferrableProblem,
  effort: DeferrableEffort = { roundsPerJob: 40, boundSteps: 20 },
): DeferrableSchedule | undefined => {
  try {
    return scheduleJobs(problem, effort);
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return undefined;
  }
};

test('the schedule costs what the cheapest of all costs, and there is one exactly where trying all finds one', () => {
  let schedules = 0;
  fc.assert(
    fc.property(fc.oneof(anyProblem(small), anyMixedProblem(small)), (problem) => {
      const usd = cheapestByTrying(problem);
      const found = scheduled(problem);
      schedules += usd === undefined ? 0 : 1;
      if (usd === undefined) expect(found).toBeUndefined();
      else expect(found?.usd).toBeCloseTo(usd, 6);
    }),
    { numRuns: 200 },
  );
  expect(schedules).toBeGreaterThan(100);
  expect(schedules).toBeLessThan(200);
});

test('no job is late, no limit is passed, and no schedule is below its bound', () => {
  fc.assert(
    fc.property(fc.oneof(anyProblem(large), anyMixedProblem(large)), (problem) => {
      const found = scheduled(problem, { roundsPerJob: 6, boundSteps: 10 });
      if (found === undefined) return;
      expect(faultsOf(problem, found)).toEqual([]);
      expect(found.boundUsd).toBeLessThanOrEqual(found.usd + 1e-9);
      expect(found.usd).toBeLessThanOrEqual((found.onArrivalUsd ?? Infinity) + 1e-9);
    }),
    { numRuns: 500 },
  );
});

test('no schedule costs less than the bound, whatever answer its steps are measured by', () => {
  let tight = 0;
  fc.assert(
    fc.property(fc.oneof(anyProblem(small), anyMixedProblem(small)), (problem) => {
      const usd = cheapestByTrying(problem);
      if (usd === undefined) return;
      const bounds = separate(problem).map((part) => lowerBound(prepare(part), 1.5 * usd + 1, 40, new Float64Array(0)).usd);
      const bound = bounds.reduce((sum, one) => sum + one, 0);
      expect(bound).toBeLessThanOrEqual(usd + 1e-6);
      tight += bound > 0.9 * usd - 1e-6 ? 1 : 0;
    }),
    { numRuns: 120 },
  );
  expect(tight).toBeGreaterThan(15);
});

test('the same problem has the same answer', () => {
  const [problem] = fc.sample(anyProblem({ periods: 16, jobs: 5, gpus: 40 }), { numRuns: 1, seed: 7 });
  expect(scheduleJobs(problem, deferrableEfforts.fast)).toEqual(scheduleJobs(problem, deferrableEfforts.fast));
});

import type { CapacityConfig } from '../config/schema';
import { type Problem, ProblemError } from '../problems';
import type { PoolOfferings } from './pool-offerings';

/** @throws ProblemError `plan/no-gpu` for each instance type without a GPU in a pool with GPUs */
export function checkGpus({ pools }: CapacityConfig, offerings: PoolOfferings): void {
  const problems = Object.keys(offerings)
    .filter((name) => pools[name].kind === 'gpuPool')
    .sort()
    .flatMap((name) => {
      const places = offerings[name]
        .filter(({ gpus }) => gpus === 0)
        .map(({ instanceType, reservation }) => ({
          path: reservation ? reservation.path.replace(/\.count$/, '.instance') : `pools.${name}.instances`,
          instanceType,
        }));
      const distinct = new Map(places.map((place) => [`${place.path} ${place.instanceType}`, place]));
      return [...distinct.values()].map(({ path, instanceType }): Problem => ({
        code: 'plan/no-gpu',
        path,
        message: `'${instanceType}' has no GPU, in a pool with GPUs`,
        hint: 'choose a type with GPUs, or make it a pool',
      }));
    });
  if (problems.length > 0) throw new ProblemError(problems);
}

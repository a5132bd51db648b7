import type { CapacityConfig } from '../config';
import { type Problem, ProblemError } from '../problems';

/**
 * Computes a value for each name, in the order of the sorted names. A name whose value is refused does not keep the others from being
 * tried, so that a user sees all problems at once.
 *
 * @param value throws a ProblemError where it refuses a name; any other error ends the whole call
 * @returns the values by name, its keys sorted
 * @throws ProblemError with the problems of all refused names together
 * @example mapNames(['b', 'a'], (name) => name.length) // { a: 1, b: 1 }
 */
export function mapNames<T>(names: readonly string[], value: (name: string) => T): Record<string, T> {
  const problems: Problem[] = [];
  const values: Record<string, T> = {};
  for (const name of [...names].sort()) {
    try {
      values[name] = value(name);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return values;
}

/** Computes a value for each workload of a config, as `mapNames` does. */
export function mapWorkloads<T>({ workloads }: Pick<CapacityConfig, 'workloads'>, value: (name: string) => T): Record<string, T> {
  return mapNames(Object.keys(workloads), value);
}

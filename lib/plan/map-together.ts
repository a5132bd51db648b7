import type { CapacityConfig } from '../config';
import { type Problem, ProblemError } from '../problems';

/**
 * A value for each name, in canonical order; what is refused of several is told together.
 *
 * @throws ProblemError with the problems of all values together
 */
export function mapTogether<T>(names: readonly string[], value: (name: string) => T): Record<string, T> {
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

/** A value for each workload of a config, as `mapTogether`. */
export function mapWorkloads<T>(config: CapacityConfig, value: (name: string) => T): Record<string, T> {
  return mapTogether(Object.keys(config.workloads), value);
}

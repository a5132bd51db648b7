import type { CapacityConfig } from '../../config';
import { isProblemError, type Problem, ProblemError } from '../../problems';

/**
 * Says in the hints of what `size` refuses what else asks for the replicas of some workloads. A refusal of one pool is told of those in it.
 *
 * @param concerned the workloads, asked for when something is refused
 * @param textOf what is said of some of them
 * @throws ProblemError what `size` throws
 */
export function namingWorkloads<T>(
  { workloads }: Pick<CapacityConfig, 'workloads'>,
  concerned: () => readonly string[],
  textOf: (names: readonly string[]) => string,
  size: () => T,
): T {
  try {
    return size();
  } catch (error) {
    if (!isProblemError(error)) throw error;
    const names = [...concerned()].sort();
    throw new ProblemError(error.problems.map((problem) => withHint(problem, names)));
  }

  function withHint(problem: Problem, names: readonly string[]): Problem {
    const pool = /^pools\.([^.]+)\./.exec(problem.path)?.[1];
    const here = names.filter((name) => pool === undefined || workloads[name].pool === pool);
    if (here.length === 0) return problem;
    const text = textOf(here);
    return { ...problem, hint: problem.hint === undefined ? text : `${problem.hint}; ${text}` };
  }
}

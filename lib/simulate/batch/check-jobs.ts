import { type Problem, ProblemError } from '../../problems';
import type { Job, JobPool } from './job';
import { placesFor } from './place';

/**
 * @param pathOf where a job was stated
 * @throws ProblemError `simulate/job-too-large` with every job that the empty pool does not hold
 */
export function checkJobs(
  jobs: readonly Job[],
  { nodes, gpusPerNode }: Pick<JobPool, 'nodes' | 'gpusPerNode'>,
  pathOf: (job: Job) => string,
): void {
  const largest = Math.max(0, ...jobs.map(({ workers }) => workers.length));
  const rooms = Array.from({ length: Math.min(nodes, largest) }, () => ({ free: gpusPerNode }));
  const problems = jobs
    .filter(({ workers }) => placesFor(workers, rooms) === null)
    .map((job): Problem => ({
      code: 'simulate/job-too-large',
      path: pathOf(job),
      message: 'would wait for ever: all its GPUs are needed at once, and the pool never has so many',
      expected: `at most ${nodes * gpusPerNode} GPUs, ${nodes} nodes of ${gpusPerNode}`,
      received: job.workers.length === 1 ? `${job.workers[0]} on one node` : `${job.workers.length} workers of ${job.workers[0]}`,
    }));
  if (problems.length > 0) throw new ProblemError(problems);
}

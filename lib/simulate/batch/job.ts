import { plural } from '../../figures';
import { type Problem, ProblemError } from '../../problems';
import { placesFor } from './place';

/** A job that needs all its GPUs at once, and gives them back when its work is done. Times are ms since the replay began. */
export type Job = {
  readonly name: string;
  readonly arrivesMs: number;
  /** GPUs of each of its workers; no worker is larger than a node. */
  readonly workers: readonly number[];
  /** Work of an undisturbed run on these GPUs, a whole number of ms. */
  readonly workMs: number;
  /** Until when it must be done; `null`: whenever. */
  readonly deadlineMs: number | null;
  /** Higher ones go first; of equal ones the earlier. Nothing that runs is stopped for another. */
  readonly priority: number;
  /** `null`: none are written, and an interruption loses all. */
  readonly checkpoints: Checkpoints | null;
};

/** A checkpoint is written after each interval of work, and the work waits for it; none is written at the end of the work. */
export type Checkpoints = { readonly intervalMs: number; readonly writeMs: number };

/** Nodes on which jobs run. */
export type JobPool = {
  readonly gpusPerNode: number;
  /** Nodes of a fixed pool, all the time; of an elastic one the most there may be. */
  readonly nodes: number;
  /** How nodes come and go; `null` for a fixed pool. */
  readonly elastic: Elastic | null;
  /** From the launch of a node until workers can start on it; a fixed pool replaces a node that is lost. */
  readonly bootMs: number;
  /** From the start of a job's workers until they work: image, data, the last checkpoint. */
  readonly startMs: number;
  /** How often one node is taken away, as a Poisson process; what it ran falls back to its last checkpoint. */
  readonly interruptionsPerNodeHour: number;
  /** Whether a job may go ahead of the first in line where that does not make the first one start later. */
  readonly backfill: boolean;
};

/** How an elastic pool adds and removes nodes. */
export type Elastic = {
  /** Time until jobs without a place are seen. */
  readonly seenAfterMs: number;
  /** A node goes once it was empty for so long and no job waits, */
  readonly unneededMs: number;
  /** and no node was added for so long. */
  readonly delayAfterAddMs: number;
};

/** Spreads the GPUs of a job over as few workers as nodes of a size allow, as evenly as possible. */
export function workersOf(gpus: number, gpusPerNode: number): readonly number[] {
  const count = Math.ceil(gpus / gpusPerNode);
  return Array.from({ length: count }, (_, index) => Math.floor((gpus + index) / count)).sort((a, b) => b - a);
}

/** GPUs of all workers of a job. */
export function gpusOf({ workers }: Pick<Job, 'workers'>): number {
  return workers.reduce((sum, gpus) => sum + gpus, 0);
}

/**
 * Refuses jobs that can never start.
 *
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
      expected: `at most ${nodes * gpusPerNode} GPUs, ${plural(nodes, 'node')} of ${gpusPerNode}`,
      received: job.workers.length === 1 ? `${job.workers[0]} on one node` : `${job.workers.length} workers of ${job.workers[0]}`,
    }));
  if (problems.length > 0) throw new ProblemError(problems);
}

import { type JobPool } from './job';
import { type JobRequest, missedBy, withCheckpoints, workOf } from './replay-jobs';
import { runJobs } from './run-jobs';

/** Share of the time that a fixed pool is busy where no deadline says how large it must be. */
const busyShare = 0.8;

export type FixedNodes = { readonly nodes: number; readonly why: string };

/**
 * A fixed pool for jobs: the fewest nodes with which none misses its deadline while nothing is interrupted; where none has one, or more
 * nodes do not help, as many as the work keeps busy for 80 % of the time that it arrives in.
 */
export function fixedNodes(
  requests: readonly JobRequest[],
  pool: Omit<JobPool, 'nodes' | 'elastic' | 'interruptionsPerNodeHour'>,
): FixedNodes {
  const { gpusPerNode } = pool;
  const least = Math.max(1, ...requests.map(({ workers }) => nodesOf(workers, gpusPerNode)));
  const most = Math.max(
    least,
    requests.reduce((sum, { workers }) => sum + nodesOf(workers, gpusPerNode), 0),
  );
  const missed = (nodes: number) => {
    const fixed = { ...pool, nodes, elastic: null, interruptionsPerNodeHour: 0 };
    const jobs = withCheckpoints(requests, fixed);
    return missedBy(jobs, runJobs(jobs, fixed, 1));
  };
  if (requests.some(({ deadlineMs }) => deadlineMs !== null) && missed(most) === 0) {
    // More nodes may, rarely, let a deadline be missed: so the fewest of a run of counts that all hold.
    let [low, high] = [least - 1, most];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (missed(middle) === 0) high = middle;
      else low = middle;
    }
    return { nodes: high, why: 'the fewest with which no deadline is missed while nothing is interrupted' };
  }
  const arrivals = requests.map(({ arrivesMs }) => arrivesMs);
  const longest = Math.max(...requests.map(({ workMs }) => workMs));
  const span = Math.max(Math.max(...arrivals) - Math.min(...arrivals), longest);
  const busy = Math.ceil(workOf(requests) / (busyShare * gpusPerNode * span) - 1e-9);
  return {
    nodes: Math.max(least, busy),
    why: `kept busy for ${busyShare * 100} % of the time by what arrives, and enough for the largest job`,
  };
}

/** Nodes that the workers of a job fill, alone. */
export function nodesOf(workers: readonly number[], gpusPerNode: number): number {
  const rooms: number[] = [];
  for (const gpus of workers) {
    const place = rooms.findIndex((free) => free >= gpus);
    if (place >= 0) rooms[place] -= gpus;
    else rooms.push(gpusPerNode - gpus);
  }
  return rooms.length;
}

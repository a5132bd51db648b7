import { checkpointInterval } from '../../demand';
import { quantile } from '../../history';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../units';
import { gpusOf, type Job, type JobPool } from './job';
import { type JobsOutcome, runJobs } from './run-jobs';

/** A way to run jobs that is replayed, with what its nodes cost. */
export type JobsPlan = {
  readonly name: string;
  readonly pool: JobPool;
  /** `null` without a price. */
  readonly usdPerGpuHour: number | null;
};

/** What a plan for jobs came to: means over all runs, quantiles over all jobs of all runs. */
export type JobsResult = {
  readonly name: string;
  /** Nodes of a fixed pool; of an elastic one the most that were there at once. */
  readonly nodes: number;
  readonly gpuHours: number;
  readonly usd: number | null;
  /** GPU-hours of work that lasts, of work done again, and of starts and checkpoints; the rest of them was idle. */
  readonly usefulGpuHours: number;
  readonly lostGpuHours: number;
  readonly overheadGpuHours: number;
  readonly interruptions: number;
  /** From the arrival of a job until it first starts. */
  readonly waitSeconds: { readonly mean: number; readonly p95: number };
  /** From the first arrival until the last job is done. */
  readonly makespanSeconds: { readonly mean: number; readonly p95: number };
  /** Jobs with a deadline, and how many of them miss it. */
  readonly deadlines: number;
  readonly missed: number;
  /** Jobs that were not done when the replay was given up. */
  readonly unfinished: number;
};

/** A job before it is known how often it writes checkpoints, which depends on how often its nodes are lost. */
export type JobRequest = Omit<Job, 'checkpoints'> & { readonly checkpointWriteMs: number };

/** Jobs as they would run on a pool, each with the checkpoint interval that loses least there; `null` where nothing is ever lost. */
export function withCheckpoints(requests: readonly JobRequest[], { interruptionsPerNodeHour }: JobPool): readonly Job[] {
  return requests.map(({ checkpointWriteMs, ...job }) => {
    const perHour = interruptionsPerNodeHour * job.workers.length;
    if (perHour === 0) return { ...job, checkpoints: null };
    const seconds = checkpointInterval(checkpointWriteMs / SECOND_MS, 3_600 / perHour);
    return { ...job, checkpoints: { intervalMs: Math.max(SECOND_MS, Math.round(seconds * SECOND_MS)), writeMs: checkpointWriteMs } };
  });
}

/**
 * Replays jobs under each plan, `runs` times with seeds that follow each other; once where a plan knows no chance.
 *
 * @param requestsOf the jobs of a run, which may differ from run to run, as run times that are estimates do
 * @param hasChance whether they differ
 */
export function replayJobs(
  plans: readonly JobsPlan[],
  requestsOf: (run: number) => readonly JobRequest[],
  { runs, seed, hasChance }: { readonly runs: number; readonly seed: number; readonly hasChance: boolean },
): readonly JobsResult[] {
  return plans.map((plan) => {
    const count = hasChance || plan.pool.interruptionsPerNodeHour > 0 ? runs : 1;
    const replays = Array.from({ length: count }, (_, run) => {
      const jobs = withCheckpoints(requestsOf(run), plan.pool);
      return { jobs, outcome: runJobs(jobs, plan.pool, seed + run, givenUpAt(jobs, plan.pool)) };
    });
    return resultOf(plan, replays);
  });
}

type Run = { readonly jobs: readonly Job[]; readonly outcome: JobsOutcome };

function resultOf({ name, pool, usdPerGpuHour }: JobsPlan, replays: readonly Run[]): JobsResult {
  const mean = (value: (run: Run) => number) => replays.reduce((sum, run) => sum + value(run), 0) / replays.length;
  const hours = (value: (outcome: JobsOutcome) => number) => mean(({ outcome }) => value(outcome)) / HOUR_MS;
  const waits = replays.flatMap(({ jobs, outcome }) =>
    outcome.jobs.flatMap(({ startedMs }, index) => (startedMs === null ? [] : [(startedMs - jobs[index].arrivesMs) / SECOND_MS])),
  );
  const makespans = replays.map(({ jobs, outcome }) => (outcome.endMs - firstArrival(jobs)) / SECOND_MS);
  const gpuHours = hours(({ nodeGpuMs }) => nodeGpuMs);
  return {
    name,
    nodes: pool.elastic === null ? pool.nodes : Math.max(...replays.map(({ outcome }) => outcome.mostNodes)),
    gpuHours,
    usd: usdPerGpuHour === null ? null : gpuHours * usdPerGpuHour,
    usefulGpuHours: hours(({ usefulGpuMs }) => usefulGpuMs),
    lostGpuHours: hours(({ lostGpuMs }) => lostGpuMs),
    overheadGpuHours: hours(({ overheadGpuMs }) => overheadGpuMs),
    interruptions: mean(({ outcome }) => outcome.interruptions),
    waitSeconds: spreadOf(waits),
    makespanSeconds: spreadOf(makespans),
    deadlines: replays[0].jobs.filter(({ deadlineMs }) => deadlineMs !== null).length,
    missed: mean(({ jobs, outcome }) => missedBy(jobs, outcome)),
    unfinished: mean(({ outcome }) => outcome.jobs.filter(({ endedMs }) => endedMs === null).length),
  };
}

/** Jobs that end after their deadline, or have not ended. */
export function missedBy(jobs: readonly Job[], outcome: JobsOutcome): number {
  return jobs.filter(({ deadlineMs }, index) => {
    const { endedMs } = outcome.jobs[index];
    return deadlineMs !== null && (endedMs === null || endedMs > deadlineMs);
  }).length;
}

function spreadOf(values: readonly number[]): { readonly mean: number; readonly p95: number } {
  if (values.length === 0) return { mean: 0, p95: 0 };
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, p95: quantile(values, 0.95) };
}

function firstArrival(jobs: readonly Job[]): number {
  return jobs.reduce((first, { arrivesMs }) => Math.min(first, arrivesMs), Infinity);
}

/** Where jobs are interrupted faster than they work they never end: ten times what all of them would take one after another, and a month. */
function givenUpAt(jobs: readonly Job[], { bootMs, startMs }: JobPool): number {
  const lastArrival = jobs.reduce((last, { arrivesMs }) => Math.max(last, arrivesMs), 0);
  return lastArrival + 30 * DAY_MS + 10 * jobs.reduce((sum, { workMs }) => sum + workMs + bootMs + startMs, 0);
}

/** GPU-ms of all the work. */
export function workOf(jobs: readonly Pick<Job, 'workers' | 'workMs'>[]): number {
  return jobs.reduce((sum, job) => sum + job.workMs * gpusOf(job), 0);
}

/** Share of the time that a fixed pool is busy where no deadline says how large it must be. */
const busyShare = 0.8;

/** The size of a fixed pool, and why it is that. */
export type FixedNodes = { readonly nodes: number; readonly why: string };

/**
 * Sizes a fixed pool for jobs: the fewest nodes with which no job misses its deadline while nothing is interrupted. Where no job has a
 * deadline, or more nodes do not help, as many as the work keeps busy for 80 % of the time in which it arrives.
 */
export function fixedNodes(
  requests: readonly JobRequest[],
  pool: Omit<JobPool, 'nodes' | 'elastic' | 'interruptionsPerNodeHour'>,
): FixedNodes {
  const { gpusPerNode } = pool;
  const fewest = Math.max(1, ...requests.map(({ workers }) => nodesOf(workers, gpusPerNode)));
  const most = Math.max(
    fewest,
    requests.reduce((sum, { workers }) => sum + nodesOf(workers, gpusPerNode), 0),
  );
  const missed = (nodes: number) => {
    const fixed = { ...pool, nodes, elastic: null, interruptionsPerNodeHour: 0 };
    const jobs = withCheckpoints(requests, fixed);
    return missedBy(jobs, runJobs(jobs, fixed, 1));
  };
  if (requests.some(({ deadlineMs }) => deadlineMs !== null) && missed(most) === 0) {
    // More nodes may, rarely, let a deadline be missed: so the fewest of a run of counts that all hold.
    let [low, high] = [fewest - 1, most];
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
    nodes: Math.max(fewest, busy),
    why: `kept busy for ${busyShare * 100} % of the time by what arrives, and enough for the largest job`,
  };
}

/** How many nodes the workers of a job fill when they are alone. */
export function nodesOf(workers: readonly number[], gpusPerNode: number): number {
  const rooms: number[] = [];
  for (const gpus of workers) {
    const place = rooms.findIndex((free) => free >= gpus);
    if (place >= 0) rooms[place] -= gpus;
    else rooms.push(gpusPerNode - gpus);
  }
  return rooms.length;
}

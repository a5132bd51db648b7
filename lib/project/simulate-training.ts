import { basename } from 'node:path';
import { readJobs } from '../adapters/jobs-file';
import type { CapacityConfig, TrainingConfig } from '../config';
import { spotInterruptionsPerHour } from '../demand';
import { formatSeconds } from '../figures';
import type { HistoryReader } from '../history';
import { awaitsStart, type PoolOfferings, workloadSupply } from '../plan/supply';
import { ProblemError } from '../problems';
import type { JobsReport } from '../report/jobs';
import type { QueueReport } from '../report/queue';
import {
  checkJobs,
  defaultPhysics,
  fixedNodes,
  type JobPool,
  type JobRequest,
  type JobsPlan,
  jobWorkload,
  type LoadGrid,
  queueWorkload,
  refineLoad,
  replayJobs,
  replayQueue,
  tickMs,
  windowsOf,
  workersOf,
  workOf,
} from '../simulate';
import { formatDuration, HOUR_MS, MINUTE_MS } from '../units';
import { readWorkloadLoads } from './loads';
import type { OnProgress } from '../progress';
import { type Duration, durationOf, inStage, type RunOptions, timeOf } from './options';
import type { HistoryOptions } from './open-history';
import { type NodeOptions, type ReplicaOptions, statedInterruptions, statedNodes, statedPhysics } from './simulate-physics';

/** How a training job is replayed. */
export type JobOptions = NodeOptions & {
  /** Replays over which figures that depend on chance are means. @default 100 */
  readonly runs?: number;
};

/** How the jobs of a file are replayed. */
export type JobsFileOptions = JobOptions & {
  /** @default 8 */
  readonly gpusPerNode?: number;
  /** Nodes of the fixed pool. @default the fewest that keep every deadline */
  readonly nodes?: number;
  /** Nodes of the elastic pool at most. @default as many as all jobs at once can use */
  readonly nodeLimit?: number;
  /** @default no dollars are shown for spot */
  readonly spotUsdPerGpuHour?: number;
  /** How long a checkpoint takes. @default 1 minute */
  readonly checkpointWrite?: Duration;
};

const defaultRuns = 100;
const defaultCheckpointWriteMs = MINUTE_MS;
/** Of spot nodes where nothing is stated: the middle of what providers state for a month. */
const defaultMonthlyInterruptions = 0.1;
/** Of many jobs each run has chances enough. */
const mostJobRuns = 2_000;

/** A training job of the config on the nodes that its pool may have. */
export async function replayJob(
  config: CapacityConfig,
  name: string,
  workload: TrainingConfig,
  offerings: PoolOfferings,
  options: JobOptions & Pick<HistoryOptions, 'asOf'> & RunOptions,
): Promise<JobsReport> {
  const { seed = 1, runs = defaultRuns } = options;
  const supply = workloadSupply(config, name, offerings, timeOf(options.asOf, 'asOf') ?? null);
  if (workload.deadline !== undefined && 'at' in workload.deadline && awaitsStart(supply))
    throw new ProblemError({
      code: 'simulate/no-time',
      path: `workloads.${name}.deadline`,
      message: 'is a moment, and when the job starts is not known',
      hint: 'give --as-of TIME',
    });
  const { plans, requestsOf, hasChance, job } = jobWorkload(
    config,
    name,
    workload,
    supply,
    offerings[workload.pool],
    statedNodes(options),
    seed,
  );
  const stated = plans.map((plan) => ({
    ...plan,
    usdPerGpuHour: options.usdPerGpuHour ?? plan.usdPerGpuHour,
    pool: {
      ...plan.pool,
      bootMs: durationOf(options.boot, 'boot') ?? plan.pool.bootMs,
      startMs: durationOf(options.modelLoad, 'modelLoad') ?? plan.pool.startMs,
      interruptionsPerNodeHour: statedInterruptions(options) ?? plan.pool.interruptionsPerNodeHour,
    },
  }));
  const results = await inStage(options, `replaying ${name}`, () => replayJobs(stated, requestsOf, { runs, seed, hasChance }));
  const work = Array.from({ length: hasChance ? runs : 1 }, (_, run) => workOf(requestsOf(run)) / HOUR_MS);
  const { low, high } = job.runSeconds;
  return {
    title: `${name}, ${job.workers} x ${job.gpusPerWorker} GPU`,
    jobs: 1,
    workGpuHours: work.reduce((sum, gpuHours) => sum + gpuHours, 0) / work.length,
    seed,
    runs: hasChance || stated.some(({ pool }) => pool.interruptionsPerNodeHour > 0) ? runs : 1,
    results,
    assumed: [
      ...(hasChance ? [`its run time is an estimate: each run draws it anew, from ${formatSeconds(low)} to ${formatSeconds(high)}`] : []),
      'a fixed pool is paid for until the job is done, and has booted before it begins',
    ],
  };
}

/** Trainers of the config that queues feed: each with the last third of its load, tuned on what comes before. */
export async function replayQueues(
  config: CapacityConfig,
  workloads: Readonly<Record<string, TrainingConfig>>,
  offerings: PoolOfferings,
  open: (onProgress: OnProgress) => HistoryReader,
  options: ReplicaOptions & RunOptions,
): Promise<Readonly<Record<string, QueueReport>>> {
  const names = Object.keys(workloads);
  if (names.length === 0) return {};
  const queues = names.map((name) => {
    const workload = workloads[name];
    return { name, ...queueWorkload(config, name, workload, workloadSupply(config, name, offerings, null), offerings[workload.pool]) };
  });
  const loads = await inStage(options, 'reading history', (onProgress) => readWorkloadLoads(config, names, open(onProgress)));
  const reports: Record<string, QueueReport> = {};
  for (const queue of queues)
    reports[queue.name] = await inStage(options, `replaying ${queue.name}`, () => replayed(queue, loads[queue.name], options));
  return reports;
}

type Queue = ReturnType<typeof queueWorkload> & { readonly name: string };

function replayed({ name, nodes, deadlineMs, backlog, assumed }: Queue, load: LoadGrid, options: ReplicaOptions): QueueReport {
  const { seed = 1 } = options;
  const { tune, score } = windowsOf(load, `workloads.${name}.load`);
  const refined = refineLoad(load, tickMs, seed);
  const per = load.intervalMs / tickMs;
  const physicsOf = nodes.map(({ physics, ...node }) => ({ ...node, physics: statedPhysics(options, physics) }));
  const results = physicsOf.flatMap(({ physics, offering, usdPerGpuHour }) => {
    const replay = { load: refined, physics, deadlineMs, seed, backlog: 0 };
    const window = ({ from, to }: { readonly from: number; readonly to: number }) => ({ ...replay, from: from * per, to: to * per });
    return replayQueue(window(tune), { ...window(score), backlog }).map(({ scaling, outcome }) => ({
      scaling: { ...scaling, name: `${scaling.name}, ${offering.id}` },
      outcome,
      usdPerGpuHour: options.usdPerGpuHour ?? usdPerGpuHour,
    }));
  });
  const time = ({ from, to }: { readonly from: number; readonly to: number }) => ({
    from: load.start + from * load.intervalMs,
    to: load.start + to * load.intervalMs,
  });
  return {
    name,
    title: name,
    seed,
    deadlineMs,
    throughputPerWorker: physicsOf[0].physics.capacityPerReplica,
    tune: time(tune),
    score: time(score),
    results,
    assumed,
  };
}

/** Replays the jobs of a file on a fixed and on an elastic pool, on demand and on spot, with and without backfill. */
export async function replayJobsFile(path: string, options: JobsFileOptions & RunOptions): Promise<JobsReport> {
  const listed = readJobs(path, path);
  const { gpusPerNode = 8, seed = 1, runs: mostRuns = defaultRuns } = options;
  const checkpointWriteMs = durationOf(options.checkpointWrite ?? defaultCheckpointWriteMs, 'checkpointWrite');
  const requests = listed.map(({ name, arrivesMs, gpus, workMs, deadlineMs, priority }): JobRequest => ({
    name,
    arrivesMs,
    workers: workersOf(gpus, gpusPerNode),
    workMs,
    deadlineMs,
    priority,
    checkpointWriteMs,
  }));
  const base = {
    gpusPerNode,
    bootMs: durationOf(options.boot, 'boot') ?? defaultPhysics.bootMs,
    startMs: durationOf(options.modelLoad, 'modelLoad') ?? defaultPhysics.modelLoadMs,
    backfill: false,
  };
  const fixed =
    options.nodes === undefined
      ? await inStage(options, 'finding the fewest nodes', () => fixedNodes(requests, base))
      : { nodes: options.nodes, why: 'as stated' };
  const places = new Map(requests.map((request, index) => [request.name, `${path}:${listed[index].line}`]));
  const mostNodes = Math.min(
    options.nodeLimit ?? Infinity,
    Math.max(
      1,
      requests.reduce((sum, { workers }) => sum + workers.length, 0),
    ),
  );
  for (const nodes of [fixed.nodes, mostNodes])
    checkJobs(
      requests.map((request) => ({ ...request, checkpoints: null })),
      { nodes, gpusPerNode },
      ({ name }) => places.get(name) ?? path,
    );
  const plans = plansOf(base, fixed.nodes, mostNodes, options, requests.length > 1);
  const runs = Math.min(mostRuns, Math.max(1, Math.ceil(mostJobRuns / requests.length)));
  const results = await inStage(options, 'replaying', () => replayJobs(plans, () => requests, { runs, seed, hasChance: false }));
  const spot =
    options.interruptions === undefined
      ? [`a spot node is taken away within a month with a chance of ${defaultMonthlyInterruptions * 100} %`]
      : [];
  return {
    title: basename(path),
    jobs: requests.length,
    workGpuHours: workOf(requests) / HOUR_MS,
    seed,
    runs,
    results,
    assumed: [
      `nodes of ${gpusPerNode} GPUs, which boot in ${formatDuration(base.bootMs)}; a job starts in ${formatDuration(base.startMs)} and writes a checkpoint in ${formatDuration(checkpointWriteMs)}`,
      `the fixed pool has ${fixed.nodes} nodes: ${fixed.why}`,
      ...spot,
    ],
  };
}

function plansOf(
  base: Omit<JobPool, 'nodes' | 'elastic' | 'interruptionsPerNodeHour'>,
  nodes: number,
  mostNodes: number,
  options: JobsFileOptions,
  isList: boolean,
): readonly JobsPlan[] {
  const { scaleUpLoopMs: seenAfterMs, unneededMs, delayAfterAddMs } = statedNodes(options);
  const kinds = [
    { kind: 'on demand', interruptionsPerNodeHour: 0, usdPerGpuHour: options.usdPerGpuHour ?? null },
    {
      kind: 'spot',
      interruptionsPerNodeHour: spotInterruptionsPerHour(options.interruptions ?? defaultMonthlyInterruptions),
      usdPerGpuHour: options.spotUsdPerGpuHour ?? null,
    },
  ];
  const sizes = [
    { size: 'fixed', pool: { nodes, elastic: null } },
    { size: 'elastic', pool: { nodes: mostNodes, elastic: { seenAfterMs, unneededMs, delayAfterAddMs } } },
  ];
  return kinds.flatMap(({ kind, interruptionsPerNodeHour, usdPerGpuHour }) =>
    sizes.flatMap(({ size, pool }) =>
      // An elastic pool without a limit has no line to go ahead in.
      (isList && (size === 'fixed' || options.nodeLimit !== undefined) ? [false, true] : [false]).map((backfill) => ({
        name: `${size}, ${kind}${backfill ? ', backfill' : ''}`,
        pool: { ...base, ...pool, interruptionsPerNodeHour, backfill },
        usdPerGpuHour,
      })),
    ),
  );
}

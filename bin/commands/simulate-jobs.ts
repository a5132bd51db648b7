import { basename } from 'node:path';
import { readJobs } from '../../lib/adapters/jobs-file';
import { spotInterruptionsPerHour } from '../../lib/demand/checkpoint';
import type { JobsReport } from '../../lib/report/jobs';
import { checkJobs } from '../../lib/simulate/batch/check-jobs';
import { fixedNodes } from '../../lib/simulate/batch/fixed-nodes';
import { type JobPool, workersOf } from '../../lib/simulate/batch/job';
import { type JobRequest, type JobsPlan, replayJobs, workOf } from '../../lib/simulate/batch/replay-jobs';
import { defaultPhysics } from '../../lib/simulate/physics';
import { formatDuration, HOUR_MS } from '../../lib/units';
import { stage } from './common';
import { type Options, statedNodes } from './simulate-options';

/** Of spot nodes where nothing is stated: the middle of what providers state for a month. */
const defaultMonthlyInterruptions = 0.1;
/** Of many jobs each run has chances enough. */
const mostJobRuns = 2_000;

/** Replays the jobs of a file on a fixed and on an elastic pool, on demand and on spot, with and without backfill. */
export async function jobsOfFile(path: string, options: Options): Promise<JobsReport> {
  const listed = readJobs(path, path);
  const { gpusPerNode, seed } = options;
  const requests = listed.map(({ name, arrivesMs, gpus, workMs, deadlineMs, priority }): JobRequest => ({
    name,
    arrivesMs,
    workers: workersOf(gpus, gpusPerNode),
    workMs,
    deadlineMs,
    priority,
    checkpointWriteMs: options.checkpointWrite,
  }));
  const base = {
    gpusPerNode,
    bootMs: options.boot ?? defaultPhysics.bootMs,
    startMs: options.modelLoad ?? defaultPhysics.modelLoadMs,
    backfill: false,
  };
  const fixed =
    options.nodes === undefined
      ? await stage('finding the fewest nodes', () => fixedNodes(requests, base))
      : { nodes: options.nodes, why: 'as stated' };
  const places = new Map(requests.map((request, index) => [request.name, `${path}:${listed[index].line}`]));
  const most = Math.min(
    options.nodeLimit ?? Infinity,
    Math.max(
      1,
      requests.reduce((sum, { workers }) => sum + workers.length, 0),
    ),
  );
  for (const nodes of [fixed.nodes, most])
    checkJobs(
      requests.map((request) => ({ ...request, checkpoints: null })),
      { nodes, gpusPerNode },
      ({ name }) => places.get(name) ?? path,
    );
  const plans = plansOf(base, fixed.nodes, most, options, requests.length > 1);
  const runs = Math.min(options.runs, Math.max(1, Math.ceil(mostJobRuns / requests.length)));
  const results = await stage('replaying', () => replayJobs(plans, () => requests, { runs, seed, hasChance: false }));
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
      `nodes of ${gpusPerNode} GPUs, which boot in ${formatDuration(base.bootMs)}; a job starts in ${formatDuration(base.startMs)} and writes a checkpoint in ${formatDuration(options.checkpointWrite)}`,
      `the fixed pool has ${fixed.nodes} nodes: ${fixed.why}`,
      ...spot,
    ],
  };
}

function plansOf(
  base: Omit<JobPool, 'nodes' | 'elastic' | 'interruptionsPerNodeHour'>,
  nodes: number,
  most: number,
  options: Options,
  isList: boolean,
): readonly JobsPlan[] {
  const { scaleUpLoopMs: seenAfterMs, unneededMs, delayAfterAddMs } = statedNodes(options);
  const kinds = [
    { kind: 'on demand', interruptionsPerNodeHour: 0, usdPerGpuHour: options.price ?? null },
    {
      kind: 'spot',
      interruptionsPerNodeHour: options.interruptions ?? spotInterruptionsPerHour(defaultMonthlyInterruptions),
      usdPerGpuHour: options.spotPrice ?? null,
    },
  ];
  const sizes = [
    { size: 'fixed', pool: { nodes, elastic: null } },
    { size: 'elastic', pool: { nodes: most, elastic: { seenAfterMs, unneededMs, delayAfterAddMs } } },
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

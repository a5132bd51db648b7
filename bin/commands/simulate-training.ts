import type { CapacityConfig, TrainingConfig } from '../../lib/config/schema';
import type { HistoryReader } from '../../lib/history/series';
import type { PoolOfferings } from '../../lib/plan/pool-offerings';
import { seconds } from '../../lib/demand/quantities';
import { awaitsStart, supplyOf } from '../../lib/plan/supply';
import { ProblemError } from '../../lib/problems';
import type { JobsReport } from '../../lib/report/jobs';
import type { QueueReport } from '../../lib/report/queue';
import { jobWorkload } from '../../lib/simulate/batch/job-workload';
import { queueWorkload } from '../../lib/simulate/batch/queue-workload';
import { replayJobs, workOf } from '../../lib/simulate/batch/replay-jobs';
import { replayQueue } from '../../lib/simulate/batch/replay-queue';
import { tickMs } from '../../lib/simulate/physics';
import { type LoadGrid, refineLoad } from '../../lib/simulate/refine';
import { windowsOf } from '../../lib/simulate/windows';
import { HOUR_MS } from '../../lib/units';
import { stage } from './common';
import { readWorkloadLoads } from '../../lib/project/loads';
import { type Options, statedNodes, statedPhysics } from './simulate-options';

/** A training job of the config on the nodes that its pool may have. */
export async function replayJob(
  config: CapacityConfig,
  name: string,
  workload: TrainingConfig,
  offerings: PoolOfferings,
  options: Options,
): Promise<JobsReport> {
  const supply = supplyOf(config, name, offerings, options.asOf ?? null);
  if (workload.deadline !== undefined && 'at' in workload.deadline && awaitsStart(supply))
    throw new ProblemError({
      code: 'simulate/no-time',
      path: `workloads.${name}.deadline`,
      message: 'is a moment, and when the job starts is not known',
      hint: 'give --as-of TIME',
    });
  const { seed, runs } = options;
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
    usdPerGpuHour: options.price ?? plan.usdPerGpuHour,
    pool: {
      ...plan.pool,
      bootMs: options.boot ?? plan.pool.bootMs,
      startMs: options.modelLoad ?? plan.pool.startMs,
      interruptionsPerNodeHour: options.interruptions ?? plan.pool.interruptionsPerNodeHour,
    },
  }));
  const results = await stage(`replaying ${name}`, () => replayJobs(stated, requestsOf, { runs, seed, hasChance }));
  const work = Array.from({ length: hasChance ? runs : 1 }, (_, run) => workOf(requestsOf(run)) / HOUR_MS);
  const { low, high } = job.runSeconds;
  return {
    title: `${name}, ${job.workers} x ${job.gpusPerWorker} GPU`,
    jobs: 1,
    workGpuHours: work.reduce((sum, one) => sum + one, 0) / work.length,
    seed,
    runs: hasChance || stated.some(({ pool }) => pool.interruptionsPerNodeHour > 0) ? runs : 1,
    results,
    assumed: [
      ...(hasChance ? [`its run time is an estimate: each run draws it anew, from ${seconds(low)} to ${seconds(high)}`] : []),
      'a fixed pool is paid for until the job is done, and has booted before it begins',
    ],
  };
}

/** Trainers of the config that queues feed: each with the last third of its load, tuned on what comes before. */
export async function replayQueues(
  config: CapacityConfig,
  workloads: Readonly<Record<string, TrainingConfig>>,
  offerings: PoolOfferings,
  open: () => HistoryReader,
  options: Options,
): Promise<Readonly<Record<string, QueueReport>>> {
  const names = Object.keys(workloads);
  if (names.length === 0) return {};
  const queues = names.map((name) => {
    const workload = workloads[name];
    return { name, ...queueWorkload(config, name, workload, supplyOf(config, name, offerings, null), offerings[workload.pool]) };
  });
  const loads = await stage('reading history', () => readWorkloadLoads(config, names, open()));
  const reports: Record<string, QueueReport> = {};
  for (const queue of queues)
    reports[queue.name] = await stage(`replaying ${queue.name}`, () => replayed(queue, loads[queue.name], options));
  return reports;
}

type Queue = ReturnType<typeof queueWorkload> & { readonly name: string };

function replayed({ name, nodes, deadlineMs, backlog, assumed }: Queue, load: LoadGrid, options: Options): QueueReport {
  const { seed } = options;
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
      usdPerGpuHour: options.price ?? usdPerGpuHour,
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

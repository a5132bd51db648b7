import type { TrainingConfig } from '../../config';
import { ceilTolerant, simplify, type StepFunction } from '../../demand';
import { checkJobCeiling, type JobEstimate } from '../supply';
import { jobReasons, shortPercent } from '../explain';
import { compressionOf } from './compression';
import type { JobPlan, PlanWarning } from '../file';
import type { PlanGrid } from '../load';
import type { WorkloadDemand } from './demand-types';

/**
 * A training job: its workers from the start of the plan until they are done, at the late end of the estimate's band.
 *
 * @throws ProblemError `demand/ceiling` when the config's ceiling is below what the deadline needs
 */
export function jobDemand(name: string, { ceiling }: TrainingConfig, job: JobEstimate, grid: PlanGrid): WorkloadDemand {
  const { workers, leadMs, runSeconds } = job;
  checkJobCeiling(name, ceiling, workers);
  const end = grid.start + grid.steps * grid.periodMs;
  const begin = grid.start + ceilTolerant(Math.max(0, job.earliestMs ?? 0) / grid.periodMs) * grid.periodMs;
  const schedule = (seconds: number) =>
    runningIn([{ from: begin, to: begin + ceilTolerant((leadMs + seconds * 1_000) / grid.periodMs) * grid.periodMs, workers }], grid);
  const held = schedule(runSeconds.high);
  return {
    floor: workers,
    peak: workers,
    wantedCeiling: workers,
    unit: null,
    throughputPerReplica: null,
    target: null,
    leadMs,
    load: [],
    schedule: held,
    medianSchedule: schedule(runSeconds.value),
    compression: compressionOf(held, held),
    reasons: jobReasons(job, end - grid.start),
    path: null,
  };
}

/** Workers in each span of time and none between, as far as the plan goes. */
export function runningIn(spans: readonly WorkingSpan[], { start, steps: count, periodMs }: PlanGrid): StepFunction {
  const end = start + count * periodMs;
  const steps = spans.flatMap(({ from, to, workers }) => [
    { from: Math.max(start, from), value: workers },
    { from: to, value: 0 },
  ]);
  const within = steps.filter(({ from }) => from < end);
  return simplify({ steps: within[0]?.from === start ? within : [{ from: start, value: 0 }, ...within], end });
}

/** Times are epoch ms. */
export type WorkingSpan = { readonly from: number; readonly to: number; readonly workers: number };

/** What a training job takes, as the plan holds it. */
export function jobPlan({ workers, gpusPerWorker, gpuName, basis, samplesPerSecond, runSeconds, model }: JobEstimate): JobPlan {
  const estimate = model?.estimate;
  return {
    basis,
    workers,
    gpusPerWorker,
    gpuName,
    samplesPerSecond,
    runSeconds,
    efficiency: model?.efficiency ?? null,
    band: estimate?.band ?? 0,
    spread: estimate?.run.split ?? null,
    memory: estimate?.run.memory ?? null,
    checkpoint: estimate ? { ...estimate.checkpoint } : null,
    data: estimate?.data ?? null,
  };
}

/** One warning a job that is sized by an estimate, so that it shows where the plan is reviewed. */
export function jobWarnings(jobs: Readonly<Record<string, JobEstimate | null>>): PlanWarning[] {
  return Object.entries(jobs)
    .filter(([, job]) => job?.basis === 'estimated')
    .map(([name, job]) => ({
      code: 'demand/estimated',
      path: `workloads.${name}.replica.throughput`,
      message: `is not measured: workers are counted by an estimate that may be off by ${shortPercent(job?.model?.estimate.band ?? 0)}`,
    }));
}

import type { TrainingConfig } from '../config/schema';
import { ceilTolerant } from '../demand/replicas';
import { estimatedThroughput, resnet50, trainingDemand, transformer } from '../demand/training';
import { formatFigure } from '../history/figure';
import { ProblemError } from '../problems';
import { formatDuration } from '../units';
import { compressionOf } from './reasons';
import type { DemandInput, WorkloadDemand } from './workload-demand';

/**
 * A training job: workers that finish by the deadline, from the start of the plan until they are done.
 *
 * @throws ProblemError `demand/deadline`, `demand/no-gpu-facts`, `demand/ceiling`
 */
export function jobDemand({ config, name, grid, resources, peakTflopsPerGpu }: DemandInput, workload: TrainingConfig): WorkloadDemand {
  const { samples = 0, epochs, deadline = 0, model } = workload;
  const leadMs = workload.coldStart + config.pools[workload.pool].bootTime;
  const available = deadline - leadMs;
  const estimate = model === undefined || model === 'resnet50' ? resnet50 : transformer(model.parameters);
  const measured = workload.replica.throughput?.amount;
  if (available <= 0 || (measured === undefined && (peakTflopsPerGpu === null || resources.gpus === 0))) {
    throw new ProblemError(
      available <= 0
        ? {
            code: 'demand/deadline',
            path: `workloads.${name}.deadline`,
            message: `is over before the first worker can start: boot and cold start take ${formatDuration(leadMs)}`,
            received: formatDuration(deadline),
          }
        : {
            code: 'demand/no-gpu-facts',
            path: `workloads.${name}.replica`,
            message: 'cannot be estimated without a GPU whose peak is known',
            hint: "measure it: replica: { throughput: '2500 samples/s' }",
          },
    );
  }
  const perWorker = measured ?? estimatedThroughput(estimate, resources.gpus, peakTflopsPerGpu ?? 0);
  const { workers, runSeconds } = trainingDemand(samples, epochs, perWorker, available / 1_000);
  const replicas = Math.max(workers, workload.floor ?? 1);
  if (workload.ceiling !== undefined && workload.ceiling < replicas) {
    throw new ProblemError({
      code: 'demand/ceiling',
      path: `workloads.${name}.ceiling`,
      message: 'is below what the deadline needs',
      expected: `at least ${replicas} workers`,
      received: `${workload.ceiling}`,
      hint: 'raise it, or allow more time',
    });
  }
  const end = grid.start + grid.steps * grid.periodMs;
  const busyMs = ceilTolerant((leadMs + runSeconds * 1_000) / grid.periodMs) * grid.periodMs;
  const steps = [{ from: grid.start, value: replicas }, ...(grid.start + busyMs < end ? [{ from: grid.start + busyMs, value: 0 }] : [])];
  const schedule = { steps, end };
  return {
    floor: replicas,
    peak: replicas,
    wantedCeiling: replicas,
    unit: null,
    throughputPerReplica: null,
    target: null,
    leadMs,
    load: [],
    schedule,
    medianSchedule: schedule,
    compression: compressionOf(schedule, schedule),
    reasons: [
      {
        code: 'demand/work',
        text: `${formatFigure(samples)} samples x ${formatFigure(epochs)} epochs within ${formatDuration(deadline)}, of which ${formatDuration(leadMs)} are boot and cold start`,
      },
      measured === undefined
        ? {
            code: 'demand/estimated',
            text: `one worker of ${resources.gpus} GPU does about ${formatFigure(perWorker)} samples/s: an ESTIMATE from ${estimate.source}; measure it and state replica.throughput`,
          }
        : { code: 'demand/throughput', text: `one worker does ${formatFigure(perWorker)} samples/s (measured)` },
      {
        code: 'demand/workers',
        text: `${workers} worker${workers === 1 ? '' : 's'}, done after about ${formatFigure(runSeconds / 3_600)} h; nodes are held until then`,
      },
    ],
  };
}

import type { Estimate } from '../../demand/error-band';
import { formatBytes, formatFigure, formatFlops, formatSeconds, formatShort, plural } from '../../figures';
import { formatDuration } from '../../units';
import type { JobEstimate, JobModel } from '../supply';
import type { JobPlan, PlanWarning, Reason } from '../file';

/**
 * The links of the chain behind the workers of a training job.
 *
 * @param horizonMs of the plan: a run that is longer is said to be
 */
export function jobReasons(job: JobEstimate, horizonMs: number): Reason[] {
  const { work, deadlineMs, leadMs, workers, runSeconds, model } = job;
  const noun = unitOf(job);
  const within =
    deadlineMs === null ? '' : ` within ${formatDuration(deadlineMs)}, of which ${formatDuration(leadMs)} are boot and cold start`;
  return [
    {
      code: 'demand/work',
      text: `${formatFigure(work)} ${noun}, all epochs together${model ? `: ${formatFlops(model.estimate.flops)},` : ''}${within}`,
    },
    ...(model ? modelReasons(job, model) : [measuredReason(job)]),
    {
      code: 'demand/workers',
      text: `${plural(workers, 'worker')} of ${job.gpusPerWorker} GPU, done after ${range(runSeconds)}; nodes are held until then${leadMs + runSeconds.high * 1_000 > horizonMs ? ', which is beyond the end of this plan' : ''}`,
    },
  ];
}

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
      message: `is not measured: workers are counted by an estimate that may be off by ${percentOf(job?.model?.estimate.band ?? 0)}`,
    }));
}

function modelReasons(job: JobEstimate, { estimate, model, precision, optimiser, efficiency, assumed }: JobModel): Reason[] {
  const { run, checkpoint, data, band } = estimate;
  const { split, memory, step } = run;
  const used = memory.stateBytes + memory.activationBytes + memory.overheadBytes;
  const parts = Object.entries(step).filter(([part, value]) => part !== 'total' && value / step.total >= 0.005);
  const noun = unitOf(job);
  return [
    {
      code: 'demand/memory',
      text: `memory of a GPU: ${formatBytes(memory.stateBytes)} for weights, gradients and states of ${optimiser} in ${precision} (ZeRO-${split.stage} over ${plural(split.data, 'GPU')}), ${formatBytes(memory.activationBytes)} for activations of ${split.microBatch} ${model.kind === 'image' ? 'images' : 'sequences'} (recompute ${split.recompute}), ${formatBytes(used)} of ${formatBytes(memory.limitBytes)} in all`,
    },
    {
      code: 'demand/spread',
      text: `spread over ${plural(run.gpus, 'GPU')} as ${split.data} x ${split.tensor} x ${split.pipeline}, data x tensor x pipeline; a step of ${run.batch} takes ${formatSeconds(step.total)}: ${parts.map(([part, value]) => `${part} ${percentOf(value / step.total)}`).join(', ')}`,
    },
    job.basis === 'measured'
      ? measuredReason(job)
      : {
          code: 'demand/estimated',
          text: `${run.gpus} ${job.gpuName} do about ${formatFigure(job.samplesPerSecond)} ${noun}/s, ${percentOf(estimate.utilisation)} of their peak: an ESTIMATE, off by up to ${percentOf(band)}, so the late end of the time is counted on; measure it and state replica.throughput`,
        },
    ...(job.workers > 1
      ? [
          {
            code: 'demand/efficiency' as const,
            text: `${job.workers} workers do ${percentOf(efficiency)} of what as many would do alone, by estimate: the rest goes into what they tell each other`,
          },
        ]
      : []),
    {
      code: 'demand/checkpoint',
      text: `a checkpoint of ${formatBytes(checkpoint.bytes)} every ${formatSeconds(checkpoint.intervalSeconds)} loses least: ${formatSeconds(checkpoint.writeSeconds)} to write, an interruption each ${formatSeconds(checkpoint.mtbfSeconds)}; both cost ${formatShort(100 * checkpoint.lostShare)} % of the time`,
    },
    { code: 'demand/data', text: `${formatBytes(data.bytes)} of data to keep, read at ${formatBytes(data.readBytesPerSecond)}/s` },
    ...(assumed.length > 0 ? [{ code: 'demand/assumed' as const, text: `assumed of the training: ${assumed.join('; ')}` }] : []),
  ];
}

function measuredReason(job: JobEstimate): Reason {
  const { samplesPerSecond, workers, model } = job;
  return {
    code: 'demand/throughput',
    text: `${plural(workers, 'worker')} ${workers === 1 ? 'does' : 'do'} ${formatFigure(samplesPerSecond)} ${unitOf(job)}/s (measured of one worker${workers === 1 ? '' : model ? ', less what they lose among each other' : '; without a model nothing says what they lose among each other'})`,
  };
}

function unitOf({ model }: JobEstimate): string {
  return model === null ? 'samples' : model.model.kind === 'image' ? 'images' : 'tokens';
}

function range({ value, low, high }: Estimate): string {
  return low === high ? `about ${formatSeconds(value)}` : `about ${formatSeconds(value)} (${formatSeconds(low)} to ${formatSeconds(high)})`;
}

function percentOf(share: number): string {
  return `${formatShort(100 * share)} %`;
}

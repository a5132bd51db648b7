import type { Estimate, TrainingEstimate } from '../../demand';
import { formatBytes, formatFigure, formatFlops, formatSeconds, formatShort, plural } from '../../figures';
import { formatDuration } from '../../units';
import type { Reason } from '../file';

/** A training job as its sentences need it. Times are ms where the name says so, else seconds. */
export type ExplainedJob = {
  readonly workers: number;
  readonly gpusPerWorker: number;
  readonly gpuName: string | null;
  /** Samples (images, tokens) of all epochs. */
  readonly work: number;
  readonly deadlineMs: number | null;
  readonly leadMs: number;
  readonly basis: 'measured' | 'estimated' | 'stated';
  /** Of all workers together. */
  readonly samplesPerSecond: number;
  readonly runSeconds: Estimate;
  /** `null` where a measured throughput is all that is known. */
  readonly model: ExplainedModel | null;
};

type ExplainedModel = {
  readonly model: { readonly kind?: string };
  readonly precision: string;
  readonly optimiser: string;
  readonly estimate: Pick<TrainingEstimate, 'flops' | 'run' | 'checkpoint' | 'data' | 'band' | 'utilisation'>;
  readonly efficiency: number;
  readonly assumed: readonly string[];
};

/**
 * Sentences of the workers of a training job: the work, what a worker does, and how many there are for how long.
 *
 * @param horizonMs length of the plan: the last sentence tells of a run that is longer
 */
export function jobReasons(job: ExplainedJob, horizonMs: number): Reason[] {
  const { work, deadlineMs, leadMs, workers, runSeconds, model, basis } = job;
  const within =
    deadlineMs === null ? '' : ` within ${formatDuration(deadlineMs)}, of which ${formatDuration(leadMs)} are boot and cold start`;
  return [
    {
      code: 'demand/work',
      text: `${basis === 'stated' ? `work of ${formatSeconds(runSeconds.value)}, as the config states,` : `${formatFigure(work)} ${sampleNoun(job)}, all epochs together`}${model ? `: ${formatFlops(model.estimate.flops)},` : ''}${within}`,
    },
    ...(model ? modelReasons(job, model) : basis === 'measured' ? [measuredReason(job)] : []),
    {
      code: 'demand/workers',
      text: `${plural(workers, 'worker')} of ${job.gpusPerWorker} GPU, done after ${rangeText(runSeconds)}; nodes are held until then${leadMs + runSeconds.high * 1_000 > horizonMs ? ', which is beyond the end of this plan' : ''}`,
    },
  ];
}

function modelReasons(job: ExplainedJob, { estimate, model, precision, optimiser, efficiency, assumed }: ExplainedModel): Reason[] {
  const { run, checkpoint, data, band } = estimate;
  const { split, memory, step } = run;
  const usedBytes = memory.stateBytes + memory.activationBytes + memory.overheadBytes;
  const parts = Object.entries(step).filter(([part, value]) => part !== 'total' && value / step.total >= 0.005);
  return [
    {
      code: 'demand/memory',
      text: `memory of a GPU: ${formatBytes(memory.stateBytes)} for weights, gradients and states of ${optimiser} in ${precision} (ZeRO-${split.stage} over ${plural(split.data, 'GPU')}), ${formatBytes(memory.activationBytes)} for activations of ${split.microBatch} ${model.kind === 'image' ? 'images' : 'sequences'} (recompute ${split.recompute}), ${formatBytes(usedBytes)} of ${formatBytes(memory.limitBytes)} in all`,
    },
    {
      code: 'demand/spread',
      text: `spread over ${plural(run.gpus, 'GPU')} as ${split.data} x ${split.tensor} x ${split.pipeline}, data x tensor x pipeline; a step of ${run.batch} takes ${formatSeconds(step.total)}: ${parts.map(([part, value]) => `${part} ${shortPercent(value / step.total)}`).join(', ')}`,
    },
    job.basis === 'measured'
      ? measuredReason(job)
      : {
          code: 'demand/estimated',
          text: `${run.gpus} ${job.gpuName} do about ${formatFigure(job.samplesPerSecond)} ${sampleNoun(job)}/s, ${shortPercent(estimate.utilisation)} of their peak: an ESTIMATE, off by up to ${shortPercent(band)}, so the late end of the time is counted on; measure it and state replica.throughput`,
        },
    ...(job.workers > 1
      ? [
          {
            code: 'demand/efficiency' as const,
            text: `${job.workers} workers do ${shortPercent(efficiency)} of what as many would do alone, by estimate: the rest goes into what they tell each other`,
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

function measuredReason(job: ExplainedJob): Reason {
  const { samplesPerSecond, workers, model } = job;
  return {
    code: 'demand/throughput',
    text: `${plural(workers, 'worker')} ${workers === 1 ? 'does' : 'do'} ${formatFigure(samplesPerSecond)} ${sampleNoun(job)}/s (measured of one worker${workers === 1 ? '' : model ? ', less what they lose among each other' : '; without a model nothing says what they lose among each other'})`,
  };
}

function sampleNoun({ model }: ExplainedJob): string {
  return model === null ? 'samples' : model.model.kind === 'image' ? 'images' : 'tokens';
}

function rangeText({ value, low, high }: Estimate): string {
  return low === high ? `about ${formatSeconds(value)}` : `about ${formatSeconds(value)} (${formatSeconds(low)} to ${formatSeconds(high)})`;
}

/** Percent of a share with three digits: `38.2 %`. */
export function shortPercent(share: number): string {
  return `${formatShort(100 * share)} %`;
}

import { parallelPlan } from './parallel-plan';
import { arithmeticFor } from '../hardware';
import { defaultBatchTokens, defaultSequence, type TrainingRequest, type TrainingRun } from './training-request';
import { optimiserBytesPerParameter } from './training-memory';
import { stepFlops, type Transformer } from '../model';

/**
 * Share of the dense peak that the arithmetic of training a transformer reaches, before bubbles and communication that is not hidden. The
 * shares were set between published runs on A100 (mosaicml/llm-foundry 061f2c7: 0.55 to 0.79; Narayanan et al. 2021: 0.44 to 0.52 with
 * everything) and on H100 (llm-foundry: 0.36 to 0.59; 0.14 to 0.30 of the peak at 8 bit). For other GPUs no run was read; they have the
 * share of H100.
 */
export const trainingUtilisation = { a100: 0.55, other: 0.45, fp8: 0.3 } as const;

/** The fastest way to train a transformer on `gpus` GPUs; `null` where it does not fit. */
export function transformerRun(
  request: TrainingRequest,
  model: Transformer,
  gpus: number,
): { readonly run: TrainingRun; readonly flops: number; readonly assumed: readonly string[] } | null {
  const { gpu, node, precision, sequence = defaultSequence, samples, epochs } = request;
  const batch = request.batch ?? Math.max(1, Math.round(defaultBatchTokens / sequence));
  const peak = arithmeticFor(gpu, precision)?.peakFlops ?? NaN;
  const share =
    precision === 'fp8' ? trainingUtilisation.fp8 : gpu.name.startsWith('A100') ? trainingUtilisation.a100 : trainingUtilisation.other;
  const plan = parallelPlan(
    {
      model,
      gpu,
      node,
      flopsPerSecond: peak * share,
      sequence,
      batch,
      optimiserBytes: optimiserBytesPerParameter(request.optimiser),
      recompute: request.recompute,
      stage: request.stage,
    },
    gpus,
  );
  if (plan === null) return null;
  const { data, tensor, pipeline, stage, microBatch, microBatches, recompute, memory, step } = plan;
  return {
    run: {
      gpus,
      split: { data, tensor, pipeline, stage, microBatch, microBatches, recompute },
      memory,
      step,
      bubbleShare: (pipeline - 1) / microBatches,
      batch,
      samplesPerSecond: (batch * sequence) / step.total,
    },
    flops: (stepFlops(model, 1, sequence, 'none') / sequence) * samples * epochs,
    assumed: [
      ...(request.sequence === undefined ? [`sequences of ${sequence} tokens`] : []),
      ...(request.batch === undefined ? [`${batch} sequence${batch === 1 ? '' : 's'} a step, about 4 M tokens`] : []),
    ],
  };
}

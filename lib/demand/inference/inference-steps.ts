import { allReduceSeconds, arithmeticFor, bandwidth, type Gpu, type Machine, roofline, rooflineSeconds, sixteenBitPeak } from '../hardware';
import { kvBytesPerTokenAndGpu, type ServedModel, weightBytes } from './inference-memory';
import { attentionFlopsPerToken, layerParameters, outputParameters } from '../model';

/** Largest gain of 2:4 pruning: twice the dense peak. What is reached of it is not measured here. */
const prunedPeak = 2;

/** The times of a model on the GPUs of one replica. */
export type StepTimes = {
  /** One decode step: `sequences` each get a token, each with `context` tokens behind it. */
  readonly decodeSeconds: (sequences: number, context: number) => number;
  /** A prompt of `tokens` on an idle replica. */
  readonly prefillSeconds: (tokens: number) => number;
  /** What a prompt adds to a replica that is reading its weights anyway. */
  readonly addedPrefillSeconds: (tokens: number) => number;
};

/**
 * Times by the roofline: layers and output read once a step, the KV cache read for every sequence, the attention at 16 bit, two
 * all-reduces a layer where GPUs share a replica, and a fixed cost a layer.
 *
 * @param gpus GPUs that share the replica
 * @throws Error when the GPU lacks the precision: check `arithmeticFor` before
 */
export function stepTimes(served: ServedModel, gpu: Gpu, gpus: number): StepTimes {
  const { model, precision, pruned } = served;
  const arithmetic = arithmeticFor(gpu, precision);
  const sixteen = sixteenBitPeak(gpu);
  if (arithmetic === null || sixteen === null) throw new Error(`${gpu.name} lacks ${precision}`);
  const machine: Machine = {
    bandwidth: bandwidth(gpu),
    peakFlops: arithmetic.peakFlops * (pruned ? prunedPeak : 1),
    eightBit: arithmetic.arithmetic === 'fp8' || arithmetic.arithmetic === 'int8',
    sixteenBitPeakFlops: sixteen,
  };
  const inLayers = layerParameters(model);
  const output = outputParameters(model);
  const weights = weightBytes(inLayers + output, precision, pruned) / gpus;
  const kvBytes = kvBytesPerTokenAndGpu(served, gpus);
  const fixed = roofline.layerOverheadSeconds * model.layers;
  const shared = (tokens: number) => 2 * model.layers * allReduceSeconds(gpu, tokens * model.hiddenSize * 2, gpus);
  // A causal prompt looks at half of itself on average.
  const promptWork = (tokens: number) => ({
    flops: (2 * (inLayers * tokens + output)) / gpus,
    attentionFlops: (attentionFlopsPerToken(model, tokens / 2) * tokens) / gpus,
  });
  return {
    decodeSeconds: (sequences, context) =>
      fixed +
      shared(sequences) +
      rooflineSeconds(
        {
          weightBytes: weights,
          kvBytes: sequences * context * kvBytes,
          flops: (2 * (inLayers + output) * sequences) / gpus,
          attentionFlops: (attentionFlopsPerToken(model, context) * sequences) / gpus,
        },
        machine,
      ),
    prefillSeconds: (tokens) => fixed + shared(tokens) + rooflineSeconds({ weightBytes: weights, ...promptWork(tokens) }, machine),
    addedPrefillSeconds: (tokens) => shared(tokens) + rooflineSeconds({ weightBytes: 0, ...promptWork(tokens) }, machine),
  };
}

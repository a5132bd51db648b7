import { allReduceSeconds, arithmeticFor, bandwidth, type Gpu, type Machine, roofline, rooflineSeconds, sixteenBitPeak } from '../hardware';
import { kvBytesPerTokenAndGpu, type ServedModel, weightBytes } from './inference-memory';
import { attentionFlopsPerToken, layerParameters, outputParameters } from '../model';

/** The largest gain of 2:4 pruning: twice the dense peak. How much of it is reached was not measured. */
const prunedPeak = 2;

/** How long the steps of a model take on the GPUs of one replica, in seconds. */
export type StepTimes = {
  /** One decode step, in which each of `sequences` sequences gets a token, with `context` tokens before it. */
  readonly decodeSeconds: (sequences: number, context: number) => number;
  /** A prompt of `tokens` tokens on an idle replica. */
  readonly prefillSeconds: (tokens: number) => number;
  /** Time that a prompt adds to a step of a replica, which reads the weights in any case. */
  readonly addedPrefillSeconds: (tokens: number) => number;
};

/**
 * The times of the steps by the roofline. In each step the weights of the layers and of the output are read once and the KV cache is read
 * for every sequence; attention is computed at 16 bit; each layer has a fixed cost, and two all-reduces where several GPUs share the
 * replica.
 *
 * @param gpus number of GPUs that share the replica
 * @throws Error when the GPU cannot compute in the precision: check `arithmeticFor` before
 */
export function stepTimes(served: ServedModel, gpu: Gpu, gpus: number): StepTimes {
  const { model, precision, pruned } = served;
  const arithmetic = arithmeticFor(gpu, precision);
  const attentionPeak = sixteenBitPeak(gpu);
  if (arithmetic === null || attentionPeak === null) throw new Error(`${gpu.name} lacks ${precision}`);
  const machine: Machine = {
    bandwidth: bandwidth(gpu),
    peakFlops: arithmetic.peakFlops * (pruned ? prunedPeak : 1),
    eightBit: arithmetic.arithmetic === 'fp8' || arithmetic.arithmetic === 'int8',
    sixteenBitPeakFlops: attentionPeak,
  };
  const inLayers = layerParameters(model);
  const output = outputParameters(model);
  const weights = weightBytes(inLayers + output, precision, pruned) / gpus;
  const kvBytes = kvBytesPerTokenAndGpu(served, gpus);
  const fixedSeconds = roofline.layerOverheadSeconds * model.layers;
  const allReduces = (tokens: number) => 2 * model.layers * allReduceSeconds(gpu, tokens * model.hiddenSize * 2, gpus);
  // Each token of a prompt attends to the tokens before it, on average half of the prompt.
  const promptWork = (tokens: number) => ({
    flops: (2 * (inLayers * tokens + output)) / gpus,
    attentionFlops: (attentionFlopsPerToken(model, tokens / 2) * tokens) / gpus,
  });
  return {
    decodeSeconds: (sequences, context) =>
      fixedSeconds +
      allReduces(sequences) +
      rooflineSeconds(
        {
          weightBytes: weights,
          kvBytes: sequences * context * kvBytes,
          flops: (2 * (inLayers + output) * sequences) / gpus,
          attentionFlops: (attentionFlopsPerToken(model, context) * sequences) / gpus,
        },
        machine,
      ),
    prefillSeconds: (tokens) =>
      fixedSeconds + allReduces(tokens) + rooflineSeconds({ weightBytes: weights, ...promptWork(tokens) }, machine),
    addedPrefillSeconds: (tokens) => allReduces(tokens) + rooflineSeconds({ weightBytes: 0, ...promptWork(tokens) }, machine),
  };
}

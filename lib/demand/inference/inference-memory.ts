import { bytesPerParameter, type Gpu, type Precision } from '../hardware';
import { kvBytesPerToken, type Transformer } from '../model';

const gib = 2 ** 30;

/** Share of a GPU's memory that an inference server takes, as vLLM does by default. */
export const memoryShare = 0.9;
/** Bytes on each GPU beside weights and cache: the CUDA context, activations, graphs. By judgement. */
export const overheadBytes = 1.5 * gib;

/**
 * Bytes of the weights: parameters x bytes of each; int4 with its scales. Weights that are pruned 2:4 take half of that, and 2 bits for
 * each kept weight to say which it is.
 */
export function weightBytes(parameters: number, precision: Precision, pruned = false): number {
  const bytes = bytesPerParameter(precision);
  return parameters * (pruned ? bytes / 2 + 1 / 8 : bytes);
}

/** A model as it is served. */
export type ServedModel = {
  readonly model: Transformer;
  readonly precision: Precision;
  /** Bytes of a value in the KV cache: 2 at 16 bit, 1 at 8 bit. */
  readonly kvBytes: 1 | 2;
  /** Whether half of the weights are pruned, in the 2:4 pattern that the hardware supports. */
  readonly pruned?: boolean;
};

/**
 * Bytes of cache that one token takes on each GPU of a replica. Where there are more GPUs than KV heads, each GPU still keeps one KV head.
 */
export function kvBytesPerTokenAndGpu({ model, kvBytes }: ServedModel, gpus: number): number {
  return kvBytesPerToken({ ...model, kvHeads: Math.max(1, model.kvHeads / gpus) }, kvBytes);
}

/** The memory of one GPU of a replica. */
export type InferenceMemory = {
  /** The following are bytes on one GPU, up to the cache of one token. */
  readonly weightBytes: number;
  readonly cacheBytes: number;
  readonly overheadBytes: number;
  readonly kvBytesPerToken: number;
  /** Number of sequences of mean length that the cache holds at once; 0 where not one fits. */
  readonly sequences: number;
  /** Tokens of the longest sequence of which one fits. */
  readonly longestSequence: number;
};

/**
 * The memory of one GPU of a replica, and what fits it: floor((memory x share - weights - overhead) / (KV bytes of a token x sequence))
 * sequences.
 *
 * @param sequence tokens of a sequence, input and output
 * @param gpus number of GPUs that share a replica (tensor parallel)
 */
export function inferenceMemory(served: ServedModel, gpu: Gpu, gpus: number, sequence: number): InferenceMemory {
  const weights = weightBytes(served.model.parameters, served.precision, served.pruned) / gpus;
  const perToken = kvBytesPerTokenAndGpu(served, gpus);
  const cacheBytes = Math.max(0, gpu.memoryGiB * gib * memoryShare - weights - overheadBytes);
  return {
    weightBytes: weights,
    cacheBytes,
    overheadBytes,
    kvBytesPerToken: perToken,
    sequences: sequencesThatFit(gpu.memoryGiB * gib, weights, perToken, sequence),
    longestSequence: Math.floor(cacheBytes / perToken),
  };
}

/**
 * Number of sequences whose cache fits one GPU, from bytes alone.
 *
 * @param memoryBytes of the GPU
 * @param weights bytes of the weights on the GPU
 * @param sequence tokens of a sequence
 */
export function sequencesThatFit(memoryBytes: number, weights: number, kvBytesPerToken: number, sequence: number): number {
  return Math.max(0, Math.floor((memoryBytes * memoryShare - weights - overheadBytes) / (kvBytesPerToken * sequence)));
}

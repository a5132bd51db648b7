import { bytesPerParameter, type Gpu, type Precision } from '../hardware';
import { kvBytesPerToken, type Transformer } from '../model';

const gib = 2 ** 30;

/** Share of a GPU's memory that an inference server takes, as vLLM does by default. */
export const memoryShare = 0.9;
/** Kept beside weights and cache: the CUDA context, activations, graphs. By judgement. */
export const overheadBytes = 1.5 * gib;

/** Bytes of the weights: parameters x bytes each; int4 with its scales. Of 2:4 pruned weights half, and 2 bits to say which. */
export function weightBytes(parameters: number, precision: Precision, pruned = false): number {
  const bytes = bytesPerParameter(precision);
  return parameters * (pruned ? bytes / 2 + 1 / 8 : bytes);
}

export type ServedModel = {
  readonly model: Transformer;
  readonly precision: Precision;
  /** Bytes of a value in the KV cache: 2 at 16 bit, 1 at 8 bit. */
  readonly kvBytes: 1 | 2;
  /** Half of the weights pruned, in the 2:4 pattern that the hardware knows. */
  readonly pruned?: boolean;
};

/** Bytes of cache that one token takes on each GPU of a replica. Below one KV head a GPU, heads are kept more than once. */
export function kvBytesPerTokenAndGpu({ model, kvBytes }: ServedModel, gpus: number): number {
  return kvBytesPerToken({ ...model, kvHeads: Math.max(1, model.kvHeads / gpus) }, kvBytes);
}

export type InferenceMemory = {
  /** All on one GPU of the replica. */
  readonly weightBytes: number;
  readonly cacheBytes: number;
  readonly overheadBytes: number;
  readonly kvBytesPerToken: number;
  /** Sequences of that length that the cache holds at once; 0 where not one fits. */
  readonly sequences: number;
  /** The longest sequence of which one fits. */
  readonly longestSequence: number;
};

/**
 * What fits on a GPU: floor((memory x share - weights - overhead) / (KV bytes a token x sequence)).
 *
 * @param sequence tokens of a sequence, input and output
 * @param gpus GPUs that share a replica (tensor parallel)
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

/** Sequences that fit, by plain bytes. */
export function sequencesThatFit(memoryBytes: number, weights: number, kvBytesPerToken: number, sequence: number): number {
  return Math.max(0, Math.floor((memoryBytes * memoryShare - weights - overheadBytes) / (kvBytesPerToken * sequence)));
}

import type { Recompute } from '../model';

export type Optimiser = 'adam' | 'adam-8bit' | 'sgd-momentum' | 'sgd';

export const optimisers: readonly Optimiser[] = ['adam', 'adam-8bit', 'sgd-momentum', 'sgd'];

/**
 * Bytes of optimiser state for a parameter in mixed precision: a 32-bit copy of the weights (4) and what the optimiser keeps: two
 * moments of 4 for Adam, two of 1 in its 8-bit form, one of 4 for momentum.
 *
 * @see Rajbhandari et al. 2020, arXiv 1910.02054, section 3.1 (K = 12 for Adam); Dettmers et al. 2022, arXiv 2110.02861
 */
export function optimiserBytesPerParameter(optimiser: Optimiser): number {
  return { adam: 12, 'adam-8bit': 6, 'sgd-momentum': 8, sgd: 4 }[optimiser];
}

/** What ZeRO shares out among the data-parallel GPUs: 0 nothing, 1 optimiser states, 2 gradients too, 3 weights too. */
export type ZeroStage = 0 | 1 | 2 | 3;

/**
 * Bytes of weights, gradients and optimiser states on each GPU: (2 + 2 + K) psi; with ZeRO over N GPUs 4 psi + K psi / N,
 * 2 psi + (2 + K) psi / N, (4 + K) psi / N.
 *
 * @param parameters psi: those that this GPU's share of the model has, after tensor and pipeline parallelism
 * @param dataParallel N
 * @param optimiserBytes K, see `optimiserBytesPerParameter`
 * @see Rajbhandari et al. 2020, arXiv 1910.02054, figure 1
 */
export function modelStateBytes(parameters: number, stage: ZeroStage, dataParallel: number, optimiserBytes: number): number {
  const share = (fromStage: ZeroStage) => (stage >= fromStage ? dataParallel : 1);
  return parameters * (2 / share(3) + 2 / share(2) + optimiserBytes / share(1));
}

export type ActivationShape = {
  readonly sequence: number;
  /** Sequences in one micro-batch. */
  readonly microBatch: number;
  readonly hiddenSize: number;
  readonly heads: number;
  /** GPUs over which tensors are split. @default 1 */
  readonly tensor?: number;
};

/**
 * Bytes of activations of one layer that wait for the backward pass, at 16 bit: s b h (10 + 24/t + 5 a s / (h t)) with nothing
 * recomputed (s b h (34 + 5 a s / h) on one GPU); without the attention matrices where the attention is recomputed, as flash
 * attention does; 2 s b h where the whole layer is.
 *
 * @see Korthikanti et al. 2022, arXiv 2205.05198, section 4, equations 1 and 2
 */
export function activationBytesPerLayer(shape: ActivationShape, recompute: Recompute): number {
  const { sequence: s, microBatch: b, hiddenSize: h, tensor: t = 1 } = shape;
  if (recompute === 'full') return 2 * s * b * h;
  return s * b * h * (10 + 24 / t + (recompute === 'none' ? attentionShare(shape) / t : 0));
}

/** 5 a s / h: the attention's part beside the 34 of the rest. */
export function attentionShare({ sequence, hiddenSize, heads }: ActivationShape): number {
  return (5 * heads * sequence) / hiddenSize;
}

/**
 * Bytes of all activations on a GPU of the first pipeline stage, which holds as many micro-batches as there are stages and so as much
 * as if it had all layers; with one layer's worth at work where layers are recomputed, and the output layer's 32-bit scores.
 *
 * @see Korthikanti et al. 2022, arXiv 2205.05198, section 4.2.3
 */
export function activationBytes(
  shape: ActivationShape & { readonly layers: number; readonly vocabulary: number },
  recompute: Recompute,
): number {
  const atWork = recompute === 'full' ? activationBytesPerLayer(shape, 'selective') : 0;
  const scores = (4 * shape.sequence * shape.microBatch * shape.vocabulary) / (shape.tensor ?? 1);
  return shape.layers * activationBytesPerLayer(shape, recompute) + atWork + scores;
}

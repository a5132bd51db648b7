import type { Recompute } from '../model';

/** The optimiser of a training, which decides the bytes of its states. */
export type Optimiser = 'adam' | 'adam-8bit' | 'sgd-momentum' | 'sgd';

export const optimisers: readonly Optimiser[] = ['adam', 'adam-8bit', 'sgd-momentum', 'sgd'];

/**
 * Bytes of optimiser state for each parameter in mixed precision: a 32-bit copy of the weights (4 bytes), and two moments of 4 bytes for
 * Adam, two of 1 byte for its 8-bit form, or one of 4 bytes for momentum.
 *
 * @see Rajbhandari et al. 2020, arXiv 1910.02054, section 3.1 (K = 12 for Adam); Dettmers et al. 2022, arXiv 2110.02861
 */
export function optimiserBytesPerParameter(optimiser: Optimiser): number {
  return { adam: 12, 'adam-8bit': 6, 'sgd-momentum': 8, sgd: 4 }[optimiser];
}

/** What ZeRO divides among the data-parallel GPUs: 0 nothing, 1 optimiser states, 2 also gradients, 3 also weights. */
export type ZeroStage = 0 | 1 | 2 | 3;

/**
 * Bytes of weights, gradients and optimiser states on each GPU. At the ZeRO stages 0 to 3 they are (2 + 2 + K) psi, 4 psi + K psi / N, 2
 * psi + (2 + K) psi / N and (4 + K) psi / N.
 *
 * @param parameters psi: the parameters of this GPU's share of the model, after tensor and pipeline parallelism
 * @param dataParallel N
 * @param optimiserBytes K, see `optimiserBytesPerParameter`
 * @see Rajbhandari et al. 2020, arXiv 1910.02054, figure 1
 */
export function modelStateBytes(parameters: number, stage: ZeroStage, dataParallel: number, optimiserBytes: number): number {
  const share = (fromStage: ZeroStage) => (stage >= fromStage ? dataParallel : 1);
  return parameters * (2 / share(3) + 2 / share(2) + optimiserBytes / share(1));
}

/** What the activations of a layer depend on. */
export type ActivationShape = {
  /** Tokens of a sequence. */
  readonly sequence: number;
  /** Sequences in one micro-batch. */
  readonly microBatch: number;
  readonly hiddenSize: number;
  readonly heads: number;
  /** GPUs over which tensors are split. @default 1 */
  readonly tensor?: number;
};

/**
 * Bytes of activations of one layer at 16 bit that are kept for the backward pass: s b h (10 + 24/t + 5 a s / (h t)) when nothing is
 * recomputed, which is s b h (34 + 5 a s / h) on one GPU. Without the last term when the attention is recomputed, as flash attention does;
 * 2 s b h when the whole layer is recomputed.
 *
 * @see Korthikanti et al. 2022, arXiv 2205.05198, section 4, equations 1 and 2
 */
export function activationBytesPerLayer(shape: ActivationShape, recompute: Recompute): number {
  const { sequence: s, microBatch: b, hiddenSize: h, tensor: t = 1 } = shape;
  if (recompute === 'full') return 2 * s * b * h;
  return s * b * h * (10 + 24 / t + (recompute === 'none' ? attentionShare(shape) / t : 0));
}

/** Bytes that the attention keeps beside the 34 of the rest of a layer, for each s b h: 5 a s / h. */
export function attentionShare({ sequence, hiddenSize, heads }: ActivationShape): number {
  return (5 * heads * sequence) / hiddenSize;
}

/**
 * Bytes of all activations on a GPU of the first pipeline stage. It holds as many micro-batches as there are stages, so as many bytes as if
 * it had all layers. In addition there are the activations of the one layer that is being recomputed, and the 32-bit scores of the output
 * layer.
 *
 * @see Korthikanti et al. 2022, arXiv 2205.05198, section 4.2.3
 */
export function activationBytes(
  shape: ActivationShape & { readonly layers: number; readonly vocabulary: number },
  recompute: Recompute,
): number {
  const recomputedLayer = recompute === 'full' ? activationBytesPerLayer(shape, 'selective') : 0;
  const scores = (4 * shape.sequence * shape.microBatch * shape.vocabulary) / (shape.tensor ?? 1);
  return shape.layers * activationBytesPerLayer(shape, recompute) + recomputedLayer + scores;
}

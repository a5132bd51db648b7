/**
 * Shares of a GPU's peaks that model code reaches, and the fixed cost of a layer.
 *
 * `memory` and `compute` are fitted to 1,036 measured layer times (microsoft/vidur 7d47513, data/profiling/compute: Llama-3-8B and
 * Llama-2-7B on A100, Llama-2-7B on H100 and A40, 1 to 4,096 tokens at 16 bit): mean error 5.2 %, 95 % of them within 15.1 %, the
 * worst 25.1 %. Attention, the KV cache and communication are not in these times. `compute8Bit`, `kvMemory` and
 * `layerOverheadSeconds` are set so that whole published runs come out (NVIDIA/TensorRT-LLM 138f96d, docs/source/performance.md);
 * docs/demand.md has the table with the error of every row.
 */
export const roofline = {
  memory: 0.65,
  compute: 0.64,
  compute8Bit: 0.5,
  kvMemory: 0.85,
  layerOverheadSeconds: 75e-6,
} as const;

export type Work = {
  /** Bytes of weights read. */
  readonly weightBytes: number;
  /** Bytes of the KV cache read. */
  readonly kvBytes?: number;
  /** Operations with the weights, at `peakFlops`. */
  readonly flops: number;
  /** Operations of the attention, at 16 bit. */
  readonly attentionFlops?: number;
};

export type Machine = {
  /** Bytes a second. */
  readonly bandwidth: number;
  /** Operations a second. */
  readonly peakFlops: number;
  readonly eightBit?: boolean;
  /** Peak at 16 bit, for the attention. @default `peakFlops` */
  readonly sixteenBitPeakFlops?: number;
};

/**
 * Seconds of one pass through the layers: the root of the sum of squares of the time memory takes and the time arithmetic takes,
 * each at the share of its peak that is reached. Near the crossover both count, which a plain maximum would miss.
 *
 * @see Williams et al. 2009 (roofline); the fit is described at `roofline`
 */
export function rooflineSeconds({ weightBytes, kvBytes = 0, flops, attentionFlops = 0 }: Work, machine: Machine): number {
  const { bandwidth, peakFlops, eightBit = false, sixteenBitPeakFlops = peakFlops } = machine;
  const memory = weightBytes / (bandwidth * roofline.memory) + kvBytes / (bandwidth * roofline.kvMemory);
  const compute =
    flops / (peakFlops * (eightBit ? roofline.compute8Bit : roofline.compute)) + attentionFlops / (sixteenBitPeakFlops * roofline.compute);
  return Math.hypot(memory, compute);
}

/** What an estimate must know of a GPU; the catalogue has it. Peaks are dense, `null` for a precision that the GPU cannot compute in. */
export type Gpu = {
  /** `L40S`, `H100`, `A100-80GB`. */
  readonly name: string;
  /** Memory as the driver reports it. */
  readonly memoryGiB: number;
  /** Memory bandwidth, GB/s. */
  readonly bandwidthGBps: number;
  readonly bf16DenseTflops: number | null;
  readonly fp16DenseTflops: number | null;
  readonly fp8DenseTflops: number | null;
  readonly int8DenseTops: number | null;
  /** NVLink bandwidth of one GPU, both directions together; `null` without NVLink. */
  readonly nvlinkGBps: number | null;
};

/** A machine with GPUs. */
export type GpuNode = {
  /** Number of GPUs. */
  readonly gpus: number;
  /** Network of one node, Gbit/s; `null` where it is not known. */
  readonly networkGbps: number | null;
};

/** A precision that a GPU can compute in. */
export type Arithmetic = 'bf16' | 'fp16' | 'fp8' | 'int8';

/** Dense peak of a GPU in operations a second; `null` where it cannot compute in that precision. */
export function peakFlops(gpu: Gpu, arithmetic: Arithmetic): number | null {
  const tera = { bf16: gpu.bf16DenseTflops, fp16: gpu.fp16DenseTflops, fp8: gpu.fp8DenseTflops, int8: gpu.int8DenseTops }[arithmetic];
  return tera === null ? null : tera * 1e12;
}

/** Peak memory bandwidth of a GPU, bytes a second. */
export function bandwidth(gpu: Gpu): number {
  return gpu.bandwidthGBps * 1e9;
}

/**
 * Shares of their nominal bandwidth that links reach in collective operations, and the fixed time of one call. By judgement, from what the
 * tests of NCCL commonly show; not measured here.
 */
export const interconnect = {
  nvlinkShare: 0.75,
  pcieShare: 0.7,
  networkShare: 0.8,
  nvlinkCallSeconds: 12e-6,
  pcieCallSeconds: 30e-6,
  /** For each node that a collective operation passes. */
  networkCallSeconds: 10e-6,
  /** PCIe 4.0 x16, one direction, GB/s: the link between GPUs without NVLink. */
  pcieGBps: 32,
  /** Assumed where the network of a machine is not known, Gbit/s. */
  networkGbps: 25,
} as const;

/** Bandwidth between two GPUs of one node that collective operations reach, bytes a second in one direction. */
export function linkBandwidth(gpu: Gpu): number {
  return gpu.nvlinkGBps === null
    ? interconnect.pcieGBps * 1e9 * interconnect.pcieShare
    : (gpu.nvlinkGBps / 2) * 1e9 * interconnect.nvlinkShare;
}

/** Network bandwidth of a whole node that collective operations reach, bytes a second in one direction. */
export function networkBandwidth(node: GpuNode): number {
  return (((node.networkGbps ?? interconnect.networkGbps) * 1e9) / 8) * interconnect.networkShare;
}

/**
 * Seconds of a ring all-reduce of `bytes` over the GPUs of one node: each GPU sends and receives 2 (n - 1) / n of the bytes.
 *
 * @see Patarasuk and Yuan 2009
 */
export function allReduceSeconds(gpu: Gpu, bytes: number, gpus: number): number {
  if (gpus <= 1) return 0;
  const call = gpu.nvlinkGBps === null ? interconnect.pcieCallSeconds : interconnect.nvlinkCallSeconds;
  return call + (((2 * (gpus - 1)) / gpus) * bytes) / linkBandwidth(gpu);
}

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

/** What one pass through the layers moves and computes. */
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

/** Peaks of what runs the pass. */
export type Machine = {
  /** Memory bandwidth, bytes a second. */
  readonly bandwidth: number;
  /** Operations a second. */
  readonly peakFlops: number;
  /** Whether `peakFlops` is of 8-bit arithmetic. @default false */
  readonly eightBit?: boolean;
  /** Peak at 16 bit, for the attention. @default `peakFlops` */
  readonly sixteenBitPeakFlops?: number;
};

/**
 * Seconds of one pass through the layers: sqrt(m^2 + c^2), where m is the time for memory and c the time for arithmetic, each at the share
 * of its peak that model code reaches. Near the point where m and c are equal both of them count, which the larger of the two would miss.
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

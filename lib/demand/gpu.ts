/**
 * What an estimate needs to know of a GPU; the catalogue has it. Peaks are dense, `null` for a precision that the GPU lacks.
 */
export type Gpu = {
  /** `L40S`, `H100`, `A100-80GB`. */
  readonly name: string;
  /** As the driver reports it. */
  readonly memoryGiB: number;
  /** Memory bandwidth, GB/s. */
  readonly bandwidthGBps: number;
  readonly bf16DenseTflops: number | null;
  readonly fp16DenseTflops: number | null;
  readonly fp8DenseTflops: number | null;
  readonly int8DenseTops: number | null;
  /** Both directions together; `null` without NVLink. */
  readonly nvlinkGBps: number | null;
};

/** Machines that carry such GPUs. */
export type GpuNode = {
  readonly gpus: number;
  /** Network of one node, Gbit/s; `null` where it is not known. */
  readonly networkGbps: number | null;
};

/** Precisions that a GPU computes in. */
export type Arithmetic = 'bf16' | 'fp16' | 'fp8' | 'int8';

/** Dense peak in operations a second, `null` where the GPU lacks the precision. */
export function peakFlops(gpu: Gpu, arithmetic: Arithmetic): number | null {
  const tera = { bf16: gpu.bf16DenseTflops, fp16: gpu.fp16DenseTflops, fp8: gpu.fp8DenseTflops, int8: gpu.int8DenseTops }[arithmetic];
  return tera === null ? null : tera * 1e12;
}

/** Bytes a second that its memory delivers at best. */
export function bandwidth(gpu: Gpu): number {
  return gpu.bandwidthGBps * 1e9;
}

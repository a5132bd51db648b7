import type { Gpu } from '../demand';
import { ProblemError } from '../problems';
import table from './data/gpus.json';
import { nearNames } from './near-names';

/**
 * What one GPU can do. Peaks are dense, `null` for a precision the GPU lacks; data sheets print figures of 2:4 sparsity, twice
 * as high.
 */
export type GpuFacts = Gpu & {
  readonly fp4DenseTflops: number | null;
  readonly powerWatts: number | null;
  /** How it can be divided, by profile and count: `1g.10gb(7) 2g.20gb(3)`; `null` where it cannot. */
  readonly mig: string | null;
  /** Where the figures come from, and when they were read. */
  readonly source: string;
  readonly asOf: string;
  /** False where a part of the figures has no source that was read. */
  readonly checked: boolean;
};

type GpuRow = {
  readonly gpu: string;
  readonly memoryGiB: number;
  readonly bandwidthGBps: number;
  readonly tflops: Readonly<Partial<Record<'bf16' | 'fp16' | 'fp8' | 'int8' | 'fp4', number>>>;
  readonly nvlinkGBps?: number;
  readonly powerWatts?: number;
  readonly mig?: string;
  readonly source: string;
  readonly checked: boolean;
};

const rows = table.gpus as readonly GpuRow[];
/** Names of all GPUs and accelerators that are known. */
export const gpuNames: readonly string[] = rows.map(({ gpu }) => gpu);

/**
 * Facts of a GPU by the name its offerings carry, in any case.
 *
 * @throws ProblemError `catalog/unknown-gpu` with near names; so for `A100`, which is sold with 40 and with 80 GB
 */
export function gpuFacts(name: string, path = 'gpu'): GpuFacts {
  const row = rows.find(({ gpu }) => gpu === name.toUpperCase());
  if (!row) {
    const sizes = gpuNames.filter((gpu) => gpu.startsWith(`${name.toUpperCase()}-`));
    throw new ProblemError({
      code: 'catalog/unknown-gpu',
      path,
      message: `GPU '${name}' is not in the catalogue`,
      hint: `did you mean ${(sizes.length > 0 ? sizes : nearNames(name, gpuNames)).join(', ')}?`,
    });
  }
  const { gpu, memoryGiB, bandwidthGBps, tflops, nvlinkGBps = null, powerWatts = null, mig = null, source, checked } = row;
  return {
    name: gpu,
    memoryGiB,
    bandwidthGBps,
    bf16DenseTflops: tflops.bf16 ?? null,
    fp16DenseTflops: tflops.fp16 ?? null,
    fp8DenseTflops: tflops.fp8 ?? null,
    int8DenseTops: tflops.int8 ?? null,
    fp4DenseTflops: tflops.fp4 ?? null,
    nvlinkGBps,
    powerWatts,
    mig,
    source,
    asOf: table.asOf,
    checked,
  };
}

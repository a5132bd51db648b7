import { ProblemError } from '../problems';
import table from './data/gpus.json';
import { nearNames } from './near-names';

/**
 * What one GPU can do. Peaks are dense, `null` for a precision the GPU lacks; data sheets print figures of 2:4 sparsity, twice
 * as high.
 */
export type GpuFacts = {
  /** `L40S`, `H100`, `A100-80GB`. */
  readonly name: string;
  readonly memoryGiB: number;
  /** Memory bandwidth, GB/s. */
  readonly bandwidthGBps: number;
  readonly bf16DenseTflops: number | null;
  readonly fp16DenseTflops: number | null;
  readonly fp8DenseTflops: number | null;
  readonly int8DenseTops: number | null;
  readonly fp4DenseTflops: number | null;
  /** Both directions together; `null` without NVLink. */
  readonly nvlinkGBps: number | null;
  readonly powerWatts: number | null;
  /** Where the figures come from. */
  readonly source: string;
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
  readonly source: string;
  readonly checked: boolean;
};

const rows = table.gpus as readonly GpuRow[];
const names = rows.map(({ gpu }) => gpu);

/**
 * Facts of a GPU by the name its offerings carry, in any case.
 *
 * @throws ProblemError `catalog/unknown-gpu` with near names; so for `A100`, which is sold with 40 and with 80 GB
 */
export function gpuFacts(name: string, path = 'gpu'): GpuFacts {
  const row = rows.find(({ gpu }) => gpu === name.toUpperCase());
  if (!row) {
    const sizes = names.filter((gpu) => gpu.startsWith(`${name.toUpperCase()}-`));
    throw new ProblemError({
      code: 'catalog/unknown-gpu',
      path,
      message: `GPU '${name}' is not in the catalogue`,
      hint: `did you mean ${(sizes.length > 0 ? sizes : nearNames(name, names)).join(', ')}?`,
    });
  }
  const { gpu, memoryGiB, bandwidthGBps, tflops, nvlinkGBps = null, powerWatts = null, source, checked } = row;
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
    source,
    checked,
  };
}

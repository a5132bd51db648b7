import { gpuFacts, type GpuFacts } from './gpus';
import { catalogEntries, type CatalogEntry, type CatalogFilter } from './listing';

/** A GPU with the cheapest way to have one for an hour. */
export type GpuComparison = {
  readonly gpu: GpuFacts;
  readonly cheapest: CatalogEntry;
  readonly usdPerGpuHour: number;
  /** By dense TFLOP/s at 16 bit, by GiB of memory, by TB/s of bandwidth, each for an hour. */
  readonly usdPerTflopHour: number | null;
  readonly usdPerGiBHour: number;
  readonly usdPerTBpsHour: number;
};

/**
 * Every GPU that a filter leaves at its cheapest price for one of it, cheapest arithmetic first: what compute-bound work costs
 * (prompts, training). Memory-bound work (answers) goes by bandwidth, and what must fit by memory.
 *
 * @throws ProblemError as `catalogEntries`
 */
export function compareGpus(filter: CatalogFilter): readonly GpuComparison[] {
  const cheapest = new Map<string, CatalogEntry>();
  for (const entry of catalogEntries(filter)) {
    if (entry.gpu === null || entry.usdPerGpuHour === null) continue;
    const best = cheapest.get(entry.gpu)?.usdPerGpuHour ?? Infinity;
    if (entry.usdPerGpuHour < best) cheapest.set(entry.gpu, entry);
  }
  return [...cheapest.values()]
    .map((entry): GpuComparison => {
      const gpu = gpuFacts(entry.gpu ?? '');
      const usdPerGpuHour = entry.usdPerGpuHour ?? NaN;
      return {
        gpu,
        cheapest: entry,
        usdPerGpuHour,
        usdPerTflopHour: entry.usdPerTflopHour,
        usdPerGiBHour: usdPerGpuHour / gpu.memoryGiB,
        usdPerTBpsHour: usdPerGpuHour / (gpu.bandwidthGBps / 1_000),
      };
    })
    .sort((a, b) => (a.usdPerTflopHour ?? Infinity) - (b.usdPerTflopHour ?? Infinity) || (a.gpu.name < b.gpu.name ? -1 : 1));
}

import type { GpuNode } from '../demand/gpu';
import { catalogEntries, type CatalogEntry, type ListedCapacity } from './listing';

export type MachineRequest = {
  readonly gpu: string;
  readonly region: string;
  readonly capacity: ListedCapacity;
  readonly instanceType?: string;
};

/** The machines with a GPU that an estimate may count on. */
export type Machines = {
  /** All of them, cheapest GPU first. Empty where none has a price. */
  readonly entries: readonly CatalogEntry[];
  /** Most GPUs that one machine has; 8 where none is known. */
  readonly mostGpus: number;
  /** The machine with most GPUs, for training; `null` where none has a price. */
  readonly largest: CatalogEntry | null;
  readonly node: GpuNode;
  /** USD an hour of `gpus` GPUs of one machine, which holds as many such shares as it can; `null` without a price. */
  readonly usdPerShareHour: (gpus: number) => { readonly usdPerHour: number; readonly entry: CatalogEntry } | null;
};

/** GPUs of a machine where the catalogue has none with that GPU. */
const usualGpus = 8;

/** @throws ProblemError as `catalogEntries` */
export function machinesFor({ gpu, region, capacity, instanceType }: MachineRequest): Machines {
  const entries = catalogEntries({ gpu, region, capacity: [capacity], minGpus: 1, instanceType })
    .slice()
    .sort((a, b) => perGpu(a) - perGpu(b) || (a.instanceType < b.instanceType ? -1 : 1));
  const largest = entries.reduce<CatalogEntry | null>((best, entry) => (entry.gpus > (best?.gpus ?? 0) ? entry : best), null);
  return {
    entries,
    mostGpus: largest?.gpus ?? usualGpus,
    largest,
    node: { gpus: largest?.gpus ?? usualGpus, networkGbps: largest?.networkGbps ?? null },
    usdPerShareHour: (gpus) => {
      const shares = entries
        .filter((entry) => entry.gpus >= gpus)
        .map((entry) => ({ entry, usdPerHour: entry.usdPerHour / Math.floor(entry.gpus / gpus) }));
      return shares.reduce<(typeof shares)[number] | null>(
        (best, share) => (best === null || share.usdPerHour < best.usdPerHour ? share : best),
        null,
      );
    },
  };
}

function perGpu({ usdPerGpuHour }: CatalogEntry): number {
  return usdPerGpuHour ?? Infinity;
}

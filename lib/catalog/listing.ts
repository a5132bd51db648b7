import { ProblemError } from '../problems';
import { gpuFacts, type GpuFacts, gpuNames } from './gpus';
import { type InstanceFacts, instanceTable, quotaCode, type RegionPrice } from './instances';
import { nearNames } from './near-names';

/** Kinds of price that the catalogue holds; `reserved` is for a year. */
export type ListedCapacity = 'on-demand' | 'spot' | 'reserved';

export const listedCapacities: readonly ListedCapacity[] = ['on-demand', 'spot', 'reserved'];

/** An instance type at one of its prices in a region. */
export type CatalogEntry = {
  readonly instanceType: string;
  readonly capacityType: ListedCapacity;
  readonly region: string;
  /** GPU, or another accelerator, which Kubernetes does not count as a GPU; `null` without one. */
  readonly gpu: string | null;
  readonly gpus: number;
  readonly gpuMemoryGiB: number | null;
  readonly vCpu: number;
  readonly memoryGiB: number;
  readonly networkGbps: number | null;
  readonly efaInterfaces: number;
  readonly localNvmeGB: number;
  readonly arch: 'amd64' | 'arm64';
  /** What pods may use, before DaemonSets. */
  readonly allocatableCpuMilli: number | null;
  readonly allocatableMemoryMiB: number | null;
  readonly maxPods: number | null;
  readonly quotaCode: string | null;
  readonly usdPerHour: number;
  /** `null` without a GPU. */
  readonly usdPerGpuHour: number | null;
  /** USD an hour of one dense TFLOP/s at 16 bit. */
  readonly usdPerTflopHour: number | null;
  readonly price: ListedPrice;
};

export type ListedPrice = {
  readonly source: string;
  readonly asOf: string;
  readonly estimated: boolean;
  /** Of spot: the share interrupted in a month, as the provider states it. */
  readonly interruption: string | null;
};

export type CatalogFilter = {
  readonly region: string;
  readonly instanceType?: string;
  readonly gpu?: string;
  readonly capacity?: readonly ListedCapacity[];
  readonly minGpus?: number;
  /** Where a field stands, for messages. @default its name */
  readonly path?: (field: 'region' | 'gpu' | 'instanceType') => string;
};

/** Regions with a price, by name. */
export const regions: readonly string[] = Object.keys(instanceTable.regions).sort();

/**
 * Every instance type at every price that a filter leaves, by type and then capacity.
 *
 * @throws ProblemError `catalog/unknown-region`, `catalog/unknown-gpu`, `catalog/unknown-instance`
 */
export function catalogEntries(filter: CatalogFilter): readonly CatalogEntry[] {
  const { region, instanceType, gpu, capacity = listedCapacities, minGpus = 0, path = (field) => field } = filter;
  if (!regions.includes(region)) {
    throw new ProblemError({
      code: 'catalog/unknown-region',
      path: path('region'),
      message: `no price is known in region '${region}'`,
      hint: `prices are known in ${regions.join(', ')}`,
    });
  }
  const wanted = gpu === undefined ? undefined : gpuFacts(gpu, path('gpu')).name;
  if (instanceType !== undefined && !instanceTable.instances.some(({ type }) => type === instanceType)) {
    const near = nearNames(
      instanceType,
      instanceTable.instances.map(({ type }) => type),
    );
    throw new ProblemError({
      code: 'catalog/unknown-instance',
      path: path('instanceType'),
      message: `instance type '${instanceType}' is not in the catalogue`,
      hint: `did you mean ${near.join(', ')}?`,
    });
  }
  return instanceTable.instances
    .filter((facts) => instanceType === undefined || facts.type === instanceType)
    .filter((facts) => wanted === undefined || (facts.gpu ?? facts.accelerator) === wanted)
    .filter((facts) => facts.gpus >= minGpus)
    .flatMap((facts) => entriesOf(facts, region, capacity));
}

function entriesOf(facts: InstanceFacts, region: string, capacity: readonly ListedCapacity[]): readonly CatalogEntry[] {
  const prices = Object.hasOwn(facts.usd, region) ? facts.usd[region] : undefined;
  if (prices === undefined) return [];
  const chip = facts.gpu ?? facts.accelerator ?? null;
  const chipFacts = chip !== null && gpuNames.includes(chip) ? gpuFacts(chip) : null;
  const tflops = chipFacts?.bf16DenseTflops ?? chipFacts?.fp16DenseTflops ?? null;
  return listedCapacities
    .filter((type) => capacity.includes(type))
    .flatMap((capacityType) => {
      const usdPerHour = usd(prices, capacityType);
      if (usdPerHour === undefined) return [];
      const usdPerGpuHour = facts.gpus > 0 ? usdPerHour / facts.gpus : null;
      return [
        {
          instanceType: facts.type,
          capacityType,
          region,
          gpu: chip,
          gpus: facts.gpus,
          gpuMemoryGiB: facts.gpuMemoryGiB ?? null,
          vCpu: facts.vCpu,
          memoryGiB: facts.memoryGiB,
          networkGbps: facts.networkGbps ?? null,
          efaInterfaces: facts.efa,
          localNvmeGB: facts.nvmeGB,
          arch: facts.arch,
          allocatableCpuMilli: facts.cpuMilli ?? null,
          allocatableMemoryMiB: facts.memoryMiB ?? null,
          maxPods: facts.maxPods ?? null,
          quotaCode: quotaCode(facts.type, capacityType),
          usdPerHour,
          usdPerGpuHour,
          usdPerTflopHour: usdPerGpuHour === null || tflops === null ? null : usdPerGpuHour / tflops,
          price: priceFacts(prices, capacityType, region),
        },
      ];
    });
}

function usd(prices: RegionPrice, capacityType: ListedCapacity): number | undefined {
  return { 'on-demand': prices.onDemand, spot: prices.spot, reserved: prices.reserved1y }[capacityType];
}

function priceFacts(prices: RegionPrice, capacityType: ListedCapacity, region: string): ListedPrice {
  if (capacityType === 'spot') {
    return { source: instanceTable.sources.spot, asOf: instanceTable.spotAsOf, estimated: true, interruption: prices.interruption ?? null };
  }
  if (capacityType === 'reserved') return { ...reservedSource, estimated: false, interruption: null };
  return { ...instanceTable.regions[region], estimated: false, interruption: null };
}

/** Reserved prices come from one source in all regions, whatever that of the on-demand price. */
const reservedSource = instanceTable.regions['eu-central-1'];

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
    const lowest = cheapest.get(entry.gpu)?.usdPerGpuHour ?? Infinity;
    if (entry.usdPerGpuHour < lowest) cheapest.set(entry.gpu, entry);
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

import { type GpuNode, interruptionsPerGpuHour, spotInterruptionsPerHour } from '../demand';
import { type Problem, ProblemError } from '../problems';
import { type InstanceFacts, instanceTable } from './instances';
import { catalogEntries, type CatalogEntry, type CatalogFilter, type ListedCapacity, regions } from './listing';

export type MachineRequest = {
  readonly gpu: string;
  readonly region: string;
  readonly capacity: ListedCapacity;
  readonly instanceType?: string;
  /** Where a field stands, for messages. @default its name */
  readonly path?: CatalogFilter['path'];
};

/** The machines with a GPU that an estimate may count on. */
export type Machines = {
  /** All that have a price, cheapest GPU first. */
  readonly entries: readonly CatalogEntry[];
  /** Most GPUs that one machine has. */
  readonly mostGpus: number;
  /** The machine with most GPUs, for training; `null` where none has a price. */
  readonly largest: CatalogEntry | null;
  /** Of the largest machine with a price, else of the largest there is. */
  readonly node: GpuNode;
  /** USD an hour of `gpus` GPUs of one machine, which holds as many such shares as it can; `null` without a price. */
  readonly usdPerShareHour: (gpus: number) => { readonly usdPerHour: number; readonly entry: CatalogEntry } | null;
  /** That none has a price, as a sentence; `null` where one has. */
  readonly unpriced: string | null;
};

/**
 * The machines that have a GPU of a type, and what one GPU of them costs in a region.
 *
 * @throws ProblemError as `catalogEntries`, `estimate/instance-without-gpu`, `estimate/no-machine`
 */
export function machinesFor({ gpu, region, capacity, instanceType, path = (field) => field }: MachineRequest): Machines {
  const entries = catalogEntries({ gpu, region, capacity: [capacity], minGpus: 1, instanceType, path })
    .slice()
    .sort((a, b) => perGpu(a) - perGpu(b) || (a.instanceType < b.instanceType ? -1 : 1));
  const withGpu = instanceTable.instances.filter((facts) => facts.gpu === gpu && facts.gpus > 0);
  const able = withGpu.filter(({ type }) => instanceType === undefined || type === instanceType);
  if (able.length === 0) throw new ProblemError(withoutGpu(gpu, instanceType, withGpu, path));
  const largest = entries.length === 0 ? null : withMostGpus(entries);
  const node = largest ?? withMostGpus(able);
  return {
    entries,
    mostGpus: node.gpus,
    largest,
    node: { gpus: node.gpus, networkGbps: node.networkGbps ?? null },
    usdPerShareHour: (gpus) => {
      const shares = entries
        .filter((entry) => entry.gpus >= gpus)
        .map((entry) => ({ entry, usdPerHour: entry.usdPerHour / Math.floor(entry.gpus / gpus) }));
      return shares.reduce<(typeof shares)[number] | null>(
        (best, share) => (best === null || share.usdPerHour < best.usdPerHour ? share : best),
        null,
      );
    },
    unpriced: entries.length > 0 ? null : withoutPrice({ gpu, region, capacity, instanceType }, withMostGpus(able)),
  };
}

function withMostGpus<T extends { readonly gpus: number }>(machines: readonly T[]): T {
  return machines.reduce((best, machine) => (machine.gpus > best.gpus ? machine : best));
}

function withoutGpu(
  gpu: string,
  instanceType: string | undefined,
  withGpu: readonly InstanceFacts[],
  path: NonNullable<CatalogFilter['path']>,
): Problem {
  if (instanceType === undefined) return { code: 'estimate/no-machine', path: path('gpu'), message: `no machine with ${gpu} is known` };
  const has = instanceTable.instances.find(({ type }) => type === instanceType);
  return {
    code: 'estimate/instance-without-gpu',
    path: path('instanceType'),
    message: `${instanceType} has no ${gpu}`,
    expected: withGpu.map(({ type }) => type).join(' or '),
    received: has?.gpu ? `${instanceType} with ${has.gpu}` : instanceType,
    hint: 'name a machine with that GPU, or leave it out: all of them are then looked at',
  };
}

function withoutPrice({ gpu, region, capacity, instanceType }: MachineRequest, machine: InstanceFacts): string {
  const isPricedIn = (other: string) => catalogEntries({ gpu, region: other, capacity: [capacity], minGpus: 1, instanceType }).length > 0;
  const where = regions.filter(isPricedIn);
  const network = machine.networkGbps === undefined ? '' : ` and ${machine.networkGbps} Gbit/s`;
  return `no ${capacity} price of ${instanceType ?? gpu} is known in ${region}, so no cost is shown; ${where.length > 0 ? `one is known in ${where.join(', ')}` : 'nor is one in any other region'}. A node is taken to be a ${machine.type}, with ${machine.gpus} GPU${machine.gpus === 1 ? '' : 's'}${network}`;
}

function perGpu({ usdPerGpuHour }: CatalogEntry): number {
  return usdPerGpuHour ?? Infinity;
}

/** Share interrupted in a month that `>20%` is taken for. */
const openEnd = 0.3;

/**
 * How often one GPU of a machine is lost in an hour: by hardware that fails and, of spot, by the upper end of what the provider states
 * for the machine, spread over its GPUs.
 *
 * @param interruption as the provider states it, `5-10%` or `>20%`; `null` where nothing is stated or the machine is no spot
 */
export function interruptionsOfGpu(interruption: string | null, gpus: number): number {
  const stated = /(\d+)%$/.exec(interruption ?? '');
  if (interruption === null || stated === null) return interruptionsPerGpuHour;
  const monthly = interruption.startsWith('>') ? openEnd : Number(stated[1]) / 100;
  return spotInterruptionsPerHour(monthly) / gpus + interruptionsPerGpuHour;
}

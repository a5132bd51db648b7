import table from './data/instances.json';

/** Price of one hour in one region, USD. What is not there is not known. */
export type RegionPrice = {
  readonly onDemand: number;
  readonly reserved1y?: number;
  /** An estimate: on-demand less the savings that the provider states. */
  readonly spot?: number;
  readonly interruption?: string;
};

/** Facts of one instance type. What is not there is not known. */
export type InstanceFacts = {
  readonly type: string;
  readonly gpu?: string;
  readonly gpuMemoryGiB?: number;
  /** An accelerator that is no GPU (Trainium, Inferentia); `gpus` is then 0. */
  readonly accelerator?: string;
  readonly gpus: number;
  readonly vCpu: number;
  readonly memoryGiB: number;
  readonly networkGbps?: number;
  readonly efa: number;
  readonly nvmeGB: number;
  readonly arch: 'amd64' | 'arm64';
  /** Allocatable after the kubelet and the system. */
  readonly cpuMilli?: number;
  readonly memoryMiB?: number;
  readonly maxPods?: number;
  readonly usd: Readonly<Record<string, RegionPrice>>;
};

export type PriceSource = { readonly source: string; readonly asOf: string };

type InstanceTable = {
  readonly sources: { readonly facts: string; readonly spot: string };
  readonly factsAsOf: string;
  readonly spotAsOf: string;
  readonly regions: Readonly<Record<string, PriceSource>>;
  readonly instances: readonly InstanceFacts[];
};

/** Instance types and prices, as `scripts/catalog.ts` wrote them; sources and dates stand in the file. */
export const instanceTable = table as InstanceTable;

/** By instance type. */
export const instancesByType: ReadonlyMap<string, InstanceFacts> = new Map(instanceTable.instances.map((facts) => [facts.type, facts]));

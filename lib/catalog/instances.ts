import instances from './data/instances.json';
import quotas from './data/quotas.json';
import type { CapacityType } from './offering';

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
export const instanceTable = instances as InstanceTable;

/** By instance type. */
export const instancesByType: ReadonlyMap<string, InstanceFacts> = new Map(instanceTable.instances.map((facts) => [facts.type, facts]));

/**
 * The EC2 service quota that the vCPU of an instance type count against: by family, and apart for spot. A reservation counts as
 * on-demand, a capacity block against none.
 *
 * @returns `null` where no quota is known (spot of P6)
 */
export function quotaCode(instanceType: string, capacityType: CapacityType): string | null {
  if (capacityType === 'capacity-block') return null;
  const capacity = capacityType === 'spot' ? 'spot' : 'on-demand';
  const [, letters = '', generation = ''] = /^([a-z]+)(\d*)/.exec(instanceType) ?? [];
  const family = letters.charAt(0).toUpperCase() + letters.slice(1);
  const names = [`${family}${generation}`, family === 'Gr' ? 'G' : family];
  return quotas.quotas.find((quota) => quota.capacity === capacity && quota.families.some((name) => names.includes(name)))?.code ?? null;
}

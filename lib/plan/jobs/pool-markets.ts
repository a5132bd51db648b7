import type { Offering } from '../../catalog';
import type { CapacityConfig, WorkloadConfig } from '../../config';
import type { DeferrableProblem } from '../../sizing';
import { gpuTypesOf } from '../supply';
import type { OtherLoad } from './other-load';

/** The markets of a pool: one, or as many as there are kinds of node that its workloads treat differently. */
export type PoolMarkets = {
  readonly joint: NonNullable<DeferrableProblem['joint']>;
  /** Whether spot is a market of its own, for jobs that name it; what else runs there is on the others, be they spot in part. */
  readonly tellsSpot: boolean;
  /** Whether all workloads tell spot from other nodes, so that nothing but they is on spot. */
  readonly allTellSpot: boolean;
  readonly ofNode: (node: Pick<Offering, 'gpuName'>, onSpot?: boolean) => string;
  /** That a workload runs in, or runs in on spot. */
  readonly ofWorkload: (name: string, onSpot?: boolean) => string;
};

/** The kinds of node that a job names; `undefined` where it runs on any of its pool. */
export function capacityOf(workload: WorkloadConfig): readonly ('on-demand' | 'spot')[] | undefined {
  return workload.kind === 'training' ? workload.capacity : undefined;
}

/**
 * GPU types are told apart where some workload may use some of them only (`replica.gpuTypes`), those that all treat alike as one; spot from
 * other nodes where a job names it.
 *
 * @param isOneMarket whether nothing is to be told apart
 */
export function marketsOfPool(
  {
    config,
    offerings,
    demands,
    jobs,
  }: Pick<OtherLoad, 'config' | 'offerings' | 'demands'> & { readonly jobs: readonly { readonly name: string }[] },
  pool: string,
  isOneMarket = false,
): PoolMarkets {
  const workloadOf = (name: string) => config.workloads[name];
  const names = [...new Set([...Object.keys(demands), ...jobs.map(({ name }) => name)])].filter((name) => workloadOf(name).pool === pool);
  if (isOneMarket) return { joint: [], tellsSpot: false, allTellSpot: false, ofNode: () => pool, ofWorkload: () => pool };
  const markets = typeMarkets(config, offerings[pool], names);
  const hasSpot = offerings[pool].some(({ capacityType }) => capacityType === 'spot');
  const tellsSpot = hasSpot && names.some((name) => capacityOf(workloadOf(name))?.includes('spot'));
  const nameOf = (types: readonly string[], onSpot: boolean) =>
    [pool, ...(types.length > 0 ? [types.join('+')] : []), ...(onSpot ? ['spot'] : [])].join('/');
  const membersOf = (name: string) =>
    markets.filter((market) => market.every((type) => gpuTypesOf(name, workloadOf(name))?.includes(type) ?? true));
  const ofWorkload = (name: string, onSpot = false) => {
    const members = membersOf(name);
    return nameOf(members.length === markets.length ? [] : members.flat(), onSpot);
  };
  const joint = new Map(
    (tellsSpot ? [false, true] : [false]).flatMap((onSpot) =>
      names.flatMap((name) => {
        const of = membersOf(name).map((market) => nameOf(market, onSpot));
        const own = ofWorkload(name, onSpot);
        return of.length > 1 ? [[own, { name: own, of }] as const] : [];
      }),
    ),
  );
  const marketWith = (type: string | null) => markets.find((market) => market.includes(type ?? '')) ?? [];
  return {
    joint: [...joint.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    tellsSpot,
    allTellSpot: names.every((name) => capacityOf(workloadOf(name)) !== undefined),
    ofNode: ({ gpuName }, onSpot = false) => nameOf(markets.length < 2 ? [] : marketWith(gpuName), onSpot),
    ofWorkload,
  };
}

/** GPU types of a pool by market. */
function typeMarkets(
  { workloads }: CapacityConfig,
  offerings: readonly Offering[],
  names: readonly string[],
): readonly (readonly string[])[] {
  const usersOf = (type: string) => names.filter((name) => gpuTypesOf(name, workloads[name])?.includes(type) ?? true).join();
  const kinds = new Map<string, string[]>();
  for (const type of [...new Set(offerings.flatMap(({ gpuName }) => gpuName ?? []))].sort())
    kinds.set(usersOf(type), [...(kinds.get(usersOf(type)) ?? []), type]);
  return [...kinds.values()];
}

import type { DeferrableProblem } from '../../sizing';
import { gpuTypesOf } from '../supply';
import type { OtherLoad } from './other-load';

/** The markets of a pool: one, or where some of its workloads may use some of its GPU types only, one for the types that all treat alike. */
export type PoolMarkets = {
  readonly joint: NonNullable<DeferrableProblem['joint']>;
  /** That of nodes with such GPUs. */
  readonly ofType: (gpuName: string | null) => string;
  /** That a workload runs in. */
  readonly ofWorkload: (name: string) => string;
};

/** @param isOneMarket whether nothing is to be told apart */
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
  const types = [...new Set(offerings[pool].flatMap(({ gpuName }) => gpuName ?? []))].sort();
  const names = [...new Set([...Object.keys(demands), ...jobs.map(({ name }) => name)])].filter(
    (name) => config.workloads[name].pool === pool,
  );
  const allowed = new Map(names.map((name) => [name, gpuTypesOf(name, config.workloads[name])]));
  const usersOf = (type: string) => names.filter((name) => allowed.get(name)?.includes(type) ?? true).join();
  const kinds = new Map<string, string[]>();
  for (const type of types) kinds.set(usersOf(type), [...(kinds.get(usersOf(type)) ?? []), type]);
  if (isOneMarket || kinds.size < 2) return { joint: [], ofType: () => pool, ofWorkload: () => pool };
  const nameOf = (of: readonly string[]) => `${pool}/${of.join('+')}`;
  const markets = [...kinds.values()].map((of) => ({ name: nameOf(of), types: of }));
  const membersOf = (name: string) => markets.filter((market) => market.types.every((type) => allowed.get(name)?.includes(type) ?? true));
  const marketOf = (name: string) => {
    const members = membersOf(name);
    return members.length === markets.length ? pool : nameOf(members.flatMap((market) => market.types));
  };
  const joint = new Map(
    names.flatMap((name) => {
      const of = membersOf(name).map((market) => market.name);
      return of.length > 1 ? [[marketOf(name), { name: marketOf(name), of }] as const] : [];
    }),
  );
  return {
    joint: [...joint.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    ofType: (gpuName) => markets.find((market) => market.types.includes(gpuName ?? ''))?.name ?? pool,
    ofWorkload: marketOf,
  };
}

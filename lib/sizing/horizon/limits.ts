import type { HorizonLimit, HorizonOffering } from './types';

/** Limits over all offerings of a problem, in few words. */
export type UsualLimits = {
  /** vCPU by code; a code that is not here is unlimited. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** GPUs of all nodes. */
  readonly gpuCeiling?: number | null;
  /** Largest part of the GPUs of all nodes that may be spot, 0..1. */
  readonly spotShare?: number;
};

/** @param quotaOf code that the vCPU of an offering count against */
export function usualLimits<Offering extends HorizonOffering>(
  offerings: readonly Offering[],
  { quotas = {}, gpuCeiling = null, spotShare = 1 }: UsualLimits,
  quotaOf: (offering: Offering) => string | null,
): readonly HorizonLimit[] {
  const ceiling = { name: 'ceiling', kind: 'ceiling', path: 'limits.gpuCeiling', title: 'ceiling', unit: 'GPU' } as const;
  const spot = offerings.filter(({ capacityType, gpus }) => capacityType === 'spot' && gpus > 0).map(({ name }) => name);
  const gpus = sizesOf(offerings, (offering) => offering.gpus);
  return [
    ...Object.keys(quotas).map((code) =>
      quotaLimit(
        code,
        quotas[code],
        sizesOf(offerings, (offering) => (quotaOf(offering) === code ? offering.vCpu : 0)),
      ),
    ),
    ...(gpuCeiling === null ? [] : [{ ...ceiling, sizes: gpus, most: gpuCeiling }]),
    ...(spotShare >= 1 || spot.length === 0 ? [] : [spotLimit('spotShare', spotShare, 'GPU', gpus, spot)]),
  ];
}

export function quotaLimit(code: string, most: number, sizes: HorizonLimit['sizes']): HorizonLimit {
  return { name: `quota.${code}`, kind: 'quota', path: `limits.quotas.${code}`, title: `quota ${code}`, unit: 'vCPU', sizes, most };
}

export function spotLimit(
  name: string,
  share: number,
  unit: HorizonLimit['unit'],
  sizes: HorizonLimit['sizes'],
  part: readonly string[],
): HorizonLimit {
  return { name, kind: 'spot-share', path: 'limits.spotShare', title: 'spot', unit, sizes, share, part };
}

/** What a node of each offering counts; those that count nothing are left out. */
export function sizesOf<Offering extends { readonly name: string }>(
  offerings: readonly Offering[],
  size: (offering: Offering) => number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(offerings.flatMap((offering) => (size(offering) > 0 ? [[offering.name, size(offering)] as const] : [])));
}

/** A limit as a row of the program: sum of weight x nodes <= upper. Of a share: part - share x all <= 0. */
export function weightOf(limit: HorizonLimit, offering: string): number {
  const size = Object.hasOwn(limit.sizes, offering) ? limit.sizes[offering] : 0;
  return 'most' in limit ? size : size * ((limit.part.includes(offering) ? 1 : 0) - limit.share);
}

/** Sum of size x nodes, and of a share that of its part. */
export function usedOf(limit: HorizonLimit, nodesOf: (offering: string) => number): { readonly used: number; readonly available: number } {
  const sum = (names: readonly string[]) =>
    names.reduce((total, name) => total + (Object.hasOwn(limit.sizes, name) ? limit.sizes[name] * nodesOf(name) : 0), 0);
  const all = sum(Object.keys(limit.sizes).sort());
  return 'most' in limit ? { used: all, available: limit.most } : { used: sum(limit.part), available: limit.share * all };
}

/** Weights of a share are fractions: their sums leave crumbs. */
export const tolerance = 1e-6;

export function holds(limit: HorizonLimit, nodesOf: (offering: string) => number): boolean {
  const { used, available } = usedOf(limit, nodesOf);
  return used <= available + tolerance;
}

import type { HorizonLimit } from './horizon';

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

/** Quotas, ceilings, sizes of node groups, shares; each by name. */
export function inOrder(a: HorizonLimit, b: HorizonLimit): number {
  const rank = { quota: 0, ceiling: 1, 'group-size': 2, 'spot-share': 3, 'spot-type': 4, 'zone-share': 5 };
  return rank[a.kind] - rank[b.kind] || compareText(a.name, b.name);
}

/** By code units: the same order in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

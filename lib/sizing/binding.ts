import type { Offering } from '../catalog/offering';
import { type Counts, type Limit, tolerance, usedOf } from './limits';
import { compareText, type PoolModel, sizeIn } from './pool-model';
import type { BindingFact } from './types';

/** The nodes of one segment. */
export type SegmentCounts = { readonly from: number; readonly counts: Counts };

/**
 * The limits that leave no room for one more node of the cheapest offering they concern, each with its figures in the first
 * segment where that is so. A share of spot only counts where its pool runs nodes.
 */
export function bindingLimits(
  pools: readonly PoolModel[],
  limits: readonly Limit[],
  segments: readonly SegmentCounts[],
): readonly BindingFact[] {
  return limits.flatMap((limit) => {
    const concerned = pools.flatMap((pool) =>
      (limit.weights.get(pool.name) ?? []).flatMap((weight, index) => (weight > 0 ? [{ offering: pool.offerings[index], weight }] : [])),
    );
    if (concerned.length === 0) return [];
    const { weight } = concerned.reduce((best, other) => (isCheaper(other.offering, best.offering) ? other : best));
    const first = segments.find(({ counts }) => {
      if (limit.kind === 'spot-share' && (counts.get(limit.subject) ?? []).every((nodes) => nodes === 0)) return false;
      return usedOf(limit, counts) + weight > limit.available + tolerance;
    });
    return first ? [{ limit: limit.key, ...usage(pools, limit, first.counts), unit: limit.unit, at: first.from }] : [];
  });
}

function usage(pools: readonly PoolModel[], limit: Limit, counts: Counts): { used: number; available: number } {
  if (limit.kind !== 'spot-share') return { used: usedOf(limit, counts), available: limit.available };
  const pool = pools.find(({ name }) => name === limit.subject);
  const nodes = counts.get(limit.subject) ?? [];
  let [spot, all] = [0, 0];
  pool?.offerings.forEach((offering, index) => {
    const size = nodes[index] * sizeIn(limit.unit, offering);
    all += size;
    if (offering.capacityType === 'spot') spot += size;
  });
  return { used: spot, available: (pool?.spotShare ?? 0) * all };
}

function isCheaper(a: Offering, b: Offering): boolean {
  return a.usdPerHour < b.usdPerHour || (a.usdPerHour === b.usdPerHour && compareText(a.id, b.id) < 0);
}

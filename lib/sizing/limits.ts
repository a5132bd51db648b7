import { compareText, type PoolModel, shareUnit, sizeIn } from './pool-model';
import type { SizingLimits } from './types';

/** Nodes by pool: one number an offering, in the order of the model. */
export type Counts = ReadonlyMap<string, readonly number[]>;

/**
 * A limit as a row of the program: sum of weight x nodes <= available.
 *
 * The share of spot is such a row too: spot - share x all <= 0, in GPUs or vCPU.
 */
export type Limit = {
  /** `quota.L-DB2E81BA`, `pool.l40s.ceiling`, `pool.l40s.spotShare`. */
  readonly key: string;
  readonly kind: 'quota' | 'ceiling' | 'spot-share';
  /** Of a quota: its code. Of the others: the pool. */
  readonly subject: string;
  readonly available: number;
  readonly unit: 'GPU' | 'vCPU' | 'nodes';
  /** By pool that it concerns: one weight an offering. */
  readonly weights: ReadonlyMap<string, readonly number[]>;
};

/** All limits but the budget, in canonical order: quotas by code, then by pool its ceiling and its share of spot. */
export function limitsOf(pools: readonly PoolModel[], { quotas }: SizingLimits): readonly Limit[] {
  const ofQuotas = Object.keys(quotas)
    .sort(compareText)
    .map((code): Limit => {
      const weights = pools.map(
        (pool) => [pool.name, pool.offerings.map((offering) => (offering.quotaCode === code ? offering.vCpu : 0))] as const,
      );
      const concerned = weights.filter(([, byOffering]) => byOffering.some((weight) => weight > 0));
      return { key: `quota.${code}`, kind: 'quota', subject: code, available: quotas[code], unit: 'vCPU', weights: new Map(concerned) };
    });
  return [
    ...ofQuotas.filter(({ weights }) => weights.size > 0),
    ...pools.flatMap((pool) => [...ceilingOf(pool), ...spotShareOf(pool, pool.spotShare)]),
  ];
}

/** Those that concern a pool of the group. */
export function limitsOn(limits: readonly Limit[], group: readonly PoolModel[]): readonly Limit[] {
  return limits.filter(({ weights }) => group.some(({ name }) => weights.has(name)));
}

/** Sum of weight x nodes. */
export function usedOf({ weights }: Limit, counts: Counts): number {
  let used = 0;
  for (const [pool, byOffering] of weights) {
    const nodes = counts.get(pool);
    if (nodes) byOffering.forEach((weight, index) => (used += weight * nodes[index]));
  }
  return used;
}

/** Weights of the share of spot are fractions: their sums leave crumbs. */
export const tolerance = 1e-6;

export function holds(limit: Limit, counts: Counts): boolean {
  return usedOf(limit, counts) <= limit.available + tolerance;
}

/** None where the share is no limit: no spot in the pool, or all of it may be. */
export function spotShareOf(pool: PoolModel, share: number): readonly Limit[] {
  if (share >= 1 || !pool.offerings.some(({ capacityType }) => capacityType === 'spot')) return [];
  const unit = shareUnit(pool);
  const weights = pool.offerings.map((offering) => sizeIn(unit, offering) * ((offering.capacityType === 'spot' ? 1 : 0) - share));
  return [
    {
      key: `pool.${pool.name}.spotShare`,
      kind: 'spot-share',
      subject: pool.name,
      available: 0,
      unit,
      weights: new Map([[pool.name, weights]]),
    },
  ];
}

function ceilingOf(pool: PoolModel): readonly Limit[] {
  if (pool.ceiling === null) return [];
  const { amount, unit } = pool.ceiling;
  const weights = pool.offerings.map((offering) => sizeIn(unit, offering));
  return [
    {
      key: `pool.${pool.name}.ceiling`,
      kind: 'ceiling',
      subject: pool.name,
      available: amount,
      unit,
      weights: new Map([[pool.name, weights]]),
    },
  ];
}

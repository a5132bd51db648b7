import { quotaLimit, sizesOf, spotLimit } from '../../lib/sizing/problem/limits';
import type { HorizonLimit, HorizonOffering } from '../../lib/sizing/problem/horizon';

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

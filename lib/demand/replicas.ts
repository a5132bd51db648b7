/**
 * Whole replicas for a load: ceil(load / aim), at least one.
 *
 * @param load in the unit of the throughput, >= 0
 * @param aim load that one replica should carry: throughput x target utilisation, > 0
 */
export function replicasFor(load: number, aim: number): number {
  return Math.max(1, ceilTolerant(load / aim));
}

/** The next whole number, where 11.999999999 and 12.000000001 are both 12: division leaves such crumbs. */
export function ceilTolerant(value: number): number {
  return Math.ceil(value - 1e-9 * Math.max(1, Math.abs(value))) + 0;
}

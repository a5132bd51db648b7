import type { CapacityConfig } from './schema';

/**
 * Whether the cluster can be told to follow its floors and targets exactly. An HPA does nothing within a tenth of its target, so 19
 * replicas stand for a floor of 20; since Kubernetes 1.35 the tolerance can be set (KEP-4951), and since KEDA 2.18 through a
 * ScaledObject.
 */
export function hasExactTolerance({ cluster }: Pick<CapacityConfig, 'cluster'>): boolean {
  return Number(cluster.version.split('.')[1]) >= 35;
}

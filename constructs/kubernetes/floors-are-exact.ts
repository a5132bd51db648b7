import type { CapacityConfig } from '../../lib/config/schema';

/**
 * Whether the cluster can be told to reach a floor exactly. An HPA does nothing within a tenth of its target, so 19 replicas
 * stand for a floor of 20; since Kubernetes 1.35 the tolerance can be set (KEP-4951), and since KEDA 2.18 through a ScaledObject.
 */
export function floorsAreExact({ cluster }: CapacityConfig): boolean {
  return Number(cluster.version.split('.')[1]) >= 35;
}

import { isAutoscaled, scalerOf } from './kinds';
import type { CapacityConfig } from './schema';

/** What has the replicas of a workload, and the HorizontalPodAutoscaler that moves them, both in one namespace. */
export type ScaledBy = {
  readonly namespace: string;
  readonly target: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly autoscaler: string;
};

/** An attached workload says what it is; another one is a Deployment of its name. The HPA has its name, but for one that KEDA makes. */
export function scaledBy({ workloads, namespace }: Pick<CapacityConfig, 'workloads' | 'namespace'>, name: string): ScaledBy {
  const workload = workloads[name];
  const { apiVersion = 'apps/v1', kind = 'Deployment', name: target = name, namespace: own, takesOver } = workload.attach ?? {};
  const isPlain = isAutoscaled(workload) && scalerOf(workload) === 'hpa';
  return {
    namespace: own ?? namespace.name,
    target: { apiVersion, kind, name: target },
    autoscaler: takesOver ?? (isPlain ? name : `keda-hpa-${name}`),
  };
}

import { gpuLabel, gpuLabelValue, type NodeGroupPlan, type PoolPlan } from '../../lib/plan/file';

/**
 * The labels of the nodes of a group, by which pods select nodes: the pool, the capacity type, the type of GPU where there
 * is one, and those that the pool has of its own.
 */
export function nodeLabels(poolName: string, { nodeSelector }: PoolPlan, { capacityType, node }: NodeGroupPlan): Record<string, string> {
  return {
    ...nodeSelector,
    'foresize.dev/pool': poolName,
    'foresize.dev/capacity-type': capacityType,
    ...(node.gpuName === null ? {} : { [gpuLabel]: gpuLabelValue(node.gpuName) }),
  };
}

/** The taints of the nodes of a group, with their effects in the words of Kubernetes: that of GPUs where it has some, and those of its pool. */
export function nodeTaints({ taints = [] }: PoolPlan, { node }: NodeGroupPlan): PlannedTaint[] {
  return [...(node.gpus > 0 ? [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' as const }] : []), ...taints];
}

type PlannedTaint = NonNullable<PoolPlan['taints']>[number];

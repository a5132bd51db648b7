import { gpuLabel, gpuLabelValue, type NodeGroupPlan, type PoolPlan } from '../lib/plan/file';

/**
 * The label by which cluster-autoscaler tells a node whose GPU is not ready yet from one without a GPU. Without it a node that boots
 * counts as ready, and the autoscaler orders a second one for the same pods.
 */
const acceleratorLabel = 'k8s.amazonaws.com/accelerator';

/**
 * The labels of the nodes of a group, by which pods select nodes: the pool, the capacity type, the type of GPU where there
 * is one, and those that the pool has of its own. GPU nodes also have the label by which cluster-autoscaler knows them as such; its
 * value may be the pool's own.
 */
export function nodeLabels(
  poolName: string,
  { nodeSelector }: Pick<PoolPlan, 'nodeSelector'>,
  { capacityType, node }: NodeGroupPlan,
): Record<string, string> {
  return {
    ...(node.gpuName === null ? {} : { [acceleratorLabel]: `nvidia-${gpuLabelValue(node.gpuName).toLowerCase()}`.slice(0, 63) }),
    ...nodeSelector,
    'foresize.dev/pool': poolName,
    'foresize.dev/capacity-type': capacityType,
    ...(node.gpuName === null ? {} : { [gpuLabel]: gpuLabelValue(node.gpuName) }),
  };
}

/**
 * The taint of the nodes of a group that the plan has no more: no further pod goes there, and none is evicted, so that the nodes become
 * idle as pods are replaced.
 */
export const retiringTaint: PlannedTaint = { key: 'foresize.dev/retiring', value: 'true', effect: 'NoSchedule' };

/** The taints of the nodes of a group, with their effects in the words of Kubernetes: that of GPUs where it has some, and those of its pool. */
export function nodeTaints({ taints = [] }: Pick<PoolPlan, 'taints'>, { node }: NodeGroupPlan): PlannedTaint[] {
  return [...(node.gpus > 0 ? [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' as const }] : []), ...taints];
}

export type PlannedTaint = NonNullable<PoolPlan['taints']>[number];

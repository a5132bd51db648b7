import { gpuLabel, gpuLabelValue, type NodeGroupPlan } from '../../lib/plan/file';

/** The labels of the nodes of a group, by which pods select nodes: the pool, the capacity type, and the type of GPU where there is one. */
export function nodeLabels(poolName: string, { capacityType, node }: NodeGroupPlan): Record<string, string> {
  return {
    'foresize.dev/pool': poolName,
    'foresize.dev/capacity-type': capacityType,
    ...(node.gpuName === null ? {} : { [gpuLabel]: gpuLabelValue(node.gpuName) }),
  };
}

/** The taints of the nodes of a group: nodes with GPUs accept only pods that tolerate `nvidia.com/gpu`. */
export function nodeTaints({ node }: NodeGroupPlan): { key: string; value: string; effect: 'NO_SCHEDULE' }[] {
  return node.gpus > 0 ? [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }] : [];
}

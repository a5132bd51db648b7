import { gpuLabel, gpuLabelValue, type NodeGroupPlan } from '../../lib/plan/file';

/**
 * Labels of the nodes of a group: what pods select them by.
 */
export function nodeLabels(poolName: string, { capacityType, node }: NodeGroupPlan): Record<string, string> {
  return {
    'foresize.dev/pool': poolName,
    'foresize.dev/capacity-type': capacityType,
    ...(node.gpuName === null ? {} : { [gpuLabel]: gpuLabelValue(node.gpuName) }),
  };
}

/** GPU nodes take only pods that ask for a GPU. */
export function nodeTaints({ node }: NodeGroupPlan): { key: string; value: string; effect: 'NO_SCHEDULE' }[] {
  return node.gpus > 0 ? [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }] : [];
}

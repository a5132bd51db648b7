import type { NodeGroupPlan } from '../../lib/plan/types';

/**
 * Labels of the nodes of a group: what pods select them by. The GPU's name has a label of our own, because
 * `nvidia.com/gpu.product` belongs to NVIDIA's feature discovery, which would overwrite it with another spelling.
 */
export function nodeLabels(poolName: string, { capacityType, node }: NodeGroupPlan): Record<string, string> {
  return {
    'foresize.dev/pool': poolName,
    'foresize.dev/capacity-type': capacityType,
    ...(node.gpuName === null ? {} : { 'foresize.dev/gpu': labelValue(node.gpuName) }),
  };
}

/** GPU nodes take only pods that ask for a GPU. */
export function nodeTaints({ node }: NodeGroupPlan): { key: string; value: string; effect: 'NO_SCHEDULE' }[] {
  return node.gpus > 0 ? [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }] : [];
}

/** Kubernetes label values hold letters, digits, `-`, `_` and `.`, at most 63, and begin and end with a letter or digit. */
const labelValue = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');

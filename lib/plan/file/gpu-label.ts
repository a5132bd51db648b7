/**
 * Label of a node that names its GPU type. `nvidia.com/gpu.product` belongs to NVIDIA's feature discovery, which would overwrite it with
 * another spelling.
 */
export const gpuLabel = 'foresize.dev/gpu';

/** The label of a node that names its pool. The node groups of `constructs/aws` set it. */
export const poolLabel = 'foresize.dev/pool';

/** Kubernetes label values hold letters, digits, `-`, `_` and `.`, at most 63, and begin and end with a letter or digit. */
export function gpuLabelValue(gpuName: string): string {
  return gpuName
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

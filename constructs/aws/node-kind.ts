import type { NodeGroupPlan } from '../../lib/plan/file';

/** The type of image of the nodes of a group, in the words of EKS. */
export function amiType({ node }: Pick<NodeGroupPlan, 'node'>): string {
  const variant = node.gpus > 0 ? 'NVIDIA' : 'STANDARD';
  return node.arch === 'arm64' ? `AL2023_ARM_64_${variant}` : `AL2023_x86_64_${variant}`;
}

/** How the nodes of a group are bought, in the words of EKS. Those of a reservation are on-demand instances whose launch template names it. */
export function capacityTypeOf({ capacityType }: Pick<NodeGroupPlan, 'capacityType'>): 'ON_DEMAND' | 'SPOT' | 'CAPACITY_BLOCK' {
  return capacityType === 'capacity-block' ? 'CAPACITY_BLOCK' : capacityType === 'spot' ? 'SPOT' : 'ON_DEMAND';
}

/** The effects of taints by the names of Kubernetes, in the words of EKS. */
export const taintEffects = { NoSchedule: 'NO_SCHEDULE', PreferNoSchedule: 'PREFER_NO_SCHEDULE', NoExecute: 'NO_EXECUTE' } as const;

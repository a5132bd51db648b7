import type { NodeGroupPlan } from './types';

/** `l40s-g6e-12xlarge-spot`: lower-case letters, digits and '-', as EKS and labels take it. */
export function groupName(pool: string, group: Pick<NodeGroupPlan, 'instanceType' | 'capacityType' | 'zone' | 'reservation'>): string {
  const { instanceType, capacityType, zone, reservation } = group;
  const kind = reservation ? `-${reservation}` : capacityType === 'on-demand' ? '' : `-${capacityType}`;
  const place = zone === undefined || reservation ? '' : `-${zone}`;
  const suffix = `-${instanceType.replace(/\./g, '-')}${kind}${place}`;
  return `${pool.slice(0, 63 - suffix.length)}${suffix}`;
}

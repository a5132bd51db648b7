import { quotaCode } from '../../catalog';
import type { CapacityPlan, NodeGroupPlan } from './types';

/** The EC2 service quota that the vCPU of a node group count against, such as `L-DB2E81BA`; `null` where none is known. */
export const quotaOf = ({ instanceType, capacityType }: Pick<NodeGroupPlan, 'instanceType' | 'capacityType'>): string | null =>
  quotaCode(instanceType, capacityType);

/** Pods of DaemonSets on each node: networking, storage, a device plugin, logs and metrics. */
const daemonSetPods = 10;

/** How many addresses of its subnet a node of a pool takes at the peak: its own, those of DaemonSets, and of as many pods as there are a node. */
export function addressesPerNode({ pools, workloads }: Pick<CapacityPlan, 'pools' | 'workloads'>, poolName: string): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const nodes = sum(pools[poolName].groups.map(({ peak }) => peak));
  const pods = sum(Object.values(workloads).map(({ pool, peak }) => (pool === poolName ? peak : 0)));
  return 1 + daemonSetPods + Math.ceil(pods / Math.max(1, nodes));
}

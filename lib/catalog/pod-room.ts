import type { Offering } from './offering';

/** Pods of a node that are left to DaemonSets. */
const daemonSetPods = 10;

/** What the pods of workloads may use of a node: after the kubelet and the system, and beside DaemonSets. */
export function podRoom(offering: Offering): { readonly cpuMilli: number; readonly memoryMiB: number; readonly pods: number } {
  return {
    cpuMilli: offering.allocatableCpuMilli - offering.daemonSetCpuMilli,
    memoryMiB: offering.allocatableMemoryMiB - offering.daemonSetMemoryMiB,
    pods: offering.maxPods - daemonSetPods,
  };
}

import { type PodConfig, podNeed } from '../../lib/config';
import type { NodeGroupPlan } from '../../lib/plan/file';
import type { Problem } from '../../lib/problems';
import type { PlannedWorkload } from './planned-workload';

type Room = { readonly cpuMilli: number; readonly memoryMiB: number };
type PodNeed = Room & { readonly gpus: number };

/** What the containers beside the main one ask for together. */
export function beside(pod: PodConfig): Room {
  return podNeed(pod).beside;
}

/** What a pod asks for: what the plan gives to its main container, and what the containers before and beside that one ask for. */
function needOf({ plan }: PlannedWorkload, pod: PodConfig): PodNeed {
  const { gpus, cpuMilli, memoryMiB, beside: planned = { cpuMilli: 0, memoryMiB: 0 } } = plan.resources;
  const { beside: now, before } = podNeed(pod);
  return {
    gpus,
    cpuMilli: Math.max(cpuMilli - planned.cpuMilli + now.cpuMilli, before.cpuMilli),
    memoryMiB: Math.max(memoryMiB - planned.memoryMiB + now.memoryMiB, before.memoryMiB),
  };
}

/**
 * Checks that some node of its pool can hold a pod of the workload; otherwise the pod would stay Pending for ever. A node has room for
 * what the kubelet leaves to pods, minus what DaemonSets take. What containers beside the main one ask for counts.
 *
 * @returns at most one problem, `kubernetes/no-fit`, which says for each node group what is too small
 */
export function fitProblems(workload: PlannedWorkload, pod: PodConfig = {}): Problem[] {
  const { name, plan } = workload;
  const shortage = shortageOf(workload, needOf(workload, pod));
  if (shortage === undefined) return [];
  return [
    {
      code: 'kubernetes/no-fit',
      path: `workloads.${name}`,
      message: `a replica fits no node group of pool '${plan.pool}'`,
      expected: `at most what one node has left for pods`,
      received: shortage,
      hint: 'ask for less per replica, or add a larger instance type to the pool, and run `foresize plan`',
    },
  ];
}

/** Why no node of its pool holds a pod of a workload, node group by node group; `undefined` where one does. */
export function shortageOf(workload: PlannedWorkload, need: PodNeed): string | undefined {
  const shortages = usableGroups(workload).map((group) => ({ group: group.name, texts: shortageTexts(group, need) }));
  if (shortages.some(({ texts }) => texts.length === 0)) return undefined;
  return shortages.map(({ group, texts }) => `on ${group}: ${texts.join(' and ')}`).join('; ') || 'a pool without node groups';
}

/** The node groups of its pool that a workload may use: those with a type of GPU that it knows. */
export function usableGroups({ plan: { gpuTypes }, pool }: PlannedWorkload): readonly NodeGroupPlan[] {
  return pool.groups.filter(({ node }) => !gpuTypes || (node.gpuName !== null && gpuTypes.includes(node.gpuName)));
}

/** Which resources of a node are too small for the pod, such as `4 GPU of 2`. */
function shortageTexts({ node }: NodeGroupPlan, need: PodNeed): string[] {
  const room: PodNeed = {
    gpus: node.gpus,
    cpuMilli: node.allocatableCpuMilli - node.daemonSetCpuMilli,
    memoryMiB: node.allocatableMemoryMiB - node.daemonSetMemoryMiB,
  };
  const units = { gpus: 'GPU', cpuMilli: 'mCPU', memoryMiB: 'MiB' } as const;
  return (Object.keys(units) as (keyof PodNeed)[])
    .filter((resource) => need[resource] > room[resource])
    .map((resource) => `${need[resource]} ${units[resource]} of ${room[resource]}`);
}

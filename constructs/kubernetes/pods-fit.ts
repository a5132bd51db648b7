import type { NodeGroupPlan } from '../../lib/plan/file';
import type { Problem } from '../../lib/problems';
import type { PlannedWorkload } from './planned-workload';

type PodNeed = { readonly gpus: number; readonly cpuMilli: number; readonly memoryMiB: number };

/**
 * Checks that some node of its pool can hold a pod of the workload; otherwise the pod would stay Pending for ever. A node has room for
 * what the kubelet leaves to pods, minus what DaemonSets take. For training, where a VerticalPodAutoscaler may raise the requests of a
 * pod, the largest request that it may set must fit.
 *
 * @returns at most one problem, `kubernetes/no-fit`, which says for each node group what is too small
 */
export function fitProblems(workload: PlannedWorkload): Problem[] {
  const { name, plan, pool } = workload;
  const { gpus, cpuMilli, memoryMiB, maxCpuMilli, maxMemoryMiB } = plan.resources;
  const need = plan.kind === 'training' ? { gpus, cpuMilli: maxCpuMilli, memoryMiB: maxMemoryMiB } : { gpus, cpuMilli, memoryMiB };
  const usable = pool.groups.filter(({ node }) => !plan.gpuTypes || (node.gpuName !== null && plan.gpuTypes.includes(node.gpuName)));
  const shortages = usable.map((group) => ({ group: group.name, texts: shortageTexts(group, need) }));
  if (shortages.some(({ texts }) => texts.length === 0)) return [];
  return [
    {
      code: 'kubernetes/no-fit',
      path: `workloads.${name}`,
      message: `a replica fits no node group of pool '${plan.pool}'`,
      expected: `at most what one node has left for pods`,
      received: shortages.map(({ group, texts }) => `on ${group}: ${texts.join(' and ')}`).join('; ') || 'a pool without node groups',
      hint: 'ask for less per replica, or add a larger instance type to the pool, and run `foresize plan`',
    },
  ];
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

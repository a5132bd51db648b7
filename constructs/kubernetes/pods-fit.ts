import type { NodeGroupPlan } from '../../lib/plan/file';
import type { Problem } from '../../lib/problems';
import type { PlannedWorkload } from './planned-workload';

type PodNeed = { readonly gpus: number; readonly cpuMilli: number; readonly memoryMiB: number };

/**
 * A pod that no node of its pool can hold would stay Pending for ever. Room on a node is what the kubelet leaves to pods, less
 * what DaemonSets take; where a VerticalPodAutoscaler may raise the request, the highest it may set counts.
 *
 * @returns at most one problem, `kubernetes/no-fit`, which says for each group what is too small
 */
export function fitProblems(workload: PlannedWorkload): Problem[] {
  const { name, plan, pool } = workload;
  const { gpus, cpuMilli, memoryMiB, maxCpuMilli, maxMemoryMiB } = plan.resources;
  const need = plan.kind === 'training' ? { gpus, cpuMilli: maxCpuMilli, memoryMiB: maxMemoryMiB } : { gpus, cpuMilli, memoryMiB };
  const usable = pool.groups.filter(({ node }) => !plan.gpuTypes || (node.gpuName !== null && plan.gpuTypes.includes(node.gpuName)));
  const lacks = usable.map((group) => ({ group: group.name, lacking: lacking(group, need) }));
  if (lacks.some(({ lacking }) => lacking.length === 0)) return [];
  return [
    {
      code: 'kubernetes/no-fit',
      path: `workloads.${name}`,
      message: `a replica fits no node group of pool '${plan.pool}'`,
      expected: `at most what one node has left for pods`,
      received: lacks.map(({ group, lacking }) => `on ${group}: ${lacking.join(' and ')}`).join('; ') || 'a pool without node groups',
      hint: 'ask for less per replica, or add a larger instance type to the pool, and run `foresize plan`',
    },
  ];
}

function lacking({ node }: NodeGroupPlan, need: PodNeed): string[] {
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

import type { CapacityPlan, NodeFacts, WorkloadPlan } from '../../lib/plan/file/types';

type Pod = Pick<WorkloadPlan, 'resources' | 'gpuTypes'>;
type Node = { readonly facts: NodeFacts; gpus: number; cpuMilli: number; memoryMiB: number; pods: number };

/**
 * A scheduler that looks at one pod after the other, as Kubernetes does, and puts it onto the first node that has room for it beside what
 * DaemonSets take. It packs worse than a solver, and moves nothing.
 *
 * @param nodes how many nodes each group of the pool has
 * @param pods of each workload, how many of its pods are to be placed
 * @returns the names of workloads of which a pod found no place
 */
export function unplaced(
  plan: CapacityPlan,
  pool: string,
  nodes: (group: CapacityPlan['pools'][string]['groups'][number]) => number,
  pods: (name: string, workload: WorkloadPlan) => number,
): string[] {
  const cluster = plan.pools[pool].groups.flatMap((group) => Array.from({ length: nodes(group) }, () => nodeOf(group.node)));
  const waiting = Object.entries(plan.workloads)
    .filter(([, workload]) => workload.pool === pool)
    // The largest first: a pod that needs many GPUs finds no place once small ones are on every node.
    .sort(([, a], [, b]) => b.resources.gpus - a.resources.gpus || b.resources.cpuMilli - a.resources.cpuMilli)
    .flatMap(([name, workload]) => Array.from({ length: pods(name, workload) }, () => ({ name, workload })));
  return waiting.filter(({ workload }) => !place(workload, cluster)).map(({ name }) => name);
}

function nodeOf(facts: NodeFacts): Node {
  return {
    facts,
    gpus: facts.gpus,
    cpuMilli: facts.allocatableCpuMilli - facts.daemonSetCpuMilli,
    memoryMiB: facts.allocatableMemoryMiB - facts.daemonSetMemoryMiB,
    pods: facts.maxPods,
  };
}

function place({ resources, gpuTypes }: Pod, cluster: readonly Node[]): boolean {
  const node = cluster.find(
    ({ facts, gpus, cpuMilli, memoryMiB, pods }) =>
      pods > 0 &&
      resources.gpus <= gpus &&
      resources.cpuMilli <= cpuMilli &&
      resources.memoryMiB <= memoryMiB &&
      (gpuTypes === undefined || (facts.gpuName !== null && gpuTypes.includes(facts.gpuName))),
  );
  if (node === undefined) return false;
  node.gpus -= resources.gpus;
  node.cpuMilli -= resources.cpuMilli;
  node.memoryMiB -= resources.memoryMiB;
  node.pods -= 1;
  return true;
}

import { poolOwners } from '../../lib/config';
import type { CapacityPlan, PoolPlan, WorkloadPlan } from '../../lib/plan/file';

type Space = { gpus: number; cpuMilli: number; memoryMiB: number; readonly gpuName: string | null };

/**
 * How many more pods of a workload the largest pool of the plan holds while each workload of that pool is at its peak: what a roll-out may
 * start before old pods end.
 *
 * Pods are placed the largest first, each on the node with the least left, as a scheduler that packs would. A real one may do worse, so a
 * roll-out may have to wait for a node; with no room at all it would wait for ever.
 *
 * @param most counting ends here
 * @returns a whole number in [0, most]
 */
export function roomAtPeak(plan: CapacityPlan, name: string, most: number): number {
  const workload = plan.workloads[name];
  const spaces = spacesOf(plan.pools[workload.pool]);
  const pods = Object.values(plan.workloads)
    .filter(({ pool }) => pool === workload.pool)
    .sort((a, b) => b.resources.gpus - a.resources.gpus || b.resources.cpuMilli - a.resources.cpuMilli);
  for (const other of pods) for (let placed = 0; placed < other.peak; placed += 1) place(other, spaces);
  return placed(workload, spaces, most);
}

/** How many pods of a workload its pool holds at its ceiling with nothing else on it, in [0, most]. */
export function placesIn(pool: PoolPlan, workload: WorkloadPlan, most: number): number {
  return placed(workload, spacesOf(pool), most);
}

function placed(workload: WorkloadPlan, spaces: readonly Space[], most: number): number {
  let room = 0;
  while (room < most && place(workload, spaces)) room += 1;
  return room;
}

function spacesOf({ owner, groups }: PoolPlan): Space[] {
  const { isFixed } = poolOwners[owner];
  return groups.flatMap(({ node, peak, ceiling }) =>
    Array.from({ length: isFixed ? peak : ceiling }, () => ({
      gpus: node.gpus,
      cpuMilli: node.allocatableCpuMilli - node.daemonSetCpuMilli,
      memoryMiB: node.allocatableMemoryMiB - node.daemonSetMemoryMiB,
      gpuName: node.gpuName,
    })),
  );
}

/** Puts a pod onto the node with the least left. @returns whether there is one */
function place({ resources, gpuTypes }: WorkloadPlan, spaces: readonly Space[]): boolean {
  let best: Space | undefined;
  for (const space of spaces) {
    const fits = resources.gpus <= space.gpus && resources.cpuMilli <= space.cpuMilli && resources.memoryMiB <= space.memoryMiB;
    const isAllowed = gpuTypes === undefined || (space.gpuName !== null && gpuTypes.includes(space.gpuName));
    if (fits && isAllowed && (best === undefined || space.gpus < best.gpus || (space.gpus === best.gpus && space.cpuMilli < best.cpuMilli)))
      best = space;
  }
  if (best === undefined) return false;
  best.gpus -= resources.gpus;
  best.cpuMilli -= resources.cpuMilli;
  best.memoryMiB -= resources.memoryMiB;
  return true;
}

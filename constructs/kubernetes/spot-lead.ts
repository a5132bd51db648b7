import { poolOwners } from '../../lib/config';
import { type CapacityPlan, isServing, type NodeGroupPlan, type PoolPlan, type WorkloadPlan } from '../../lib/plan/file';
import { timeOf } from '../../lib/units';

/**
 * By how many pods those of a workload on spot nodes may outnumber its others, so that never all replicas of its floor are started on spot.
 * A scheduler can be bound to that only where no pod ever waits for it: alone in a pool of spot and one other kind of node, whose nodes
 * hold all pods within that bound at every moment of the plan, and at the ceiling in a roll-out, in whatever order they are filled. Where
 * spot nodes are few for a time, the bound holds from the other side too, so the others must never hold more pods than it.
 *
 * @param surge pods that a roll-out starts before old ones end
 * @returns the floor less one; `undefined` where pods would wait
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: maxSkew, minDomains
 */
export function spotLead(plan: CapacityPlan, name: string, surge: number): number | undefined {
  const workload = plan.workloads[name];
  const pool = plan.pools[workload.pool];
  const groups = pool.groups.filter(
    ({ node }) => !workload.gpuTypes || (node.gpuName !== null && workload.gpuTypes.includes(node.gpuName)),
  );
  const isAlone = Object.entries(plan.workloads).every(([other, { pool: of }]) => other === name || of !== workload.pool);
  const kinds = new Set(groups.map((group) => kindOf(group, pool)));
  const lead = workload.floor - 1;
  if (!isServing(workload) || lead < 1 || !isAlone || kinds.size !== 2 || !kinds.has('spot')) return undefined;
  const { isFixed } = poolOwners[pool.owner];
  const places = (nodes: (group: NodeGroupPlan) => number) => {
    const sum = (isSpot: boolean) =>
      groups
        .filter(({ capacityType }) => (capacityType === 'spot') === isSpot)
        .reduce((total, group) => total + nodes(group) * podsOf(group, workload), 0);
    return { spot: sum(true), kept: sum(false) };
  };
  const holds = ({ spot, kept }: { spot: number; kept: number }, pods: number) => kept + Math.min(spot, kept + lead) >= pods;
  const most = places(({ peak, ceiling }) => (isFixed ? peak : ceiling));
  if (most.kept > lead || !holds(most, Math.min(workload.ceiling + surge, most.kept + most.spot))) return undefined;
  const times = [...workload.schedule, ...groups.flatMap(({ schedule }) => schedule)].map(({ from }) => timeOf(from));
  const alwaysHolds = times.every((time) => {
    const pods = stepAt(workload.schedule, time)?.replicas ?? workload.peak;
    return holds(
      places(({ peak, floor, schedule }) => (isFixed ? peak : (stepAt(schedule, time)?.nodes ?? floor))),
      pods,
    );
  });
  return alwaysHolds ? lead : undefined;
}

/** Kinds of capacity as the labels of nodes tell them apart. */
function kindOf({ capacityType }: NodeGroupPlan, { owner }: PoolPlan): string {
  if (owner === 'karpenter') return capacityType === 'capacity-block' ? 'reserved' : capacityType;
  return capacityType === 'reserved' ? 'on-demand' : capacityType;
}

/** How many pods of a workload one node of a group holds. */
function podsOf({ node }: NodeGroupPlan, { resources: { gpus, cpuMilli, memoryMiB } }: WorkloadPlan): number {
  const shares = [
    gpus === 0 ? Infinity : node.gpus / gpus,
    (node.allocatableCpuMilli - node.daemonSetCpuMilli) / cpuMilli,
    (node.allocatableMemoryMiB - node.daemonSetMemoryMiB) / memoryMiB,
  ];
  return Math.max(0, Math.floor(Math.min(...shares)));
}

/** The step of a schedule that holds at a time; `undefined` before the first. */
function stepAt<Step extends { readonly from: string }>(schedule: readonly Step[], time: number): Step | undefined {
  return schedule.findLast(({ from }) => timeOf(from) <= time);
}

import { poolOwners } from '../../config';
import type { CapacityPlan, PlanBefore, RetiringPool } from '../file';

/**
 * The node groups of the plan before that the new one has no more, and those that were retiring then, by their pools. Terraform makes
 * them, so they may have nodes: taken out of the plan they would be taken away with their pods.
 *
 * @param retired names of node groups that are empty, by the word of the config or as they were seen
 * @returns `undefined` where there are none
 */
export function retiringPools(
  previous: PlanBefore | null,
  pools: CapacityPlan['pools'],
  retired: readonly string[],
): CapacityPlan['retiring'] {
  const made = Object.values(pools).filter(({ owner }) => poolOwners[owner].isInTerraform);
  const gone = new Set([...retired, ...made.flatMap(({ groups }) => groups.map(({ name }) => name))]);
  const before = Object.entries(previous?.pools ?? {}).filter(([, { owner }]) => poolOwners[owner].isInTerraform);
  const result: Record<string, RetiringPool> = {};
  for (const [name, pool] of [...before, ...Object.entries(previous?.retiring ?? {})].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const groups = pool.groups.filter((group) => !gone.has(group.name)).map((group) => ({ ...group, floor: 0, peak: 0, schedule: [] }));
    groups.forEach((group) => gone.add(group.name));
    const { kind, owner, nodeSelector, taints, efa, reservation } = pool;
    if (groups.length > 0)
      result[name] = {
        kind,
        owner,
        ...(nodeSelector && { nodeSelector }),
        ...(taints && { taints }),
        ...(efa && { efa }),
        reservation,
        groups: [...(result[name]?.groups ?? []), ...groups],
      };
  }
  return Object.keys(result).length > 0 ? result : undefined;
}

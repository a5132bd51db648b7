import type { Offering } from '../../catalog';
import { type CapacityConfig, poolOwnerOf, poolOwners } from '../../config';
import { isProblemError } from '../../problems';
import { nodeKey, type SizingResult } from '../../sizing';
import type { PlanBefore } from '../file';
import type { PoolOfferings } from '../supply';

export type KeptSizing = {
  readonly sized: SizingResult;
  /** What pools may use beside: those that keep what runs may use no more than that. */
  readonly offerings: PoolOfferings;
  /** By pool, what its nodes would cost less otherwise, as a share. */
  readonly kept: Readonly<Record<string, number>>;
};

/**
 * The cheapest nodes, but where they would take the place of nodes that run for a gain within the stickiness, the best that the kinds of
 * node of the plan before hold: a kind that a plan drops becomes a node group that retires, with all its pods to be moved.
 *
 * What is kept costs no more than the cheapest by more than the stickiness, in its pool and in all, holds the same demand within the same
 * limits, and grants the same ceilings. Reservations and machines of one's own are used whether they ran before or not.
 *
 * @param size the cheapest nodes of the given offerings
 * @throws ProblemError as `size` does with all offerings
 */
export function keepOfferings(
  config: CapacityConfig,
  offerings: PoolOfferings,
  previous: PlanBefore | null,
  size: (offerings: PoolOfferings) => SizingResult,
): KeptSizing {
  const free = size(offerings);
  const running = (name: string) => offerings[name].filter((offering) => isPaidAnyway(offering) || ranIn(previous, name, offering));
  const dropped = (name: string) =>
    running(name)
      .filter((offering) => !isPaidAnyway(offering) && !isUsed(free, name, offering))
      .map(kindOf)
      .filter((kind) => !offerings[name].some((offering) => kindOf(offering) === kind && isUsed(free, name, offering)));
  const moved = Object.keys(offerings).filter((name) => dropped(name).length > 0);
  const most = 1 + config.guardrails.stickiness;
  const isAsGood = (sized: SizingResult, names: readonly string[]): boolean =>
    names.every((name) => usdOf(config, offerings, sized, name) <= most * usdOf(config, offerings, free, name)) &&
    sized.usdPerHour <= most * free.usdPerHour &&
    names.every((name) => running(name).some((offering) => dropped(name).includes(kindOf(offering)) && isUsed(sized, name, offering))) &&
    Object.entries(free.replicaCeilings).every(([workload, ceiling]) => sized.replicaCeilings[workload] >= ceiling);
  const keeping = (names: readonly string[]): KeptSizing | null => {
    const limited = { ...offerings, ...Object.fromEntries(names.map((name) => [name, running(name)])) };
    const sized = sizeOrNull(() => size(limited));
    if (sized === null || !isAsGood(sized, names)) return null;
    const gain = (name: string) => 1 - usdOf(config, offerings, free, name) / usdOf(config, offerings, sized, name);
    const kept = Object.fromEntries(names.map((name) => [name, Math.max(0, gain(name) || 0)]));
    return { sized: comparedWith(free, sized, limited, offerings), offerings: limited, kept };
  };
  if (moved.length === 0) return { sized: free, offerings, kept: {} };
  const together = keeping(moved);
  if (together !== null || moved.length === 1) return together ?? { sized: free, offerings, kept: {} };
  let best: KeptSizing = { sized: free, offerings, kept: {} };
  for (const name of moved) best = keeping([...Object.keys(best.kept), name]) ?? best;
  return best;
}

/** `g6e.12xlarge/spot`, whatever the zone. */
const kindOf = ({ instanceType, capacityType }: Pick<Offering, 'instanceType' | 'capacityType'>): string =>
  `${instanceType}/${capacityType}`;

const isPaidAnyway = ({ own, reservation }: Offering): boolean => own !== undefined || reservation !== undefined;

function ranIn(previous: PlanBefore | null, pool: string, offering: Offering): boolean {
  const pools = previous?.pools ?? {};
  return Object.hasOwn(pools, pool) && pools[pool].groups.some((group) => kindOf(group) === kindOf(offering));
}

const isUsed = ({ ceilings }: SizingResult, pool: string, offering: Offering): boolean => (ceilings[nodeKey(pool, offering)] ?? 0) > 0;

/** USD an hour of a pool: of what Terraform holds, all of it all the time. */
function usdOf(config: CapacityConfig, offerings: PoolOfferings, { segments, ceilings }: SizingResult, pool: string): number {
  const price = (nodes: Readonly<Record<string, number>>) =>
    offerings[pool].reduce((sum, offering) => sum + (nodes[nodeKey(pool, offering)] ?? 0) * offering.usdPerHour, 0);
  if (poolOwners[poolOwnerOf(config.pools[pool])].isFixed) return price(ceilings);
  const length = segments.reduce((sum, { from, to }) => sum + (to - from), 0);
  return length === 0 ? 0 : segments.reduce((sum, { from, to, nodes }) => sum + price(nodes) * (to - from), 0) / length;
}

function sizeOrNull(size: () => SizingResult): SizingResult | null {
  try {
    return size();
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return null;
  }
}

/** What is kept, with the bound of the free choice, and with the offerings that were left out among those that are not used. */
function comparedWith(free: SizingResult, sized: SizingResult, limited: PoolOfferings, all: PoolOfferings): SizingResult {
  const isKept = new Set(Object.keys(limited).flatMap((name) => limited[name].map((offering) => nodeKey(name, offering))));
  const leftOut = Object.keys(all).flatMap((name) => {
    const runs = limited[name].map((offering) => nodeKey(name, offering)).filter((key) => (sized.ceilings[key] ?? 0) > 0);
    return all[name]
      .filter((offering) => !isKept.has(nodeKey(name, offering)))
      .map((offering) => {
        const key = nodeKey(name, offering);
        const rejected = free.rejected.find((one) => one.offering === key);
        const { tooDearByUsdPerHour = 0, lacks = null } = rejected ?? {};
        return { offering: key, usdPerHour: offering.usdPerHour, tooDearByUsdPerHour, lacks, insteadRuns: lacks === null ? runs : [] };
      });
  });
  const boundUsdPerHour = Math.min(free.boundUsdPerHour, sized.usdPerHour);
  const isDearer = sized.usdPerHour > boundUsdPerHour * (1 + 1e-9);
  return {
    ...sized,
    boundUsdPerHour,
    status: isDearer ? 'feasible' : sized.status,
    rejected: [...sized.rejected, ...leftOut],
  };
}

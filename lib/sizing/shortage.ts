import type { Problem } from '../problems';
import { formatTime } from '../units';
import { type Demands, isIdle, keyOf, largestDemands } from './demands';
import { figure, quantity } from './figure';
import { type Counts, type Limit, limitsOn, spotShareOf, tolerance, usedOf } from './limits';
import { addLimit, addNodes, addSlacks, cheapestMix, countsOf, type NodeVariables, placementsOf } from './mix';
import { type PoolModel, sizeIn } from './pool-model';
import { solvePacked } from './solve-packed';
import type { Solver } from './types';

/** A demand for which the limits leave no room. */
export type Shortage = { readonly group: readonly PoolModel[]; readonly demands: Demands; readonly at: number };

/**
 * What clashes, and by how much: the program is solved again with limits that may be exceeded, at the least excess.
 *
 * First each limit alone: the problem names one that cures every demand by itself, and the hint the others that would too. Where
 * none does, one problem for each of those that together exceed least (each in parts of its own amount).
 */
export function shortageProblems(shortages: readonly Shortage[], limits: readonly Limit[], solver: Solver): readonly Problem[] {
  const groups = new Map<string, Shortage[]>();
  for (const shortage of shortages) {
    const key = shortage.group.map(({ name }) => name).join(' ');
    groups.set(key, [...(groups.get(key) ?? []), shortage]);
  }
  return [...groups.values()].flatMap((all) => {
    const first = new Map([...all].reverse().map((shortage) => [keyOf(shortage.demands), shortage]));
    const largest = largestDemands(all.map(({ demands }) => demands)).flatMap((demands) => first.get(keyOf(demands)) ?? []);
    return groupProblems(
      largest.sort((a, b) => a.at - b.at),
      { limits, solver },
    );
  });
}

type Search = { readonly limits: readonly Limit[]; readonly solver: Solver };

/** A place in the config that can be raised: one quota, one ceiling, or the share of spot, which is one for all pools. */
type Lever = { readonly kind: Limit['kind']; readonly limits: readonly Limit[] };

/** What a lever would have to be, in its own unit (0..1 for the share of spot), and when it falls short most. */
type Cure = { readonly lever: Lever; readonly needed: number; readonly shortage: Shortage };

function groupProblems(shortages: readonly Shortage[], search: Search): readonly Problem[] {
  const { group } = shortages[0];
  const levers = leversOf(limitsOn(search.limits, group));
  const alone = levers.flatMap((lever) => cureAlone(shortages, lever, search) ?? []);
  if (alone.length > 0) {
    const [first, ...others] = alone;
    const hint = ['raise it', ...others.map((cure) => `raise ${advice(cure)}`), ...onlySpot(first)].join(', or ');
    return [problemOf(first, hint)];
  }
  const together = curesTogether(shortages, levers, search);
  return together.map((cure) => {
    const others = together.filter((other) => other !== cure).map(advice);
    return problemOf(cure, `raise it and ${others.join(' and ')}: no limit alone is enough`);
  });
}

function leversOf(limits: readonly Limit[]): readonly Lever[] {
  const shares = limits.filter(({ kind }) => kind === 'spot-share');
  const sizes = limits.filter(({ kind }) => kind !== 'spot-share').map((limit): Lever => ({ kind: limit.kind, limits: [limit] }));
  return shares.length === 0 ? sizes : [...sizes, { kind: 'spot-share', limits: shares }];
}

function cureAlone(shortages: readonly Shortage[], lever: Lever, search: Search): Cure | undefined {
  let cure: Cure | undefined;
  for (const shortage of shortages) {
    const needed =
      lever.kind === 'spot-share' ? leastShare(shortage, lever, search) : leastExcess(shortage, lever.limits, search)?.get(lever.limits[0]);
    if (needed === undefined) return undefined;
    if (!cure || needed > cure.needed) cure = { lever, needed, shortage };
  }
  return cure;
}

function curesTogether(shortages: readonly Shortage[], levers: readonly Lever[], search: Search): readonly Cure[] {
  const loose = levers.flatMap(({ limits }) => limits);
  const excesses = shortages.map((shortage) => ({ shortage, needs: leastExcess(shortage, loose, search) }));
  return levers.flatMap((lever) => {
    let cure: Cure | undefined;
    for (const { shortage, needs } of excesses) {
      const needed = Math.max(...lever.limits.map((limit) => needs?.get(limit) ?? -Infinity));
      if (needed > (cure?.needed ?? -Infinity)) cure = { lever, needed, shortage };
    }
    return cure ?? [];
  });
}

/** What the loose limits would have to be for the demand to find room, at the least sum of their excesses; those that are exceeded. */
function leastExcess(
  { group, demands }: Shortage,
  loose: readonly Limit[],
  { limits, solver }: Search,
): ReadonlyMap<Limit, number> | undefined {
  let nodes: NodeVariables = new Map();
  let slacks: ReadonlyMap<Limit, number> = new Map();
  const solution = solvePacked((builder) => {
    nodes = addNodes(builder, group, demands, { price: 0 });
    slacks = addSlacks(builder, loose);
    for (const limit of limitsOn(limits, group)) addLimit(builder, limit, nodes, slacks.get(limit));
    return { placements: placementsOf(group, demands, nodes), preferences: [] };
  }, solver);
  if (!solution) return undefined;
  const counts = countsOf(nodes, solution.values);
  const exceeded = [...slacks].filter(([, variable]) => solution.values[variable] > tolerance).map(([limit]) => limit);
  return new Map(
    exceeded.map((limit) => [limit, limit.kind === 'spot-share' ? spotPercent(group, limit, counts) / 100 : usedOf(limit, counts)]),
  );
}

function spotPercent(group: readonly PoolModel[], { subject, unit }: Limit, counts: Counts): number {
  const pool = group.find(({ name }) => name === subject);
  let [spot, all] = [0, 0];
  pool?.offerings.forEach((offering, index) => {
    const size = (counts.get(subject)?.[index] ?? 0) * sizeIn(unit, offering);
    all += size;
    if (offering.capacityType === 'spot') spot += size;
  });
  return Math.ceil((100 * spot) / all - 1e-9);
}

/** The smallest whole percentage of spot with which the demand finds room, the same for all pools. */
function leastShare({ group, demands }: Shortage, lever: Lever, { limits, solver }: Search): number | undefined {
  const others = limits.filter((limit) => !lever.limits.includes(limit));
  const holds = (percent: number) => {
    const models = group.map((pool) => ({ ...pool, spotShare: Math.max(pool.spotShare, percent / 100) }));
    const changed = [...others, ...models.flatMap((pool) => spotShareOf(pool, pool.spotShare))];
    return cheapestMix({ group: models, demands, limits: changed, solver }) !== undefined;
  };
  if (!holds(100)) return undefined;
  let [low, high] = [Math.floor(Math.min(...group.map(({ spotShare }) => spotShare)) * 100), 100];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high / 100;
}

function problemOf(cure: Cure, hint: string): Problem {
  const { lever, needed } = cure;
  const [{ kind, subject, available, unit }] = lever.limits;
  const short = `${quantity(needed - available, unit)} short at ${formatTime(cure.shortage.at)}`;
  if (kind === 'quota') {
    const pools = poolsOf(cure).map(({ name }) => name);
    const message = `quota ${subject} ${quantity(available, unit)} is ${short} for ${listed(pools)}`;
    return { code: 'sizing/quota', path: `limits.quotas.${subject}`, message, expected: `at least ${quantity(needed, unit)}`, hint };
  }
  if (kind === 'ceiling') {
    const message = `ceiling ${quantity(available, unit)} of pool ${subject} is ${short}`;
    return { code: 'sizing/ceiling', path: `pools.${subject}.ceiling`, message, expected: `at least ${quantity(needed, unit)}`, hint };
  }
  const pools = poolsOf(cure);
  const share = Math.min(...pools.map(({ spotShare }) => spotShare));
  const message = `spot share ${share} is too small at ${formatTime(cure.shortage.at)} for ${listed(pools.map(({ name }) => name))}: ${figure(needed)} would do`;
  return { code: 'sizing/spot-share', path: 'limits.spotShare', message, expected: `at least ${figure(needed)}`, hint };
}

function advice({ lever, needed }: Cure): string {
  const [{ kind, subject, unit }] = lever.limits;
  if (kind === 'quota') return `quota ${subject} to ${quantity(needed, unit)}`;
  if (kind === 'ceiling') return `the ceiling of pool ${subject} to ${quantity(needed, unit)}`;
  return `limits.spotShare to ${figure(needed)}`;
}

/** A pool that has nothing but spot can be cured by on-demand nodes too. */
function onlySpot(cure: Cure): readonly string[] {
  const pools = poolsOf(cure).filter(({ offerings }) => offerings.every(({ capacityType }) => capacityType === 'spot'));
  return cure.lever.kind === 'spot-share' ? pools.map(({ name }) => `add 'on-demand' to pools.${name}.capacity`) : [];
}

/** The pools that the lever concerns and that want nodes at that time. */
function poolsOf({ lever, shortage: { group, demands } }: Cure): readonly PoolModel[] {
  return group.filter(({ name }) => !isIdle(demands, name) && lever.limits.some(({ weights }) => weights.has(name)));
}

function listed(pools: readonly string[]): string {
  return `pool${pools.length > 1 ? 's' : ''} ${pools.join(' and ')}`;
}

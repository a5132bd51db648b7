import type { Problem } from '../problems';
import { formatTime } from '../units';
import { type Demands, keyOf, largestDemands } from './demands';
import { figure } from './figure';
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
    const byDemand = new Map([...all].reverse().map((shortage) => [keyOf(shortage.demands), shortage]));
    const largest = largestDemands(all.map(({ demands }) => demands)).flatMap((demands) => byDemand.get(keyOf(demands)) ?? []);
    return groupProblems(
      largest.sort((a, b) => a.at - b.at),
      limits,
      solver,
    );
  });
}

/** What a limit would have to be, in its own unit (a share of 0..1 for spot), and when it falls short most. */
type Cure = { readonly limit: Limit; readonly needed: number; readonly at: number };

function groupProblems(shortages: readonly Shortage[], limits: readonly Limit[], solver: Solver): readonly Problem[] {
  const { group } = shortages[0];
  const concerned = limitsOn(limits, group);
  const alone = concerned.flatMap((limit) => cureAlone(shortages, limit, limits, solver) ?? []);
  if (alone.length > 0) {
    const [first, ...others] = alone;
    return [problemOf(first, group, ['raise it', ...others.map((cure) => `raise ${advice(cure)}`)].join(', or '))];
  }
  const together = curesTogether(shortages, concerned, limits, solver);
  return together.map((cure) => {
    const others = together.filter((other) => other !== cure).map((other) => advice(other));
    return problemOf(cure, group, `raise it and ${others.join(' and ')}: no limit alone is enough`);
  });
}

function cureAlone(shortages: readonly Shortage[], limit: Limit, limits: readonly Limit[], solver: Solver): Cure | undefined {
  let cure: Cure | undefined;
  for (const { group, demands, at } of shortages) {
    const needed =
      limit.kind === 'spot-share'
        ? leastShare(group, demands, limit, limits, solver)
        : leastExcess(group, demands, limits, [limit], solver)?.get(limit);
    if (needed === undefined) return undefined;
    if (!cure || needed > cure.needed) cure = { limit, needed, at };
  }
  return cure;
}

function curesTogether(
  shortages: readonly Shortage[],
  concerned: readonly Limit[],
  limits: readonly Limit[],
  solver: Solver,
): readonly Cure[] {
  const cures = new Map<Limit, Cure>();
  for (const { group, demands, at } of shortages) {
    for (const [limit, needed] of leastExcess(group, demands, limits, concerned, solver) ?? []) {
      if (needed > (cures.get(limit)?.needed ?? -Infinity)) cures.set(limit, { limit, needed, at });
    }
  }
  return concerned.flatMap((limit) => cures.get(limit) ?? []);
}

/** What the loose limits would have to be for the demand to find room, at the least sum of their excesses; those that are exceeded. */
function leastExcess(
  group: readonly PoolModel[],
  demands: Demands,
  limits: readonly Limit[],
  loose: readonly Limit[],
  solver: Solver,
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
  const exceeded = [...slacks].filter(([, variable]) => solution.values[variable] > tolerance);
  return new Map(
    exceeded.map(([limit]) => [limit, limit.kind === 'spot-share' ? spotPercent(group, limit, counts) / 100 : usedOf(limit, counts)]),
  );
}

function spotPercent(group: readonly PoolModel[], { subject, unit }: Limit, counts: Counts): number {
  const pool = group.find(({ name }) => name === subject);
  const nodes = counts.get(subject) ?? [];
  const sizes = (pool?.offerings ?? []).map((offering, index) => ({
    spot: offering.capacityType === 'spot',
    size: nodes[index] * sizeIn(unit, offering),
  }));
  const sum = (all: typeof sizes) => all.reduce((total, { size }) => total + size, 0);
  return Math.ceil((100 * sum(sizes.filter(({ spot }) => spot))) / sum(sizes) - 1e-9);
}

/** The smallest whole percentage of spot with which the demand finds room. */
function leastShare(
  group: readonly PoolModel[],
  demands: Demands,
  limit: Limit,
  limits: readonly Limit[],
  solver: Solver,
): number | undefined {
  const pool = group.find(({ name }) => name === limit.subject);
  if (!pool) return undefined;
  const holds = (percent: number) => {
    const share = percent / 100;
    const changed = limits.flatMap((other) => (other === limit ? spotShareOf(pool, share) : [other]));
    const models = group.map((model) => (model === pool ? { ...pool, spotShare: share } : model));
    return cheapestMix({ group: models, demands, limits: changed, solver }) !== undefined;
  };
  if (!holds(100)) return undefined;
  let [low, high] = [Math.floor(pool.spotShare * 100), 100];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high / 100;
}

/** Needs a plain sentence each: which limit, how much it lacks, when and for whom. */
function problemOf({ limit, needed, at }: Cure, group: readonly PoolModel[], hint: string): Problem {
  const { kind, subject, available, unit } = limit;
  const short = `${figure(needed - available)} ${unit} short at ${formatTime(at)}`;
  if (kind === 'quota') {
    const pools = group.filter(({ name }) => limit.weights.has(name)).map(({ name }) => name);
    const message = `quota ${subject} ${figure(available)} vCPU is ${short} for pool${pools.length > 1 ? 's' : ''} ${pools.join(' and ')}`;
    return { code: 'sizing/quota', path: `limits.quotas.${subject}`, message, expected: `at least ${figure(needed)} vCPU`, hint };
  }
  if (kind === 'ceiling') {
    const message = `ceiling ${figure(available)} ${unit} of pool ${subject} is ${short}`;
    return { code: 'sizing/ceiling', path: `pools.${subject}.ceiling`, message, expected: `at least ${figure(needed)} ${unit}`, hint };
  }
  const share = group.find(({ name }) => name === subject)?.spotShare ?? 0;
  const message = `spot share ${share} of pool ${subject} is too small at ${formatTime(at)}: what the other limits allow on demand does not hold the rest`;
  return { code: 'sizing/spot-share', path: 'limits.spotShare', message, expected: `at least ${needed}`, hint };
}

function advice({ limit, needed }: Cure): string {
  if (limit.kind === 'quota') return `quota ${limit.subject} to ${figure(needed)} vCPU`;
  if (limit.kind === 'ceiling') return `the ceiling of pool ${limit.subject} to ${figure(needed)} ${limit.unit}`;
  return `limits.spotShare to ${needed}`;
}

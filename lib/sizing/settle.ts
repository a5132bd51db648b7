import { tolerance, usedOf } from './horizon/limits';
import type { HorizonLimit, HorizonProblem } from './horizon/types';

/** Nodes by offering. */
export type Counts = ReadonlyMap<string, number>;

/** Answers of the groups of pools that were decided together, or all groups that have none. */
export type Settled<T> = { readonly answers: readonly T[] } | { readonly stuck: readonly (readonly string[])[] };

/** The limits that nodes side by side must keep: ceilings and quotas. A share is one of what runs at a time. */
export function sumsOf({ limits }: HorizonProblem): readonly HorizonLimit[] {
  return limits.filter((limit) => 'most' in limit);
}

/**
 * Decides every pool alone and joins only those that together break a limit they share, until none is broken: so a pool is touched
 * by another one only where a limit does not reach for both.
 */
export function settle<T extends { readonly counts: Counts }>(
  problem: HorizonProblem,
  decide: (pools: readonly string[]) => T | undefined,
): Settled<T> {
  let groups: readonly (readonly string[])[] = poolsOf(problem).map((pool) => [pool]);
  for (;;) {
    const decided = groups.map((group) => ({ group, answer: decide(group) }));
    const stuck = decided.filter(({ answer }) => answer === undefined).map(({ group }) => group);
    if (stuck.length > 0) return { stuck };
    const answers = decided.flatMap(({ answer }) => answer ?? []);
    const all = together(answers);
    const broken = sumsOf(problem).find((limit) => !keeps(limit, all));
    if (!broken) return { answers };
    const concerned = concernedPools(problem, broken);
    const joined = groups.filter((group) => group.some((pool) => concerned.has(pool)));
    if (joined.length < 2) return { stuck: joined };
    groups = [...groups.filter((group) => !joined.includes(group)), joined.flat().sort()];
  }
}

export function poolsOf({ offerings }: HorizonProblem): readonly string[] {
  return [...new Set(offerings.map(({ pool = '' }) => pool))].sort();
}

/** The pools that share a limit with one of these, directly or through others. */
export function connected(problem: HorizonProblem, pools: readonly string[]): readonly string[] {
  const names = new Set(pools);
  for (let size = 0; size < names.size;) {
    size = names.size;
    for (const limit of sumsOf(problem)) {
      const concerned = concernedPools(problem, limit);
      if ([...concerned].some((pool) => names.has(pool))) for (const pool of concerned) names.add(pool);
    }
  }
  return [...names].sort();
}

/** The problem of some pools alone. */
export function ofPools(problem: HorizonProblem, pools: readonly string[]): HorizonProblem {
  const isIn = ({ pool = '' }: { readonly pool?: string }) => pools.includes(pool);
  return { ...problem, offerings: problem.offerings.filter(isIn), classes: problem.classes.filter(isIn) };
}

/** The nodes of all answers. */
export function together(answers: readonly { readonly counts: Counts }[]): Counts {
  return new Map(answers.flatMap(({ counts }) => [...counts]));
}

export function keeps(limit: HorizonLimit, counts: Counts): boolean {
  const { used, available } = usedOf(limit, (name) => counts.get(name) ?? 0);
  return used <= available + tolerance;
}

function concernedPools({ offerings }: HorizonProblem, limit: HorizonLimit): ReadonlySet<string> {
  return new Set(offerings.flatMap(({ name, pool = '' }) => (Object.hasOwn(limit.sizes, name) ? [pool] : [])));
}

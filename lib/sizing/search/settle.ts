import { type HorizonLimit, type HorizonOffering, type HorizonProblem, tolerance, usedOf } from '../problem';

/** Nodes by offering. */
export type Counts = ReadonlyMap<string, number>;

/** Answers of the groups of pools that were decided together, or all groups that have none. */
export type Settled<T> = { readonly answers: readonly T[] } | { readonly stuck: readonly (readonly string[])[] };

/**
 * The limits that nodes side by side must keep: ceilings and quotas. A share is one of what runs at a time, and what is there at times
 * only stands in for other nodes: the most of both are not wanted at once, so it is in no sum but those of the periods.
 */
export function sumsOf({ limits, offerings }: HorizonProblem): readonly HorizonLimit[] {
  const passing = new Set(offerings.filter(isPassing).map(({ name }) => name));
  return limits.flatMap((limit) =>
    'most' in limit ? [{ ...limit, sizes: Object.fromEntries(Object.entries(limit.sizes).filter(([name]) => !passing.has(name))) }] : [],
  );
}

/** Whether it is there at times only. */
export function isPassing({ absentIn = [] }: HorizonOffering): boolean {
  return absentIn.length > 0;
}

/**
 * Decides every pool alone and joins only those that together break a limit they share, until none is broken: so a pool is touched
 * by another one only where a limit does not reach for both.
 *
 * @param begin groups to begin with @default each pool alone
 */
export function settle<T extends { readonly counts: Counts }>(
  problem: HorizonProblem,
  decide: (pools: readonly string[]) => T | undefined,
  begin: readonly (readonly string[])[] = poolsOf(problem).map((pool) => [pool]),
): Settled<T> {
  let groups = begin;
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

/** Pools that share a sum of which something is there at times only: their periods keep it together. */
export function passingTogether(problem: HorizonProblem): readonly (readonly string[])[] {
  const passing = problem.offerings.filter(isPassing);
  const sums = problem.limits.filter((limit) => 'most' in limit && passing.some(({ name }) => Object.hasOwn(limit.sizes, name)));
  const groups = poolsOf(problem).map((pool) => connected(problem, [pool], sums).join(' '));
  return [...new Set(groups)].map((group) => group.split(' '));
}

/** The pools that share a limit with one of these, directly or through others. */
export function connected(problem: HorizonProblem, pools: readonly string[], limits = sumsOf(problem)): readonly string[] {
  const names = new Set(pools);
  for (let size = 0; size < names.size;) {
    size = names.size;
    for (const limit of limits) {
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

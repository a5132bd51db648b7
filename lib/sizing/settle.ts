import { type Counts, holds, type Limit } from './limits';
import type { PoolModel } from './pool-model';

/** Answers of the groups that were decided together, or all groups that have none. */
export type Settled<T> = { readonly answers: readonly T[] } | { readonly stuck: readonly (readonly PoolModel[])[] };

/**
 * Decides every pool alone and joins only those that together break a quota they share, until none is broken.
 *
 * Leaving out a shared limit is a relaxation; an answer of the relaxation that keeps to the limit is the answer. So the result is
 * that of deciding all pools at once, and a pool is touched by another one only where a limit they share does not reach for both.
 */
export function settle<T extends { readonly counts: Counts }>(
  pools: readonly PoolModel[],
  limits: readonly Limit[],
  decide: (group: readonly PoolModel[]) => T | undefined,
): Settled<T> {
  let groups: readonly (readonly PoolModel[])[] = pools.map((pool) => [pool]);
  const shared = limits.filter(({ weights }) => weights.size > 1);
  for (;;) {
    const decided = groups.map((group) => ({ group, answer: decide(group) }));
    const stuck = decided.filter(({ answer }) => answer === undefined).map(({ group }) => group);
    if (stuck.length > 0) return { stuck };
    const answers = decided.flatMap(({ answer }) => answer ?? []);
    const all = together(answers);
    const broken = shared.find((limit) => !holds(limit, all));
    if (!broken) return { answers };
    const isConcerned = (group: readonly PoolModel[]) => group.some(({ name }) => broken.weights.has(name));
    const concerned = groups.filter(isConcerned);
    if (concerned.length < 2) return { stuck: concerned };
    const joined = pools.filter((pool) => concerned.some((group) => group.includes(pool)));
    groups = [...groups.filter((group) => !isConcerned(group)), joined];
  }
}

/** The pools that share a quota with one of the group, directly or through others. */
export function connected(pools: readonly PoolModel[], limits: readonly Limit[], group: readonly PoolModel[]): readonly PoolModel[] {
  const names = new Set(group.map(({ name }) => name));
  for (let size = 0; size < names.size;) {
    size = names.size;
    for (const { weights } of limits)
      if ([...weights.keys()].some((name) => names.has(name))) for (const name of weights.keys()) names.add(name);
  }
  return pools.filter(({ name }) => names.has(name));
}

/** The nodes of all answers. */
export function together(answers: readonly { readonly counts: Counts }[]): Counts {
  return new Map(answers.flatMap(({ counts }) => [...counts]));
}

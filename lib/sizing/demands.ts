import { compareText, type PoolModel } from './pool-model';

/** Replicas by pool: one number a kind. */
export type Demands = ReadonlyMap<string, readonly number[]>;

/** The part of the demands that concerns a group of pools. */
export function demandsOn(group: readonly PoolModel[], demands: Demands): Demands {
  return new Map(group.map(({ name }) => [name, demands.get(name) ?? []]));
}

export function isIdle(demands: Demands, pool: string): boolean {
  return (demands.get(pool) ?? []).every((replicas) => replicas === 0);
}

/** The demands that no other one covers, in order of their sum, largest first. */
export function largestDemands(all: readonly Demands[]): readonly Demands[] {
  const distinct = [...new Map(all.map((demands) => [keyOf(demands), demands])).values()];
  return distinct
    .filter((demands) => !distinct.some((other) => other !== demands && covers(other, demands)))
    .sort((a, b) => total(b) - total(a) || compareText(keyOf(a), keyOf(b)));
}

export function keyOf(demands: Demands): string {
  return [...demands].map(([pool, replicas]) => `${pool}:${replicas.join(',')}`).join(' ');
}

/** Whether the first asks for at least as many replicas of every kind. */
export function covers(a: Demands, b: Demands): boolean {
  return [...b].every(([pool, replicas]) => replicas.every((count, kind) => count <= (a.get(pool)?.[kind] ?? 0)));
}

function total(demands: Demands): number {
  return [...demands.values()].flat().reduce((sum, count) => sum + count, 0);
}

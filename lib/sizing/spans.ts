import { ProblemError } from '../problems';
import type { Limit } from './limits';
import { type Demands, demandsOn, keyOf } from './demands';
import { cheapestMix, type Mix } from './mix';
import { demandOf, type PoolModel } from './pool-model';
import { connected, settle, together } from './settle';
import { type Shortage, shortageProblems } from './shortage';
import type { DemandSegment, Solver } from './types';

/** A span of time and the replicas it asks of each pool. */
export type Span = { readonly from: number; readonly to: number; readonly ms: number; readonly demands: Demands };

export type SpanContext = {
  readonly models: readonly PoolModel[];
  readonly limits: readonly Limit[];
  readonly spans: readonly Span[];
  readonly solver: Solver;
};

export function spanOf({ from, to, replicas }: DemandSegment, models: readonly PoolModel[]): Span {
  if (!(to > from)) throw new Error(`the segment at ${from} ends at ${to}`);
  for (const workload of models.flatMap((pool) => pool.workloads)) {
    const count = replicas[workload] as number | undefined;
    if (count === undefined || !Number.isInteger(count) || count < 0)
      throw new Error(`the segment at ${from} has ${count} replicas of ${workload}`);
  }
  return { from, to, ms: to - from, demands: new Map(models.map((pool) => [pool.name, demandOf(pool, replicas)])) };
}

/**
 * The cheapest mix for every span; each distinct demand is solved once.
 *
 * @throws ProblemError where a span finds no room within the limits
 */
export function cheapestMixes({ models, limits, spans, solver }: SpanContext): readonly Mix[] {
  const solve = memoised((group, demands) => cheapestMix({ group, demands, limits, solver }));
  const shortages: Shortage[] = [];
  const mixes = spans.flatMap(({ demands, from }) => {
    const settled = settle(models, limits, (group) => solve(group, demands));
    if ('answers' in settled) return [sum(settled.answers)];
    // What one pool lacks depends on what the pools that share its quotas take.
    const groups = new Map(settled.stuck.map((group) => connected(models, limits, group)).map((group) => [group[0].name, group]));
    for (const group of groups.values()) shortages.push({ group, demands: demandsOn(group, demands), at: from });
    return [];
  });
  if (shortages.length > 0) throw new ProblemError(shortageProblems(shortages, limits, solver));
  return mixes;
}

type Solve = (group: readonly PoolModel[], demands: Demands) => Mix | undefined;

export function memoised(solve: Solve): Solve {
  const known = new Map<string, Mix | undefined>();
  return (group, demands) => {
    const key = keyOf(demandsOn(group, demands));
    if (!known.has(key)) known.set(key, solve(group, demands));
    return known.get(key);
  };
}

function sum(mixes: readonly Mix[]): Mix {
  return {
    counts: together(mixes),
    usdPerHour: mixes.reduce((total, mix) => total + mix.usdPerHour, 0),
    boundUsdPerHour: mixes.reduce((total, mix) => total + mix.boundUsdPerHour, 0),
  };
}

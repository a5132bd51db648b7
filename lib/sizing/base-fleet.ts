import { type Problem, ProblemError } from '../problems';
import { commonFleet } from './common-fleet';
import { type Demands, demandsOn, largestDemands } from './demands';
import { quantity } from './figure';
import { cheapestFleet } from './fleet';
import { type Counts, holds, type Limit, limitsOn, tolerance } from './limits';
import { cheapestMix, costOf, type Mix } from './mix';
import type { PoolModel } from './pool-model';
import { connected, settle, together } from './settle';
import { memoised, type SpanContext } from './spans';

/** Most nodes of each offering that the segments need. */
export type BaseFleet = {
  readonly counts: Counts;
  /** Pools whose segments must keep within the counts. */
  readonly common: readonly PoolModel[];
};

/**
 * The most of each offering in any segment, as long as ceilings and quotas let these stand side by side; otherwise a common fleet
 * for the pools concerned.
 *
 * @throws ProblemError where no fleet within the limits holds every segment
 */
export function baseFleet({ models, limits, spans, solver }: SpanContext, mixes: readonly Mix[]): BaseFleet {
  const common = new Set<PoolModel>();
  const demandsOf = (group: readonly PoolModel[]) => spans.map(({ demands, ms }) => ({ demands: demandsOn(group, demands), ms }));
  const settled = settle(models, limits, (group) => {
    const peaks: Counts = new Map(group.map((pool) => [pool.name, peakOf(pool, mixes)]));
    if (sizeLimits(limits, group).every((limit) => holds(limit, peaks))) return { counts: peaks };
    for (const pool of group) common.add(pool);
    const counts = commonFleet({ group, spans: demandsOf(group), limits, solver });
    return counts && { counts };
  });
  if ('answers' in settled) return { counts: together(settled.answers), common: models.filter((pool) => common.has(pool)) };
  const groups = new Map(settled.stuck.map((group) => connected(models, limits, group)).map((group) => [group[0].name, group]));
  const problems = [...groups.values()].flatMap((group) => {
    const vectors = largestDemands(demandsOf(group).map(({ demands }) => demands));
    return fleetProblems(group, vectors, { limits, solver });
  });
  throw new ProblemError(problems);
}

/** The mixes, those of pools with a common fleet made anew within it. The bound stays that of the free mixes. */
export function withinFleet({ models, limits, spans, solver }: SpanContext, mixes: readonly Mix[], fleet: BaseFleet): readonly Mix[] {
  if (fleet.common.length === 0) return mixes;
  const solve = memoised((group, demands) => cheapestMix({ group, demands, limits, solver, within: fleet.counts }));
  const free = models.filter((pool) => !fleet.common.includes(pool));
  return mixes.map((mix, index): Mix => {
    const remade = fleet.common.map((pool) => {
      const answer = solve([pool], spans[index].demands);
      if (!answer) throw new Error(`the common fleet of pool ${pool.name} does not hold the segment at ${spans[index].from}`);
      return answer;
    });
    const usdPerHour = costOf(free, mix.counts) + remade.reduce((sum, part) => sum + part.usdPerHour, 0);
    return {
      counts: new Map([...mix.counts, ...together(remade)]),
      usdPerHour,
      boundUsdPerHour: Math.min(mix.boundUsdPerHour, usdPerHour),
    };
  });
}

function peakOf(pool: PoolModel, mixes: readonly Mix[]): readonly number[] {
  return pool.offerings.map((_, offering) => Math.max(0, ...mixes.map(({ counts }) => counts.get(pool.name)?.[offering] ?? 0)));
}

/** The limits that nodes side by side must keep: ceilings and quotas. The share of spot is one of what runs at a time. */
function sizeLimits(limits: readonly Limit[], group: readonly PoolModel[]): readonly Limit[] {
  return limitsOn(limits, group).filter(({ kind }) => kind !== 'spot-share');
}

/** By how much limits fall short of any common fleet, at the least sum of their excesses. */
function fleetProblems(
  group: readonly PoolModel[],
  vectors: readonly Demands[],
  { limits, solver }: Pick<SpanContext, 'limits' | 'solver'>,
): readonly Problem[] {
  const loose = sizeLimits(limits, group);
  const fleet = cheapestFleet({ group, vectors: vectors.map((demands) => ({ demands, weight: 0 })), limits, solver, weight: 0, loose });
  return loose.flatMap((limit): Problem[] => {
    const excess = fleet?.excess.get(limit) ?? 0;
    if (excess < tolerance) return [];
    const { subject, available, unit } = limit;
    const isQuota = limit.kind === 'quota';
    return [
      {
        code: isQuota ? 'sizing/quota' : 'sizing/ceiling',
        path: isQuota ? `limits.quotas.${subject}` : `pools.${subject}.ceiling`,
        message: `${isQuota ? `quota ${subject} ${quantity(available, unit)}` : `ceiling ${quantity(available, unit)} of pool ${subject}`} is ${quantity(excess, unit)} short for the node groups side by side: each hour finds room by itself, but the hours need different nodes`,
        expected: `at least ${quantity(available + excess, unit)}`,
        hint: 'raise it, or leave fewer instance types in the pool',
      },
    ];
  });
}

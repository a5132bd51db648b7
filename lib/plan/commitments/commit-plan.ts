import type { Portfolio } from '../../commit';
import type { CapacityConfig } from '../../config';
import { significant } from '../../figures';
import type { CommitPlan } from '../file';
import { adviseCommitments, type AdviseOptions } from './advise';
import { quotaRaises } from './asks';
import { type DemandOfMonths, fewWeeks } from './node-needs';
import type { Spread } from './types';

/**
 * What to commit to, as a plan carries it: the answer of `adviseCommitments` at the growth of the config, of loads with four weeks of history
 * and more. Dollars have two digits, which is more than is known of a year.
 *
 * @param before what the plan before advised; it stays where it is as good
 */
export function commitPlan(
  config: CapacityConfig,
  of: DemandOfMonths,
  courses: Pick<AdviseOptions, 'risk' | 'draws' | 'seed'>,
  before: CommitPlan | undefined,
): CommitPlan {
  const options = { ...courses, growth: declaredGrowth(config), before: advisedIn(before), leastWeeks: fewWeeks };
  const { basis, types, leftOut } = adviseCommitments(config, of, options);
  return {
    basis: { draws: basis.draws, seed: basis.seed },
    types: types.map(({ instanceType, pools, weeks, usdPerHour, advised, decide, blocks, usdPerMonth: { saved } }) => ({
      instanceType,
      pools,
      weeks,
      usdPerHour: { onDemand: usdPerHour.onDemand, oneYear: usdPerHour.oneYear, threeYears: usdPerHour.threeYears },
      advised: { oneYear: advised.oneYear, threeYears: advised.threeYears },
      savesUsdPerMonth: shortSpread(saved),
      decide: decide && { by: decide.by, nodes: decide.nodes, why: decide.why },
      blocks: blocks.map(({ nodes, from, to, savesUsd }) => ({ nodes, from, to, savesUsd: significant(savesUsd, 2) })),
    })),
    quotas: quotaRaises(types),
    leftOut: leftOut.filter(({ name }) => Object.hasOwn(config.workloads, name) || Object.hasOwn(config.pools, name)),
  };
}

/** What a plan advises, by instance type. */
export function advisedIn(plan: CommitPlan | undefined): Readonly<Record<string, Portfolio>> {
  return Object.fromEntries((plan?.types ?? []).map(({ instanceType, advised }) => [instanceType, advised]));
}

/** Share a month by workload, of those whose growth the config declares. */
export function declaredGrowth({ growth, workloads }: CapacityConfig): Readonly<Record<string, number>> {
  if (growth === undefined) return {};
  return typeof growth === 'number' ? Object.fromEntries(Object.keys(workloads).map((name) => [name, growth])) : growth;
}

function shortSpread({ mean, p10, p90 }: Spread): Pick<Spread, 'mean' | 'p10' | 'p90'> {
  return { mean: significant(mean, 2), p10: significant(p10, 2), p90: significant(p90, 2) };
}

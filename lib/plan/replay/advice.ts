import type { ReplayEvidence } from './policy-decision';
import { costOf, farBeyondLimit, moreViolationPercent, violationPercent } from './policy-figures';
import { type CarriedPolicy, isCarried, type PolicyName, scalingPolicies } from './scaling-policies';

/** A policy that came out ahead of the chosen one and that no manifest carries. */
export type Advice = {
  readonly name: PolicyName;
  readonly gpuHours: number;
  /** Of the GPU-hours of the chosen one; where minutes in violation have a price, of its dollars for both. */
  readonly savedPercent: number;
  /** Says so where it is in violation far beyond its limit; `null`: it is not. */
  readonly beyondLimit: string | null;
};

/**
 * What would need fewer GPU-hours than the chosen policy, both where it was tuned and where it was scored, at no more violations there, if
 * something carried it: the one that needs the fewest; `null` without any.
 */
export function adviceBeside({ outcomes, price }: Pick<ReplayEvidence, 'outcomes' | 'price'>, chosen: CarriedPolicy): Advice | null {
  const own = outcomes.find(({ name }) => name === chosen);
  if (own === undefined || own.tuned === null) return null;
  const { tuned, scored } = own;
  const [best] = outcomes
    .filter(
      (other) =>
        scalingPolicies[other.name].byForecast &&
        !isCarried(other.name) &&
        other.tuned !== null &&
        costOf(other.tuned, price) < costOf(tuned, price) &&
        costOf(other.scored, price) < costOf(scored, price) &&
        (price !== undefined || violationPercent(other.scored) <= violationPercent(scored) + moreViolationPercent),
    )
    .sort((a, b) => costOf(a.scored, price) - costOf(b.scored, price));
  if (best === undefined) return null;
  return {
    name: best.name,
    gpuHours: best.scored.gpuHours,
    savedPercent: 100 * (1 - costOf(best.scored, price) / costOf(scored, price)),
    beyondLimit: farBeyondLimit(best.name, best.scored),
  };
}

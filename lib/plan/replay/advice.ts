import type { FloorOwner } from '../../config';
import { costOf, farBeyondLimit, moreViolationPercent, violationPercent } from './policy-figures';
import { type CarriedPolicy, type PolicyName, scalingPolicies } from './scaling-policies';
import { contenderOf, type ReplayEvidence } from './verdict';

/** A policy that came out ahead of the chosen one and that manifests of the present owner do not carry. */
export type Advice = {
  readonly name: PolicyName;
  /** Whose manifests carry it; `null`: no manifest does. */
  readonly owner: FloorOwner | null;
  readonly gpuHours: number;
  /** Of the GPU-hours of the chosen one; where minutes in violation have a price, of its dollars for both. */
  readonly savedPercent: number;
  /** Says so where it is in violation far beyond its limit; `null`: it is not. */
  readonly beyondLimit: string | null;
};

/**
 * What would need fewer GPU-hours than the chosen policy, both where it was tuned and where it was scored, at no more violations there, if
 * manifests of the owner carried it: the one that needs the fewest, of those that another owner carries where there are any; `null` without.
 */
export function adviceBeside(
  { outcomes, price }: Pick<ReplayEvidence, 'outcomes' | 'price'>,
  chosen: CarriedPolicy,
  owner: FloorOwner,
): Advice | null {
  const own = outcomes.find(({ name }) => name === chosen);
  if (own === undefined || own.tuned === null) return null;
  const { tuned, scored } = own;
  const ahead = outcomes
    .filter(
      (other) =>
        scalingPolicies[other.name].byForecast &&
        other.name !== contenderOf(owner) &&
        other.tuned !== null &&
        costOf(other.tuned, price) < costOf(tuned, price) &&
        costOf(other.scored, price) < costOf(scored, price) &&
        (price !== undefined || violationPercent(other.scored) <= violationPercent(scored) + moreViolationPercent),
    )
    .sort((a, b) => costOf(a.scored, price) - costOf(b.scored, price));
  const best = ahead.find(({ name }) => ownerOf(name) !== null) ?? ahead.at(0);
  if (best === undefined) return null;
  return {
    name: best.name,
    owner: ownerOf(best.name),
    gpuHours: best.scored.gpuHours,
    savedPercent: 100 * (1 - costOf(best.scored, price) / costOf(scored, price)),
    beyondLimit: farBeyondLimit(best.name, best.scored),
  };
}

/** Under which owner manifests move floors by a policy; `null`: under none. */
function ownerOf(name: PolicyName): FloorOwner | null {
  const owners = ['keda', 'live'] as const;
  return owners.find((owner) => contenderOf(owner) === name) ?? null;
}

import type { TerraformLocal } from 'cdktf';
import { MINUTE_MS } from '../../lib/units';
import { expression } from './expression';
import type { Precondition } from './precondition';

/** How old a plan of Terraform may be when it is applied, where nothing else is said. */
export const MAX_AGE_MS = 15 * MINUTE_MS;

/**
 * The precondition that a plan of Terraform is applied soon after it is made: it holds the live sizes of then. A node that the autoscaler
 * has added since would be removed again.
 */
export function isRecent(maxAge: TerraformLocal): Precondition {
  const age = `local.${maxAge.friendlyUniqueId}`;
  return {
    condition: expression(`timecmp(timestamp(), timeadd(plantimestamp(), ${age})) < 0`),
    errorMessage: `This Terraform plan was made at ${expression('plantimestamp()')}, longer than ${expression(age)} ago, and holds the sizes that node groups had then: plan again and apply at once.`,
  };
}

/**
 * The preconditions that the plan has not expired: one is checked when Terraform plans, the other when it applies a saved plan. The
 * date is a local value, because Terraform wants a condition to refer to an object.
 */
export function notExpired(validUntil: TerraformLocal): Precondition[] {
  const date = `local.${validUntil.friendlyUniqueId}`;
  const errorMessage = `The capacity plan expired at ${expression(date)}. Run 'foresize plan', review and commit the new plan, and deploy that.`;
  return ['plantimestamp()', 'timestamp()'].map((now) => ({ condition: expression(`timecmp(${now}, ${date}) < 0`), errorMessage }));
}

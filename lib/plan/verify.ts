import { configDigest } from '../config/digest';
import type { CapacityConfig } from '../config/schema';
import { ProblemError } from '../problems';
import { planDigest } from './format';
import type { CapacityPlan } from './types';

/**
 * Reads the text of a plan and proves that it is one: right schema version, not edited.
 *
 * @param path where it stands, for messages
 * @throws ProblemError `plan/not-json`, `plan/schema`, `plan/edited`
 */
export function parsePlan(text: string, path: string): CapacityPlan {
  let plan: CapacityPlan;
  try {
    plan = JSON.parse(text) as CapacityPlan;
  } catch {
    throw new ProblemError({
      code: 'plan/not-json',
      path,
      message: 'is not JSON',
      hint: 'a merge conflict or a cut file; run `foresize plan --fresh` to write it anew',
    });
  }
  const schema = (plan as { schema?: unknown } | null)?.schema;
  if (schema !== 1) {
    throw new ProblemError({
      code: 'plan/schema',
      path,
      message: 'has a schema version that this foresize does not read',
      expected: '1',
      received: JSON.stringify(schema) ?? 'none',
      hint: 'run `foresize plan --fresh`, or use the version of foresize that wrote it',
    });
  }
  if (planDigest(plan) !== plan.digest) {
    throw new ProblemError({
      code: 'plan/edited',
      path,
      message: 'was edited by hand: its digest does not match its content',
      hint: 'change the config and run `foresize plan`, or restore the file from version control',
    });
  }
  return plan;
}

/** @throws ProblemError `plan/other-config` when the plan was made from another config */
export function verifyPlanMatches(plan: CapacityPlan, config: CapacityConfig, path: string): void {
  if (plan.sources.config === configDigest(config)) return;
  throw new ProblemError({
    code: 'plan/other-config',
    path,
    message: 'was made from another config: a field that can change a size has changed since',
    expected: configDigest(config).slice(0, 19),
    received: plan.sources.config.slice(0, 19),
    hint: 'run `foresize plan` and review the new plan',
  });
}

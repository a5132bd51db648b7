import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { displayPath } from '../adapters/config-file';
import { textAtRevision } from '../adapters/git';
import { readPlanText } from '../adapters/plan-file';
import { diffPlans, type PlanDiff } from '../plan/diff';
import { type CapacityPlan, parsePlan, readOlderPlan } from '../plan/file';
import { ProblemError } from '../problems';
import { type Showback, showbackOf } from '../report/showback';
import type { Scorecard } from '../simulate';
import { openProject, type ProjectSource, readPlan } from './project';
import { newestCard } from './scorecard-files';

export type DiffOptions = ProjectSource & {
  /** The file of a plan, or a revision of git, which holds one where the plan lies. @default `HEAD`, which is the committed plan */
  readonly base?: string;
};

export type DiffResult = {
  readonly diff: PlanDiff;
  readonly before: CapacityPlan;
  readonly after: CapacityPlan;
  /** Whether there is a plan at the base: without one, all of the plan is new. */
  readonly hasBase: boolean;
  /** How the plans before it fared, of the newest week beside the plan; `null` where there is none. */
  readonly scorecard: Scorecard | null;
  /** What both plans cost by the cost centres of the config; `null` where it states none. */
  readonly showback: { readonly before: Showback | null; readonly after: Showback } | null;
};

/**
 * What the plan that is there changes against another one, which may be of another config.
 *
 * @throws ProblemError `plan/no-base` where the base is none, and whatever is wrong in either plan
 */
export function diff({ base = 'HEAD', ...source }: DiffOptions = {}): DiffResult {
  const project = openProject(source);
  const after = readPlan(project);
  const isFile = existsSync(resolve(base));
  const path = isFile ? displayPath(resolve(base)) : `${base}:${displayPath(project.planFile)}`;
  const text = isFile ? readPlanText(resolve(base)) : textAtRevision(project.planFile, base);
  const before = text === undefined ? nothing(after) : parsed(text, path);
  const scorecard = newestCard(project.planFile);
  const costs = showbackOf(project.config, after, scorecard);
  const showback = costs && { before: showbackOf(project.config, before), after: costs };
  return { diff: diffPlans(before, after, project.config), before, after, hasBase: text !== undefined, scorecard, showback };
}

function parsed(text: string, path: string): CapacityPlan {
  const older = readOlderPlan(text, path);
  if (older === null) return parsePlan(text, path);
  throw new ProblemError({
    code: 'plan/no-base',
    path,
    message: `is of form ${older.form}, which an earlier foresize wrote, and cannot be compared with`,
    hint: 'review the first plan of this version whole (foresize explain NAME), and compare from then on',
  });
}

/** A plan of no workload, which costs nothing. */
function nothing(plan: CapacityPlan): CapacityPlan {
  const range = { p50: 0, p95: 0 };
  return {
    ...plan,
    workloads: {},
    pools: {},
    commit: undefined,
    binding: [],
    warnings: [],
    cost: { ...plan.cost, usd: range, usdNextMonth: range, usdPerMonth: { ...range, now: null }, bound: 0 },
  };
}

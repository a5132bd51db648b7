import { type CapacityConfig, configDigest } from '../config';
import { type CapacityPlan, parsePlan, verifyPlanMatches } from '../plan/file';
import { isProblemError, type Problem, shownValue, valueAt } from '../problems';

/** The plan that is there, where it can be relied on, else why not. */
export type PreviousPlan = { readonly plan: CapacityPlan | null; readonly problems: readonly Problem[] };

/** A plan that another version of foresize wrote is left alone: that version may still be in use. */
const keptCodes: readonly Problem['code'][] = ['plan/schema', 'plan/other-version'];

/**
 * Reads the plan that a new one is to replace. One that was edited, cut off or merged badly cannot be relied on, and need not stand in the
 * way of a new one either.
 *
 * @throws ProblemError `plan/schema` or `plan/other-version` for a plan that this version of foresize does not read
 */
export function previousPlan(text: string, path: string, foresize: string, config: CapacityConfig): PreviousPlan {
  try {
    const plan = parsePlan(text, path, foresize);
    // One of another config is a plan before like any other.
    if (plan.sources.config === configDigest(config)) verifyPlanMatches(plan, config, path);
    return { plan, problems: [] };
  } catch (error) {
    if (!isProblemError(error) || error.problems.some(({ code }) => keptCodes.includes(code))) throw error;
    return { plan: null, problems: error.problems };
  }
}

/** Of so many figures a message tells what becomes of them. */
const mostTold = 8;

/** Says that a plan is dropped, why, and which of its sizes the new plan has otherwise. */
export function droppedProblem(text: string, path: string, { problems: [first, ...others] }: PreviousPlan, next: CapacityPlan): Problem {
  const reason = first.path === path ? first.message : `${first.path.slice(path.length + 2)} ${first.message}`;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const figures = differingFigures(text, next);
  const told = figures.slice(0, mostTold).join(', ');
  const rest = figures.length > mostTold ? ` and ${figures.length - mostTold} more` : '';
  const what = figures.length === 0 ? 'the new plan has the same sizes' : `dropped with it: ${told}${rest}`;
  return { code: 'plan/dropped', path, message: `${reason}${more}; it is not taken for the plan before and is made anew; ${what}` };
}

/** Sizes of the file beside those of the new plan: `workloads.chat.floor 60 (now 6)`. */
function differingFigures(text: string, next: CapacityPlan): string[] {
  const file = jsonOf(text);
  const sizes = ['floor', 'peak', 'ceiling'];
  const paths = Object.keys(next.workloads).flatMap((name) => sizes.map((size) => ['workloads', name, size]));
  const workloads = paths.flatMap((path) => difference(path.join('.'), valueAt(file, path), valueAt(next, path)));
  const groups = Object.entries(next.pools).flatMap(([pool, { groups: planned }]) =>
    planned.flatMap((group) => {
      const listed = valueAt(file, ['pools', pool, 'groups']);
      const found: unknown = Array.isArray(listed) ? listed.find((one) => valueAt(one, ['name']) === group.name) : undefined;
      return sizes.flatMap((size) => difference(`pools.${pool}.${group.name}.${size}`, valueAt(found, [size]), valueAt(group, [size])));
    }),
  );
  return [...workloads, ...groups];
}

function difference(name: string, before: unknown, now: unknown): string[] {
  return before === undefined || before === now ? [] : [`${name} ${shownValue(before)} (now ${shownValue(now)})`];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import { type CapacityConfig, configDigest } from '../config';
import { type CapacityPlan, type OlderPlan, parsePlan, type PlanBefore, planVersion, readOlderPlan, verifyPlanMatches } from '../plan/file';
import { isProblemError, type Problem, shownValue, valueAt } from '../problems';

/** The plan that is there, as far as it can be relied on. */
export type PreviousPlan = {
  /** `null` where it cannot stay, whatever the new one says. */
  readonly plan: CapacityPlan | null;
  /** What the new one takes from it; `null` where nothing of it can be relied on. */
  readonly before: PlanBefore | null;
  /** Why nothing of it can be relied on; empty where something can. */
  readonly problems: readonly Problem[];
  /** What it is where an earlier foresize wrote it in another form. */
  readonly older: OlderPlan | null;
};

/** A plan of another version of foresize that is not read here is left alone: that version may still be in use. */
const keptCodes: readonly Problem['code'][] = ['plan/schema', 'plan/other-version'];

/**
 * Reads the plan that a new one is to replace. One that was edited, cut off or merged badly cannot be relied on, and need not stand in the
 * way of a new one either. Nor does one of an older form: the new one takes from it what still means the same.
 *
 * @throws ProblemError `plan/schema` or `plan/other-version` for a plan that this version of foresize does not read
 */
export function previousPlan(text: string, path: string, foresize: string, config: CapacityConfig): PreviousPlan {
  const older = readOlderPlan(text, path);
  if (older !== null) return { plan: null, before: older.before, problems: older.problems, older };
  try {
    const plan = parsePlan(text, path, foresize);
    // One of another config is a plan before like any other.
    if (plan.sources.config === configDigest(config)) verifyPlanMatches(plan, config, path);
    return { plan, before: plan, problems: [], older: null };
  } catch (error) {
    if (!isProblemError(error) || error.problems.some(({ code }) => keptCodes.includes(code))) throw error;
    return { plan: null, before: null, problems: error.problems, older: null };
  }
}

/** Of so many figures a message tells what becomes of them. */
const mostTold = 8;

/**
 * Says that a plan is dropped, why, and which of its sizes the new plan has otherwise; of one of an older form, what the new plan took from
 * it. `null` where it is a plan before like any other.
 */
export function droppedProblem(text: string, path: string, there: PreviousPlan, next: CapacityPlan): Problem | null {
  const { older, before, problems } = there;
  const figures = differingFigures(text, next);
  const told = figures.slice(0, mostTold).join(', ');
  const rest = figures.length > mostTold ? ` and ${figures.length - mostTold} more` : '';
  const what = (verb: string) => (figures.length === 0 ? 'the new plan has the same sizes' : `${verb}: ${told}${rest}`);
  if (older !== null && before !== null)
    return {
      code: 'plan/older-form',
      path,
      message: `is of ${formOf(older)}, and is made anew in form ${planVersion}; its sizes, strategies and cost are taken for those of the plan before, its replays are made anew; ${what('sizes that differ')}`,
    };
  if (problems.length === 0) return null;
  const [first, ...others] = problems;
  const form = older === null ? '' : `is of ${formOf(older)}, and `;
  const reason = first.path === path ? first.message : `${first.path.slice(path.length + 2)} ${first.message}`;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return {
    code: 'plan/dropped',
    path,
    message: `${form}${reason}${more}; it is not taken for the plan before and is made anew; ${what('dropped with it')}`,
  };
}

/**
 * Says that work of deferrable jobs is planned again, where the plan that is there is not taken for the plan before: what its windows that
 * have begun did is not counted. `null` where there is no such window.
 */
export function anewProblem(text: string, path: string, next: CapacityPlan): Problem | null {
  const file = jsonOf(text);
  const begun = Object.keys(next.workloads).filter((name) => {
    const windows = valueAt(file, ['workloads', name, 'windows']);
    const from = Array.isArray(windows) ? windows.map((window) => valueAt(window, ['from'])) : [];
    return next.workloads[name].progress !== undefined && from.some((at) => typeof at === 'string' && at < next.asOf);
  });
  if (begun.length === 0) return null;
  return {
    code: 'schedule/windows-anew',
    path,
    message: `is not taken for the plan before: what its windows have done of ${begun.join(', ')} is not counted, and all of the work is planned anew`,
    hint: 'plan without --fresh, or state done',
  };
}

/** Why a plan of an older form cannot stay. */
export function olderFormText(older: OlderPlan, foresize: string): string {
  return `foresize ${foresize} writes plans of form ${planVersion}, in place of ${formOf(older)}`;
}

const formOf = ({ form, foresize }: OlderPlan): string =>
  `form ${form} by ${foresize === null ? 'an earlier foresize' : `foresize ${foresize}`}`;

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

import type { z } from 'zod';
import { placeIn, type Problem, ProblemError, shownValue, valueAt } from '../../problems';
import type { CapacityConfig } from '../../config';
import { agreementProblems } from './agreement';
import { configProblems } from './belongs';
import { planDigest } from './format';
import { isOlderForm } from './plan-before';
import { rangeProblems } from './ranges';
import { planSchema, planVersion } from './schema';
import type { CapacityPlan } from './types';

/**
 * Reads the text of a plan and proves that it is one: of the schema version that is read here, not edited since it was written, and of
 * the form that `schema.ts` states.
 *
 * @param path where it stands, for messages
 * @param foresize the version that reads it, to tell what another version wrote from what is wrong. @default it is not told
 * @throws ProblemError `plan/not-json` or `plan/schema` alone, else every one of `plan/edited`, `plan/other-version`,
 *   `plan/missing-field`, `plan/unknown-field` and `plan/wrong-field` that is found
 */
export function parsePlanForm(text: string, path: string, foresize?: string): CapacityPlan {
  const raw = jsonOf(text, path);
  const { error } = planSchema.safeParse(raw);
  const problems = [
    ...editProblems(raw, path),
    ...(error === undefined ? [] : [...versionProblems(raw, path, foresize), ...shapeProblems(error, raw, path)]),
  ];
  if (problems.length > 0) throw new ProblemError(problems);
  // As it stands in the file, and not zod's copy of it, whose fields come in another order.
  return raw as CapacityPlan;
}

/**
 * Reads the text of a plan that is to be relied on: beyond its form, each of its fields holds what it may, no field contradicts another,
 * and all is as the config says, whatever its digest says.
 *
 * @param config that the plan must belong to. @default it may be of any
 * @throws ProblemError as `parsePlanForm`, then `plan/other-config` alone, then every `plan/out-of-range`, else every
 *   `plan/contradiction` and `plan/not-of-config`
 */
export function parsePlan(text: string, path: string, foresize?: string, config?: CapacityConfig): CapacityPlan {
  const plan = parsePlanForm(text, path, foresize);
  const ofConfig = config === undefined ? [] : configProblems(plan, config, path);
  const ranges = rangeProblems(plan, path);
  // What is out of range contradicts a good deal else.
  const problems = ranges.length > 0 ? ranges : [...ofConfig, ...agreementProblems(plan, path)];
  if (problems.length > 0) throw new ProblemError(shortened(problems, path));
  return plan;
}

/** An object of the schema version that is read here: nothing else of another one is believed. */
function jsonOf(text: string, path: string): object {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new ProblemError({
      code: 'plan/not-json',
      path,
      message: 'is not JSON',
      hint: 'a merge conflict or a cut file; run `foresize plan --fresh` to write it anew',
    });
  }
  const version = valueAt(raw, ['schema']);
  if (typeof raw === 'object' && raw !== null && version === planVersion) return raw;
  throw new ProblemError({
    code: 'plan/schema',
    path,
    message: 'has a schema version that this foresize does not read',
    expected: `${planVersion}`,
    received: JSON.stringify(version) ?? 'none',
    hint: isOlderForm(version)
      ? 'an earlier foresize wrote it: run `foresize plan`, which makes it anew, and review the new plan'
      : 'run `foresize plan --fresh`, or use the version of foresize that wrote it',
  });
}

function editProblems(raw: object, path: string): Problem[] {
  if (planDigest(raw) === valueAt(raw, ['digest'])) return [];
  return [
    {
      code: 'plan/edited',
      path,
      message: 'was edited by hand: its digest does not match its content',
      hint: 'change the config and run `foresize plan`, or restore the file from version control',
    },
  ];
}

/** What is wrong in a plan of another version is most likely no fault of the plan. */
function versionProblems(raw: object, path: string, reader: string | undefined): Problem[] {
  const writer = valueAt(raw, ['foresize']);
  if (typeof writer !== 'string' || reader === undefined || writer === reader) return [];
  return [
    {
      code: 'plan/other-version',
      path,
      message: `was made by foresize ${writer}, and foresize ${reader} does not read all of it`,
      hint: `use foresize ${writer}, or run \`foresize plan --fresh\` to write it anew`,
    },
  ];
}

/** A plan of quite another form has as many problems as entries: the first ones say enough. */
const mostShown = 20;

function shapeProblems({ issues }: z.ZodError, raw: object, file: string): readonly Problem[] {
  return shortened(
    issues.flatMap((issue) => problemsOf(issue, raw, file)),
    file,
  );
}

function shortened(problems: readonly Problem[], file: string): readonly Problem[] {
  if (problems.length <= mostShown) return problems;
  const rest: Problem = {
    code: 'plan/wrong-field',
    path: file,
    message: `has ${problems.length - mostShown} more fields that are not right`,
  };
  return [...problems.slice(0, mostShown), rest];
}

const rewrite = 'restore the file from version control, or run `foresize plan --fresh` to write it anew';

function problemsOf(issue: z.core.$ZodIssue, raw: object, file: string): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'plan/unknown-field',
      path: placeIn(file, [...issue.path, key]),
      message: 'is no field of a plan that this foresize knows',
      hint: rewrite,
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((best, errors) => (misses(errors) < misses(best) ? errors : best));
    return nearest.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, raw, file));
  }
  const received = valueAt(raw, issue.path);
  const common = { path: placeIn(file, issue.path), expected: expectedOf(issue), hint: rewrite };
  if (received === undefined) return [{ code: 'plan/missing-field', message: 'is missing', ...common }];
  return [{ code: 'plan/wrong-field', message: 'is not what a plan holds here', received: shownValue(received), ...common }];
}

/** How far an alternative of a union is from what stands there: the nearest one is the one that was meant. */
const misses = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function expectedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return kinds[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value) ?? String(value)).join(' or ');
  return issue.message;
}

import { displayPath } from '../adapters/config-file';
import { textAtRevision } from '../adapters/git';
import { readPlanText } from '../adapters/plan-file';
import { foresizeVersion } from '../adapters/version';
import { catalogDigest } from '../catalog';
import type { CapacityConfig } from '../config';
import { type CapacityPlan, dueAt, overridesAt, overrideText, parsePlan } from '../plan/file';
import { isProblemError, type Problem } from '../problems';
import { ageText, formatDuration, formatTime, timeOf as epochOf } from '../units';
import { type Time, timeOf } from './options';
import { type OpenProject, openProject, type ProjectSource } from './project';

export type CheckOptions = ProjectSource & {
  /** What the clock is taken to say. @default `now` */
  readonly asOf?: Time;
  /** What the clock says; without it, and where the config has `asOf: 'data'`, the age of the plan and of its data is not looked at. */
  readonly now?: Time;
  /** What was reviewed: the digest of a plan, or a revision of git that holds one. The plan that is there must be that one. */
  readonly reviewed?: string;
};

export type CheckResult = {
  readonly project: OpenProject;
  /** `null` where it cannot be relied on. */
  readonly plan: CapacityPlan | null;
  /** What is wrong, and must be seen to before the plan is deployed. */
  readonly findings: readonly Problem[];
  /** What is worth knowing. */
  readonly notes: readonly string[];
};

/**
 * Whether the committed plan may be deployed: whole, of this config and catalogue, feasible in itself, neither expired nor made of old
 * data, and within the guardrails.
 *
 * @throws ProblemError what is wrong in the config
 */
export function check(options: CheckOptions = {}): CheckResult {
  const project = openProject(options);
  const { config, planFile } = project;
  const path = displayPath(planFile);
  const text = readPlanText(planFile);
  const without = (findings: readonly Problem[]): CheckResult => ({ project, plan: null, findings, notes: [] });
  if (text === undefined)
    return without([{ code: 'plan/missing', path, message: 'does not exist', hint: 'run `foresize plan` and commit what it writes' }]);
  let plan: CapacityPlan;
  try {
    plan = parsePlan(text, path, foresizeVersion(), config);
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return without(error.problems);
  }
  const clock = timeOf(options.asOf, 'asOf') ?? (config.asOf === 'data' ? undefined : timeOf(options.now, 'now'));
  return {
    project,
    plan,
    findings: [
      ...(options.reviewed === undefined ? [] : reviewProblems(plan, planFile, options.reviewed)),
      ...catalogProblems(plan, path),
      ...(clock === undefined ? [] : [...ageProblems(plan, config, path, clock), ...endedOverrides(plan, clock)]),
      ...guardrailProblems(plan),
    ],
    notes:
      clock === undefined
        ? ['not held against the clock: the config plans data of the past']
        : [...dueNotes(plan, clock), ...endingOverrides(plan, clock)],
  };
}

/** @throws ProblemError `plan/no-base` where `reviewed` is neither a digest nor a revision */
function reviewProblems({ digest }: CapacityPlan, planFile: string, reviewed: string): Problem[] {
  const expected = reviewed.startsWith('sha256:') ? reviewed : digestAt(planFile, reviewed);
  if (digest === expected) return [];
  return [
    {
      code: 'plan/not-reviewed',
      path: displayPath(planFile),
      message: 'is not the plan that was reviewed',
      expected: expected ?? `a plan at ${reviewed}, which has none`,
      received: digest,
      hint: 'deploy the commit that was reviewed, or have this plan reviewed',
    },
  ];
}

function digestAt(planFile: string, revision: string): string | null {
  const text = textAtRevision(planFile, revision);
  return text === undefined ? null : parsePlan(text, `${revision}:${displayPath(planFile)}`).digest;
}

function catalogProblems({ sources }: CapacityPlan, path: string): Problem[] {
  if (sources.catalog === catalogDigest()) return [];
  return [
    {
      code: 'plan/other-catalog',
      path,
      message: 'was made with another catalogue of instance types and prices than this foresize has',
      hint: 'run `foresize plan` and review the new plan, or check with the version of foresize that made it',
    },
  ];
}

function ageProblems({ validUntil, sources }: CapacityPlan, { guardrails }: CapacityConfig, path: string, clock: number): Problem[] {
  const expired = clock - epochOf(validUntil);
  const { maxDataAge } = guardrails;
  const stale = Object.entries(sources.history).filter(([, { to }]) => clock - epochOf(to) > maxDataAge);
  return [
    ...(expired < 0
      ? []
      : [
          {
            code: 'plan/expired' as const,
            path,
            message: `expired ${ageText(expired)} ago, at ${validUntil}: Terraform refuses to deploy it`,
            hint: 'run `foresize plan` with a history that is up to date, and review the new plan',
          },
        ]),
    ...stale.map(([key, { to }]): Problem => ({
      code: 'history/stale',
      path: `workloads.${key}`,
      message: `what the plan was made from ends at ${to}, ${ageText(clock - epochOf(to))} ago`,
      expected: `at most ${formatDuration(maxDataAge)} (guardrails.maxDataAge)`,
      hint: 'bring the history up to date and run `foresize plan`',
    })),
  ];
}

/** Overrides that have ended by the clock and that the plan still has: one floor and a lowered ceiling act on, and no plan should carry one. */
function endedOverrides({ workloads }: CapacityPlan, clock: number): Problem[] {
  return Object.keys(workloads).flatMap((name) =>
    (workloads[name].overrides ?? [])
      .filter(({ until }) => epochOf(until) <= clock)
      .map((override): Problem => {
        const actsOn = overridesAt(workloads[name], clock).includes(override)
          ? ', and what it set stays until another plan is deployed'
          : '';
        return {
          code: 'override/ended',
          path: `workloads.${name}.overrides`,
          message: `ended ${ageText(clock - epochOf(override.until))} ago (${overrideText(override)})${actsOn}`,
          hint: 'remove it from the config and run `foresize plan`; where it is still needed, give it another until',
        };
      }),
  );
}

/** Overrides that end while the plan may still be deployed. */
function endingOverrides({ workloads, validUntil }: CapacityPlan, clock: number): string[] {
  return Object.keys(workloads).flatMap((name) =>
    (workloads[name].overrides ?? [])
      .filter(({ until }) => epochOf(until) > clock && epochOf(until) <= epochOf(validUntil))
      .map((override) => `override of ${name} ends before the plan expires: ${overrideText(override)}`),
  );
}

/** What the config only warned of when the plan was made. */
function guardrailProblems({ warnings }: CapacityPlan): Problem[] {
  return warnings
    .filter(({ code }) => code === 'guardrail/step-up' || code === 'guardrail/step-down')
    .map(({ code, path, message }) => ({ code, path, message, hint: 'look at why: foresize diff, foresize explain NAME' }));
}

function dueNotes(plan: CapacityPlan, clock: number): string[] {
  const due = dueAt(plan);
  return clock >= due && clock < epochOf(plan.validUntil)
    ? [`due for renewal since ${formatTime(due)}: it expires at ${plan.validUntil}`]
    : [];
}

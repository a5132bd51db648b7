import type { CapacityPlan, PlanWarning } from '../plan/file';
import type { ProblemCode } from '../problems';

/** What to do about a kind of warning, where its sentences do not say so themselves. */
const cures: Partial<Record<ProblemCode, string>> = {
  'demand/estimated': 'measure one replica and state replica.throughput',
  'demand/no-metric': 'state metric: what an autoscaler shall follow, such as requests in flight',
  'forecast/past-event': 'remove it, or list the coming date',
  'forecast/event': 'name the holiday as an event with its uplift, or remove the uplift that is not used',
  'forecast/untested': 'plan again as history grows; until then a sibling lends its shape (like)',
  'forecast/young': 'plan again as history grows',
  'guardrail/accepted': 'remove the line once the reason no longer holds',
  'guardrail/step-down': 'look at why (foresize explain NAME); raise guardrails.stepDown where the fall is right',
  'guardrail/step-up': 'look at why (foresize explain NAME); raise guardrails.stepUp where the rise is right',
  'replay/coarse': "have the last weeks every 15 minutes or finer; until then owner: 'keda'",
  'replay/cost': "state a ceiling, or replay: 'advise' to go by the schedule alone",
  'replay/live': "owner: 'keda' goes by the policy that the replay speaks for",
  'sizing/ceiling-lowered': 'raise what limits the pool: its ceiling, a quota, limits.nodesPerGroup; foresize explain POOL names it',
};

/**
 * The warnings of a plan as lines, one a kind, the kind that concerns the dearest workload or pool first. A kind that concerns several
 * names them all, and shows the sentence of the dearest.
 *
 * @example ['workloads.resnet.replica.throughput: is not measured: ... Hint: measure one replica and state replica.throughput']
 */
export function warningLines(warnings: readonly PlanWarning[], plan: CapacityPlan): string[] {
  return warningKinds(warnings, plan).map(({ paths, message, more, cure }) => {
    const others = more === 0 ? '' : ` (${more} more of its kind in the plan)`;
    return `${paths.join(', ')}: ${message}${others}${cure === null ? '' : `. Hint: ${cure}`}`;
  });
}

/** All warnings of one code. */
export type WarningKind = {
  readonly code: ProblemCode;
  /** Where in the config, that of the dearest workload or pool first. */
  readonly paths: readonly string[];
  /** That of the dearest. */
  readonly message: string;
  /** Others of the code, where any of them says something else. */
  readonly more: number;
  /** What to do, where the message does not say so itself. */
  readonly cure: string | null;
  /** Of the dearest workload or pool that it is about, in the horizon. */
  readonly usd: number;
};

/** The warnings of a plan by their codes, the kind that concerns the dearest workload or pool first. */
export function warningKinds(warnings: readonly PlanWarning[], plan: CapacityPlan): WarningKind[] {
  const usd = (warning: PlanWarning) => usdConcerned(warning, plan);
  const kinds = new Map<string, PlanWarning[]>();
  for (const warning of [...warnings].sort((a, b) => usd(b) - usd(a)))
    kinds.set(warning.code, [...(kinds.get(warning.code) ?? []), warning]);
  return [...kinds.values()].map(([first, ...others]) => ({
    code: first.code,
    paths: [...new Set([first, ...others].map(({ path }) => path))],
    message: first.message,
    more: others.some(({ message }) => message !== first.message) ? others.length : 0,
    cure: cures[first.code] ?? null,
    usd: usd(first),
  }));
}

/** USD of the workload or pool that a warning is about; of the whole plan where it is about neither. */
function usdConcerned({ path }: PlanWarning, { workloads, pools, cost }: CapacityPlan): number {
  const [, kind, name] = /^(workloads|pools)\.([^.]+)/.exec(path) ?? [];
  const planned = kind === 'workloads' ? workloads : kind === 'pools' ? pools : {};
  return Object.hasOwn(planned, name) ? planned[name].usd.p95 : cost.usd.p95;
}

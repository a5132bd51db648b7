import { canonicalJson } from '../../digest';
import { formatDuration, parseDuration, parseTime } from '../../units';
import type { CapacityPlan, ReplicaStep, WorkloadPlan } from './types';

/** Why the plan that is there stays, or why a new one takes its place. */
export type Keep = { readonly keep: boolean; readonly why: string };

/**
 * Whether the plan that is there stays as it is, byte for byte: when every figure is the same, or when the change is too
 * small to be worth a review and the old plan is not about to expire.
 *
 * @param stickiness largest change, as a share, that is not worth a review
 */
export function keepPrevious(previous: CapacityPlan, next: CapacityPlan, stickiness: number): Keep {
  if (canonicalJson(figures(previous)) === canonicalJson(figures(next))) return { keep: true, why: 'unchanged' };
  if (previous.sources.config !== next.sources.config) return { keep: false, why: 'the config has changed' };
  if (previous.sources.catalog !== next.sources.catalog) return { keep: false, why: 'the catalogue has changed' };
  const [asOf, from, until] = [time(next.asOf), time(previous.asOf), time(previous.validUntil)];
  if (asOf < from) return { keep: false, why: 'the new plan is for an earlier time' };
  const left = until - asOf;
  if (left < (until - from) / 4)
    return { keep: false, why: left <= 0 ? 'the old plan has expired' : `the old plan expires in ${formatDuration(left)}` };
  for (const name of Object.keys(next.workloads)) {
    if (autoscalerOf(previous.workloads[name]) !== autoscalerOf(next.workloads[name]))
      return { keep: false, why: `the autoscaler of ${name} is to be set otherwise` };
    const change = floorChange(previous.workloads[name], next.workloads[name], asOf, until);
    if (change > stickiness)
      return { keep: false, why: `the floor of ${name} changes by more than the stickiness of ${stickiness * 100} %` };
  }
  const [before, after] = [usdPerMs(previous), usdPerMs(next)];
  if (Math.abs(after - before) > stickiness * before)
    return { keep: false, why: `the cost changes by more than the stickiness of ${stickiness * 100} %` };
  return { keep: true, why: `the change stays under the stickiness of ${stickiness * 100} %` };
}

/** What a reviewer would look at: all but what only tells one plan from its predecessor. */
function figures(plan: CapacityPlan): unknown {
  const { cost, sources, workloads, warnings } = plan;
  return {
    ...plan,
    digest: undefined,
    foresize: undefined,
    sources: { ...sources, previous: undefined },
    cost: { ...cost, usdPerMonth: { ...cost.usdPerMonth, now: undefined } },
    workloads: Object.fromEntries(
      Object.entries(workloads).map(([name, workload]) => [
        name,
        { ...workload, usdPerMonth: { ...workload.usdPerMonth, now: undefined } },
      ]),
    ),
    warnings: warnings.filter(({ code }) => !code.startsWith('guardrail/')),
  };
}

/** What manifests say of an autoscaler beside its limits. */
function autoscalerOf(workload: WorkloadPlan | undefined): string {
  return canonicalJson(workload && { target: workload.target, floors: workload.floors, scaleDown: workload.scaleDown });
}

/** Largest relative difference of the scheduled replicas, at any time both plans speak of, and of floor and ceiling. */
function floorChange(before: WorkloadPlan | undefined, after: WorkloadPlan, from: number, to: number): number {
  if (before === undefined) return Infinity;
  const changes = (of: (plan: WorkloadPlan) => readonly ReplicaStep[]) =>
    [...of(before), ...of(after)]
      .map((step) => Math.max(from, time(step.from)))
      .filter((at) => at < to)
      .map((at) => [replicasAt(of(before), at), replicasAt(of(after), at)] as const);
  const pairs = [
    ...changes(({ schedule }) => schedule),
    ...changes(({ schedule, floorSchedule }) => floorSchedule ?? schedule),
    [before.floor, after.floor] as const,
    [before.ceiling, after.ceiling] as const,
  ];
  return Math.max(...pairs.map(([old, next]) => Math.abs(next - old) / Math.max(1, old)));
}

function replicasAt(schedule: readonly ReplicaStep[], at: number): number {
  return (schedule.findLast((step) => time(step.from) <= at) ?? schedule[0]).replicas;
}

/** Of the horizons, which may be of unlike lengths. */
function usdPerMs({ cost, horizon }: CapacityPlan): number {
  return cost.usd.p95 / (parseDuration(horizon) ?? NaN);
}

function time(text: string): number {
  return parseTime(text) ?? NaN;
}

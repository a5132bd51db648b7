import { type CapacityConfig, hasExactTolerance, liveLoadOf } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import {
  alertRules,
  floorQuery,
  livePlanOf,
  liveRules,
  type LiveWorkload,
  type RuleGroup,
  type WatchedWorkload,
  type WatchRule,
} from '../../lib/plan/live-floor';
import { DAY_MS, timeOf } from '../../lib/units';

/** Where KEDA reads the floor of a workload that recording rules decide. */
export type FloorSource = {
  /** Address of the Prometheus that evaluates the rules. */
  readonly url: string;
  /** Its query for the floor of the workload, one series of replicas. */
  readonly query: string;
};

/** Where the floor of a workload is read; `undefined` where no rules decide it. */
export function floorSourceOf(config: CapacityConfig, name: string): FloorSource | undefined {
  const load = liveLoadOf(config, name);
  return load === null ? undefined : { url: load.url, query: floorQuery(config.name, name) };
}

/**
 * The recording rules of all workloads with owner `live`; none where there is no such workload.
 *
 * @throws ProblemError `kubernetes/rules` where the plan holds nothing that was learned for one
 */
export function floorRuleGroups(config: CapacityConfig, plan: CapacityPlan): RuleGroup[] {
  const workloads = liveWorkloads(config, plan);
  return workloads.length === 0 ? [] : liveRules(config.name, workloads);
}

/**
 * The alerts on their floors; none where there is no such workload.
 *
 * @throws ProblemError as `floorRuleGroups`
 */
export function floorAlertGroups(config: CapacityConfig, plan: CapacityPlan): RuleGroup<WatchRule>[] {
  const workloads = liveWorkloads(config, plan).map(({ name, plan }): WatchedWorkload => {
    const { attach } = config.workloads[name];
    const { kind = 'Deployment', name: target = name, namespace = config.namespace.name, takesOver } = attach ?? {};
    return { name, plan, target: { kind, name: target, namespace }, autoscaler: takesOver ?? `keda-hpa-${name}` };
  });
  const validMs = timeOf(plan.validUntil) - timeOf(plan.asOf);
  const noticeMs = Math.min(DAY_MS, noticeShare * validMs);
  return workloads.length === 0
    ? []
    : alertRules({ plan: config.name, workloads, exactFloors: hasExactTolerance(config.cluster.version), noticeMs });
}

/** A plan of short validity is told to expire when so much of it is left. */
const noticeShare = 0.25;

function liveWorkloads(config: CapacityConfig, plan: CapacityPlan): LiveWorkload[] {
  return Object.keys(config.workloads).flatMap((name): LiveWorkload[] => {
    const load = liveLoadOf(config, name);
    const floor = load && livePlanOf(plan, plan.workloads[name]);
    if (load === null) return [];
    if (floor === null)
      throw new ProblemError({
        code: 'kubernetes/rules',
        path: `workloads.${name}.owner`,
        message: "is 'live', and the plan holds nothing that was learned for it",
        hint: 'run `foresize plan --fresh`',
      });
    return [{ name, query: load.query, scale: load.scale, plan: floor }];
  });
}

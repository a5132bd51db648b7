import { type CapacityConfig, hasExactTolerance, isAutoscaled, liveLoadOf, scaledBy, scalerOf } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import {
  alertRules,
  askedSeries,
  floorQuery,
  floorSeries,
  livePlanOf,
  liveRules,
  type LiveWorkload,
  type RuleGroup,
  valleyRules,
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

/** The external metric that an HPA reads the floor of a workload as, served by the rules of `floorAdapterRules`. */
export type FloorMetric = { readonly name: string; readonly labels: Readonly<Record<string, string>> };

/** Where KEDA reads the floor of a workload; `undefined` where no rules decide it, or an HPA reads it. */
export function floorSourceOf(config: CapacityConfig, name: string): FloorSource | undefined {
  const load = liveLoadOf(config, name);
  if (load === null || isReadByHpa(config, name)) return undefined;
  return { url: load.url, query: floorQuery(config.name, name, hasExactTolerance(config.cluster.version)) };
}

/**
 * Where KEDA reads how many places there must be on nodes ahead of the replicas of a workload: what its floor is above the replicas that its
 * autoscaler wants, by kube-state-metrics; `undefined` where nodes do not come ahead of it.
 */
export function placesSourceOf(config: CapacityConfig, name: string): FloorSource | undefined {
  const [load, workload] = [liveLoadOf(config, name), config.workloads[name]];
  if (load === null || !isAutoscaled(workload) || workload.live?.ahead !== 'nodes') return undefined;
  const { namespace, autoscaler } = scaledBy(config, name);
  const wanted = `kube_horizontalpodautoscaler_status_desired_replicas{namespace="${namespace}",horizontalpodautoscaler="${autoscaler}"}`;
  return { url: load.url, query: `clamp_min(max(${floorQuery(config.name, name, true)}) - max(${wanted}), 0)` };
}

/** The Deployment of placeholder pods that come ahead of a workload. */
export const placeholdersOf = (name: string): string => `${name}-ahead`;

/** What an HPA reads the floor of a workload as; `undefined` where no rules decide it, or KEDA reads it. */
export function floorMetricOf(config: CapacityConfig, name: string): FloorMetric | undefined {
  if (!isReadByHpa(config, name)) return undefined;
  const series = hasExactTolerance(config.cluster.version) ? floorSeries : askedSeries;
  return { name: metricName(series), labels: { plan: config.name, workload: name } };
}

/** Whether rules decide the floor of a workload and an HPA reads it. */
export function isReadByHpa({ workloads }: Pick<CapacityConfig, 'workloads'>, name: string): boolean {
  const workload = workloads[name];
  return isAutoscaled(workload) && workload.owner === 'live' && scalerOf(workload) === 'hpa';
}

/**
 * The rules by which prometheus-adapter serves floors as external metrics, in the form of its configuration. They name no plan: those of
 * several plans in a cluster are the same. The floor is that of the labels that an HPA asks for, from whichever namespace.
 *
 * @see kubernetes-sigs/prometheus-adapter, docs/externalmetrics.md
 */
export function floorAdapterRules() {
  return {
    externalRules: [floorSeries, askedSeries].map((series) => ({
      seriesQuery: series,
      resources: { namespaced: false },
      name: { as: metricName(series) },
      metricsQuery: 'max by (plan, workload) (<<.Series>>{<<.LabelMatchers>>})',
    })),
  };
}

/** A colon stands in the name of no metric that others serve. */
const metricName = (series: string): string => series.replaceAll(':', '_');

/**
 * The recording rules of all workloads with owner `live`, and of what pools have room for; none where there is neither.
 *
 * @throws ProblemError `kubernetes/rules` where the plan holds nothing that was learned for one
 */
export function floorRuleGroups(config: CapacityConfig, plan: CapacityPlan): RuleGroup[] {
  const workloads = liveWorkloads(config, plan);
  const valleys = Object.fromEntries(Object.entries(plan.pools).flatMap(([name, { valley }]) => (valley ? [[name, valley] as const] : [])));
  return [
    ...(workloads.length === 0 ? [] : liveRules(config.name, workloads, hasExactTolerance(config.cluster.version))),
    ...valleyRules(config.name, valleys, plan.validUntil),
  ];
}

/**
 * The alerts on their floors; none where there is no such workload.
 *
 * @throws ProblemError as `floorRuleGroups`
 */
export function floorAlertGroups(config: CapacityConfig, plan: CapacityPlan): RuleGroup<WatchRule>[] {
  const workloads = liveWorkloads(config, plan).map(({ name, plan }): WatchedWorkload => {
    return { name, plan, ...scaledBy(config, name), placeholders: placesSourceOf(config, name) && placeholdersOf(name) };
  });
  const validMs = timeOf(plan.validUntil) - timeOf(plan.asOf);
  const noticeMs = Math.min(DAY_MS, noticeShare * validMs);
  return workloads.length === 0 ? [] : alertRules({ plan: config.name, workloads, noticeMs });
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

import type { ScaledBy } from '../../config';
import { MINUTE_MS, SECOND_MS } from '../../units';
import type { LivePlan } from './live-floor';
import { lookedUp, number, range, type RecordingRule, type Selection, series } from './promql';
import { presentMinutes } from './record';
import { floorSeries, forecastSeries, highLoad, loadSeries, type RuleGroup } from './rules';

/** A workload on whose live floor there are alerts. */
export type WatchedWorkload = {
  readonly name: string;
  readonly plan: Pick<LivePlan, 'live' | 'validUntil'>;
} & Pick<ScaledBy, 'namespace' | 'autoscaler'> & {
    /** What has its replicas. */
    readonly target: Pick<ScaledBy['target'], 'kind' | 'name'>;
    /** The Deployment of placeholder pods, in the same namespace, where its floor moves nodes alone. @default none */
    readonly placeholders?: string;
  };

/** An alerting rule, in the form of a rules file and of a PrometheusRule. */
type AlertRule = {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: 'warning' | 'info' };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook: string };
};

export type WatchRule = RecordingRule | AlertRule;

/** Replicas that serve, with places that placeholder pods keep for it, that the autoscaler wants, and that it may have at most, one series a workload; by kube-state-metrics. */
export const availableSeries = 'foresize:replicas:available';
export const desiredSeries = 'foresize:replicas:desired';
export const mostSeries = 'foresize:replicas:most';
/** The load that the floor provides for until a new node serves, in its own unit. */
export const highSeries = 'foresize:forecast:high';
/** 1 in minutes whose load is above what was provided for a lead before, else 0. */
const missedSeries = 'foresize:forecast:missed';

const dayMinutes = 24 * 60;
/** What the rules record of a workload beside its floor, as queries. */
export function watchedQueries(plan: string, workload: string): Readonly<Record<'floor' | 'available' | 'missed', string>> {
  const of = (name: string) => series(name, { plan, workloads: [workload] });
  return { floor: of(floorSeries), available: of(availableSeries), missed: of(missedSeries) };
}

/** Less than this share of a day, half an hour, is no more than one crowd. */
const leastMissed = 0.02;

/**
 * Alerts on live floors, with what they read beside the series of `liveRules`. A group a workload records its replicas, by
 * kube-state-metrics, and tells when its floor is not recorded; one group has the other alerts for all workloads.
 *
 * @param watch.noticeMs how long before the plan expires that is told
 */
export function alertRules({
  plan,
  workloads,
  noticeMs,
}: {
  readonly plan: string;
  readonly workloads: readonly WatchedWorkload[];
  readonly noticeMs: number;
}): RuleGroup<WatchRule>[] {
  const sorted = [...workloads].sort((a, b) => (a.name < b.name ? -1 : 1));
  const all = { plan };
  const leads = [...new Set(sorted.map(({ plan: { live } }) => live.upMinutes))].sort((a, b) => a - b);
  /** An expression for each lead, of the workloads that have it. */
  const byLead = (expression: (lead: number) => string): string[] =>
    leads.map((lead) =>
      leads.length === 1 ? expression(lead) : `(${expression(lead)})\n  and (${lookedUp('foresize:live:up_minutes', all)} == ${lead})`,
    );
  return [
    ...sorted.map((workload) => ({
      name: `foresize-alerts-${plan}-${workload.name}`,
      interval: '1m',
      rules: [...replicaRules(workload, plan), staleAlert(workload, plan)],
    })),
    {
      name: `foresize-alerts-${plan}`,
      interval: '1m',
      rules: [
        highRule(all),
        ...byLead((lead) => `${series(loadSeries, all)} > bool (${series(highSeries, all)} offset ${lead}m)`).map((expr) => ({
          record: missedSeries,
          expr,
        })),
        ...byLead((lead) => notReached(lead, all)).map(notReachedAlert),
        ceilingAlert(all),
        missedAlert(all),
        expiryAlert(noticeMs, all),
      ],
    },
  ];
}

/** The share of a day's minutes above which misses are too many: twice what errors of the expected size would make of them. */
export function mostMissed(selection: Selection): string {
  // Errors with long tails (Laplace) of a mean size s are above m times s with the probability exp(-m) / 2.
  return `clamp_min(exp(-${lookedUp('foresize:live:up_margin', selection)}), ${leastMissed})`;
}

/** The minutes of the last day whose load was above what its floor provided for, as a share. */
export function missedShare(selection: Selection): string {
  return `avg_over_time(${series(missedSeries, selection)}${range(dayMinutes)})`;
}

/** When the plan expires, in epoch seconds. */
export function expiry(selection: Selection): string {
  return lookedUp('foresize:live:valid_until', selection);
}

/** The replicas of a workload that serve, by kube-state-metrics, of which more than one may say them. */
export function availableQuery({ namespace, target, autoscaler }: Pick<WatchedWorkload, 'namespace' | 'target' | 'autoscaler'>): string {
  const { kind } = target;
  const ofTarget = (label: string) => `{namespace="${namespace}",${label}="${target.name}"}`;
  if (kind === 'Deployment') return `max(kube_deployment_status_replicas_available${ofTarget('deployment')})`;
  if (kind === 'StatefulSet') return `max(kube_statefulset_status_replicas_ready${ofTarget('statefulset')})`;
  return `max(kube_horizontalpodautoscaler_status_current_replicas${ofHpa(namespace, autoscaler)})`;
}

const ofHpa = (namespace: string, autoscaler: string): string => `{namespace="${namespace}",horizontalpodautoscaler="${autoscaler}"}`;

/** The replicas of one workload. */
function replicaRules(workload: WatchedWorkload, plan: string): RecordingRule[] {
  const { name, namespace, autoscaler, placeholders } = workload;
  const ofAutoscaler = ofHpa(namespace, autoscaler);
  const kept =
    placeholders === undefined
      ? ''
      : ` + (max(kube_deployment_status_replicas_available{namespace="${namespace}",deployment="${placeholders}"}) or vector(0))`;
  const labels = { plan, workload: name };
  return [
    { record: availableSeries, expr: `${availableQuery(workload)}${kept}`, labels },
    { record: desiredSeries, expr: `max(kube_horizontalpodautoscaler_status_desired_replicas${ofAutoscaler})`, labels },
    { record: mostSeries, expr: `max(kube_horizontalpodautoscaler_spec_max_replicas${ofAutoscaler})`, labels },
  ];
}

/** It names the workload and the time, so that it goes by no series that may be missing too. */
function staleAlert({ name, plan: { validUntil } }: WatchedWorkload, plan: string): AlertRule {
  const own = { plan, workloads: [name] };
  const absent = (of: string) => `absent_over_time(${series(of, own)}${range(presentMinutes)})`;
  return {
    alert: 'ForesizeFloorStale',
    expr: `(${absent(floorSeries)} or ${absent(loadSeries)})\n  and on () (vector(time()) < ${validUntil / SECOND_MS})`,
    for: '15m',
    labels: { severity: 'warning' },
    annotations: {
      summary: `The live floor of ${name} does not follow its load.`,
      description: `For 25 minutes the rules have recorded no floor of ${name}, or no load to decide it by, though its plan is valid. The schedule of the plan holds, or what its autoscaler falls back on.`,
      runbook: runbook('floor-stale'),
    },
  };
}

function highRule(all: Selection): RecordingRule {
  const perReplica = lookedUp('foresize:live:load_per_replica', all);
  return { record: highSeries, expr: `clamp_min(${highLoad('up', all)}, 0) * ${perReplica} and ${series(forecastSeries, all)}` };
}

/** At no time within a lead were there as many replicas as were asked for during all of it, which had begun by then. */
function notReached(lead: number, all: Selection): string {
  const floor = series(floorSeries, all);
  return `max_over_time(${series(availableSeries, all)}${range(lead)}) < min_over_time(${floor}${range(lead)})\n  and (${floor} offset ${lead}m)`;
}

function notReachedAlert(expr: string): AlertRule {
  return {
    alert: 'ForesizeFloorNotReached',
    expr,
    for: '5m',
    labels: { severity: 'warning' },
    annotations: {
      summary: '{{ $labels.workload }} has fewer replicas than its floor.',
      description:
        'For longer than a new node takes to serve, {{ $labels.workload }} has had at most {{ $value }} available replicas, and its floor asked for more all that time.',
      runbook: runbook('floor-not-reached'),
    },
  };
}

/** A workload whose number is fixed is always at its ceiling. */
function ceilingAlert(all: Selection): AlertRule {
  const moves = `(${lookedUp('foresize:live:ceiling', all)} > ${lookedUp('foresize:live:least', all)})`;
  return {
    alert: 'ForesizeAtCeiling',
    expr: `${series(desiredSeries, all)} >= ${series(mostSeries, all)}\n  and ${moves}`,
    for: '15m',
    labels: { severity: 'warning' },
    annotations: {
      summary: '{{ $labels.workload }} is at its ceiling.',
      description:
        'For a quarter of an hour the autoscaler of {{ $labels.workload }} has wanted {{ $value }} replicas, the most it may have. A load that needs more is not served in time.',
      runbook: runbook('at-ceiling'),
    },
  };
}

function missedAlert(all: Selection): AlertRule {
  const isHalfADay = `count_over_time(${series(missedSeries, all)}${range(dayMinutes)}) >= ${dayMinutes / 2}`;
  return {
    alert: 'ForesizeForecastMissed',
    expr: `${missedShare(all)} > ${mostMissed(all)}\n  and ${isHalfADay}`,
    for: '15m',
    labels: { severity: 'info' },
    annotations: {
      summary: 'The load of {{ $labels.workload }} is above its forecast more often than it should be.',
      description:
        'In {{ $value | humanizePercentage }} of the minutes of the last day the load of {{ $labels.workload }} was above what its floor provides for: at least twice as often as its margin says.',
      runbook: runbook('forecast-missed'),
    },
  };
}

function expiryAlert(noticeMs: number, all: Selection): AlertRule {
  return {
    alert: 'ForesizePlanExpires',
    expr: `min by (plan) (${expiry(all)}) - time() < ${number(Math.floor(noticeMs / MINUTE_MS) * 60)}`,
    for: '5m',
    labels: { severity: 'warning' },
    annotations: {
      summary: 'The plan {{ $labels.plan }} is about to expire, or has expired.',
      description:
        'Time left to the plan {{ $labels.plan }}: {{ $value | humanizeDuration }}; below zero it has expired. From then on its floors follow its schedule and no load, until that is over too.',
      runbook: runbook('plan-expires'),
    },
  };
}

function runbook(page: string): string {
  return `docs/runbooks/${page}.md`;
}

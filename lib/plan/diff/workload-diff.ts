import { canonicalJson } from '../../digest';
import { formatTime, timeOf } from '../../units';
import {
  type CapacityPlan,
  floorsOf,
  isServing,
  overrideChange,
  type PlanSpan,
  type Reason,
  spanOf,
  type Steps,
  stepsOf,
  type WorkloadPlan,
} from '../file';
import type { DemandDiff } from './demand-causes';
import { differences, inputThatChanged, workloadFigures } from './figures-of';
import { valueAt } from './hours';
import type { Change, FigureChange, LargestStep, WorkloadDiff } from './types';
import type { ShownWindows } from './windows-diff';

/** What differs of a workload that is in both plans; `null` where it is none of what is deployed, and no replica-hour. */
export function workloadDiff(
  plans: Change<CapacityPlan>,
  name: string,
  demand: DemandDiff,
  shown: ShownWindows | null,
): WorkloadDiff | null {
  const [before, after] = [plans.before.workloads[name], plans.after.workloads[name]];
  // The hours of a job that may wait say more than one of them.
  const step = after.windows === undefined ? largestStep(plans, name, demand) : null;
  const figures = differences(workloadFigures(before), workloadFigures(after)).map((figure) => ({
    ...figure,
    because:
      (shown && sizes.includes(figure.figure) ? shown.windows.because : null) ??
      ceilingCause(figure.figure, before, after) ??
      sizeCause(figure.figure, after, demand) ??
      eventCause(figure.figure, demand) ??
      inputThatChanged(plans, name),
  }));
  const isSame = figures.length === 0 && step === null && demand.replicaHours.before === demand.replicaHours.after;
  if (isSame && shown === null) return null;
  return {
    name,
    is: 'changed',
    pool: after.pool,
    figures: [...(shown?.figures ?? []), ...figures],
    replicaHours: demand.replicaHours,
    usd: { before: before.usd.p95, after: after.usd.p95 },
    largestStep: step,
    ...(shown && { windows: shown.windows }),
    risks: [...(shown?.risks ?? []), ...risksOf(after)],
    deploys: [...(shown?.deploys ?? []), ...deploysOf(plans, name, figures)],
    chain: { gone: onlyIn(before.reasons, after.reasons), come: onlyIn(after.reasons, before.reasons) },
  };
}

/** A workload that is in one of the plans alone. */
export function workloadAlone(
  workload: WorkloadPlan,
  name: string,
  is: 'added' | 'removed',
  replicaHours: number,
  windows: ShownWindows | null,
): WorkloadDiff {
  const change = <Value>(value: Value, none: Value): Change<Value> =>
    is === 'added' ? { before: none, after: value } : { before: value, after: none };
  const shown = workloadFigures(workload);
  const own = [...sizes, 'pool', 'moved by'].map((figure) => ({
    figure,
    ...change(shown[figure], 'none'),
    because: `the workload is ${is}`,
  }));
  const figures = [...(windows?.figures ?? []), ...own];
  return {
    name,
    is,
    pool: workload.pool,
    figures,
    replicaHours: change(replicaHours, 0),
    usd: change(workload.usd.p95, 0),
    largestStep: null,
    ...(windows && { windows: windows.windows }),
    risks: [...(windows?.risks ?? []), ...(is === 'added' ? risksOf(workload) : [])],
    deploys: [
      ...(windows?.deploys ?? []),
      is === 'added' ? 'its objects are new' : 'its objects are emitted no more: what prunes takes them away',
    ],
    chain: { gone: is === 'added' ? [] : workload.reasons, come: is === 'added' ? workload.reasons : [] },
  };
}

const sizes = ['floor', 'peak', 'ceiling'];

function sizeCause(figure: string, after: WorkloadPlan, demand: DemandDiff): string | null {
  return sizes.includes(figure) ? causeAt(demand, extremeTime(after, figure)) : null;
}

/** What a ceiling's change is laid to where an override of it came or went; `null` otherwise. */
function ceilingCause(figure: string, before: WorkloadPlan, after: WorkloadPlan): string | null {
  const ceilings = ({ overrides = [] }: WorkloadPlan) => canonicalJson(overrides.map(({ ceiling }) => ceiling ?? null));
  return figure === 'ceiling' && ceilings(before) !== ceilings(after) ? overrideChange(before, after) : null;
}

/** An event that comes or goes is what floors by the hour come or go for; `null` without one. */
function eventCause(figure: string, { causes }: DemandDiff): string | null {
  return figure === 'policy' ? (causes.find(({ kind }) => kind === 'event')?.text ?? null) : null;
}

/** When the floors of a plan are at their lowest, for others than the floor at their highest. */
function extremeTime({ schedule }: WorkloadPlan, figure: string): number {
  const sign = figure === 'floor' ? -1 : 1;
  return timeOf(schedule.reduce((most, step) => (sign * step.replicas > sign * most.replicas ? step : most)).from);
}

/** What a change of the replicas at a moment is laid to, or else most of it all. */
function causeAt(demand: DemandDiff, at: number): string | null {
  const kind = demand.kindAt(at);
  return demand.causes.find((one) => one.kind === kind)?.text ?? mostOf(demand);
}

function mostOf({ causes, replicaHours }: DemandDiff): string | null {
  const sign = Math.sign(replicaHours.after - replicaHours.before);
  const sorted = [...causes].sort((a, b) => sign * (b.replicaHours - a.replicaHours));
  return sorted[0]?.text ?? null;
}

/** Of the time that both plans speak of. `null` where floors are the same in all of it. */
function largestStep(plans: Change<CapacityPlan>, name: string, demand: DemandDiff): LargestStep | null {
  const [before, after] = [plans.before.workloads[name], plans.after.workloads[name]];
  const [old, fresh] = [before, after].map((workload) => stepsOf(floorsOf(workload), ({ replicas }) => replicas));
  const { from, to } = commonSpan(spanOf(plans.before), spanOf(plans.after));
  const times = [...new Set([from, ...timesOf(old), ...timesOf(fresh)])].filter((at) => at >= from && at < to).sort((a, b) => a - b);
  const at = times.reduce<number | null>((most, time) => (most === null || apart(time) > apart(most) ? time : most), null);
  if (at === null || apart(at) === 0) return null;
  return {
    at: formatTime(at),
    before: valueAt(old, at),
    after: valueAt(fresh, at),
    because: causeAt(demand, at) ?? inputThatChanged(plans, name),
  };

  function apart(time: number): number {
    return Math.abs(valueAt(fresh, time) - valueAt(old, time));
  }
}

function commonSpan(before: PlanSpan, after: PlanSpan): { readonly from: number; readonly to: number } {
  return { from: Math.max(before.start, after.start), to: Math.min(before.end, after.end) };
}

const timesOf = (steps: Steps): number[] => steps.map(({ from }) => from);

/** What a reviewer must know before saying yes: how near the ceiling is, what the forecast was never tested for. */
export function risksOf(workload: WorkloadPlan): readonly string[] {
  const { peak, ceiling, protect, forecast, load } = workload;
  const untested = load.find((point) => point.untested === true);
  const coverage = Object.values(forecast).flatMap(({ coverage: tested }) => tested[`${protect}`] ?? []);
  return [
    // The size of training is fixed: what comes beyond waits.
    ...(isServing(workload) && peak >= ceiling ? [`its peak of ${peak} is its ceiling: what comes beyond is not served`] : []),
    ...(coverage.some((share) => share < protect - 0.05)
      ? [`its quantile of ${protect} held only ${Math.min(...coverage)} of the tested hours`]
      : []),
    ...(untested === undefined ? [] : [`from ${untested.from} on it is forecast further ahead than the history allows to test`]),
    ...(Object.values(forecast).some(({ cutOffAt }) => cutOffAt !== undefined)
      ? ['its history is cut off at a level: demand was higher, and the plan is a lower bound']
      : []),
  ];
}

/** Figures that are in the template of a pod: where one differs, every pod is started anew. */
const ofThePod = ['GPUs', 'CPU', 'memory', 'GPU types'];
const ofTheScaling = ['floor', 'peak', 'ceiling', 'target', 'target of requests', 'goes down', 'policy', 'overrides'];

function deploysOf(plans: Change<CapacityPlan>, name: string, figures: readonly FigureChange[]): readonly string[] {
  const [before, after] = [plans.before.workloads[name], plans.after.workloads[name]];
  const nodes = ({ pools }: CapacityPlan, { pool }: WorkloadPlan) => canonicalJson([pool, pools[pool].nodeSelector, pools[pool].taints]);
  const inPod = figures
    .filter(({ figure }) => ofThePod.includes(figure))
    .map(({ figure, before: was, after: is }) => `${figure} ${was} -> ${is}`);
  const isMoved = nodes(plans.before, before) !== nodes(plans.after, after);
  const restarts = [...inPod, ...(isMoved ? ['it is placed on other nodes'] : [])];
  const scaling =
    figures.some(({ figure }) => ofTheScaling.includes(figure)) || canonicalJson(floorsOf(before)) !== canonicalJson(floorsOf(after));
  return [
    ...(before.owner === after.owner
      ? []
      : [`its replicas are moved by ${after.owner} in place of ${before.owner}: see docs/hand-overs.md for the order`]),
    ...(restarts.length > 0
      ? [
          after.form === 'job'
            ? `${after.windows === undefined ? 'a new Job, beside the one that runs' : 'a Job of a window that has begun goes on as it began, others have it'}: ${restarts.join(', ')}`
            : `every pod starts anew: ${restarts.join(', ')}`,
        ]
      : []),
    ...(scaling && after.form !== 'job' ? [`its scaling object changes${restarts.length > 0 ? '' : '; no pod is started anew'}`] : []),
  ];
}

function onlyIn(reasons: readonly Reason[], others: readonly Reason[]): readonly Reason[] {
  return reasons.filter(({ code, text }) => others.every((other) => other.code !== code || other.text !== text));
}

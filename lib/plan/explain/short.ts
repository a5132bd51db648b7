import { formatFigure, percent, plural } from '../../figures';
import type { BindingLimit, CapacityPlan, LoadPoint, WorkloadPlan } from '../file';
import { sizedAt } from './at-time';
import { bindingText } from './binding-text';
import { typeAdvice } from './commit-text';
import { leadReasons } from './replay-reasons';

/** Why a workload has its numbers: load, replicas, floor, rises against the lead and what a shorter one would save, nodes, dollars. */
export function shortWorkload(plan: CapacityPlan, name: string): readonly string[] {
  const workload = plan.workloads[name];
  const { pool, usd, usdPerMonth } = workload;
  const highest = workload.load.reduce<LoadPoint | null>(
    (most, point) => (most === null || point.replicas > most.replicas ? point : most),
    null,
  );
  const groups = plan.pools[pool].groups.map(
    ({ floor, peak, instanceType, capacityType }) => `${floor} to ${peak} ${instanceType} ${capacityType}`,
  );
  const binding = plan.binding.filter(({ limit }) => limit.startsWith(`pool.${pool}.`));
  return [
    ...(highest === null ? [] : [loadLine(workload, highest), replicasLine(workload, highest)]),
    floorLine(workload),
    ...leadReasons(workload.replay?.lead).map(({ text }) => text),
    `nodes of ${pool}, for all that is in it: ${groups.join(', ')}${bindingLine(binding)}`,
    `dollars: ${usd.p95} in the horizon, ${usdPerMonth.p95} in an ordinary month, its share of the pool`,
  ];
}

function loadLine({ unit, forecast, protect, kind }: WorkloadPlan, { from, p50, protected: covered, cpu, memory }: LoadPoint): string {
  const tested = Object.values(forecast).flatMap(({ relativeMae }) => relativeMae ?? []);
  const error =
    tested.length === 0 ? '' : `; the forecast has ${formatFigure(Math.max(...tested))} of the error of the first of its models`;
  const events = [...new Set(Object.values(forecast).flatMap((signal) => signal.events.map((event) => `${event.name} x${event.uplift}`)))];
  const lifted = events.length === 0 ? '' : `, with ${events.slice(0, 3).join(', ')}`;
  const figure =
    kind === 'service'
      ? [...(cpu ? [`CPU ${cpu.protected} %`] : []), ...(memory ? [`memory ${memory.protected} %`] : [])].join(', ')
      : `median ${formatFigure(p50)}, protected ${formatFigure(covered)} ${unit ?? ''}`;
  return `load: at most ${figure}, at ${from}, at the ${protect} quantile${lifted}${error}`;
}

function replicasLine(workload: WorkloadPlan, { replicas }: LoadPoint): string {
  const { peak, ceiling, throughputPerReplica, unit, kind, leadSeconds } = workload;
  const each =
    kind === 'service' ? '' : `, one does ${throughputPerReplica ?? 0} ${unit ?? ''} and is filled to ${percent(sizedAt(workload))}`;
  return `replicas: that needs ${replicas}${each}; peak ${peak}, ${formatFigure(leadSeconds / 60)} min ahead; ceiling ${ceiling}`;
}

const floorCodes = [
  'override/floor',
  'override/ceiling',
  'floor/event',
  'floor/hpa',
  'floor/present',
  'floor/no-metric',
  'schedule/fixed',
  'guardrail/step-down',
  'schedule/lead',
];

function floorLine({ floor, owner, reasons, form }: WorkloadPlan): string {
  const why = floorCodes.flatMap((code) => reasons.filter((reason) => reason.code === code).map(({ text }) => text)).slice(0, 2);
  return `${form === 'job' ? `workers: ${floor}` : `floor: ${plural(floor, 'replica')} at least, moved by ${owner}`}${why.length > 0 ? `; ${why.join('; ')}` : ''}`;
}

/** Why a pool has its numbers, likewise. */
export function shortPool(plan: CapacityPlan, name: string): readonly string[] {
  const { reasons, rejected, usd, usdPerMonth } = plan.pools[name];
  const members = Object.entries(plan.workloads).filter(([, workload]) => workload.pool === name);
  const nearest = rejected.find(({ tooDearByUsdPerHour }) => tooDearByUsdPerHour !== null);
  const binding = plan.binding.filter(({ limit }) => limit.startsWith('quota.') || limit.startsWith(`pool.${name}.`));
  return [
    `for: ${members.map(([member, { peak }]) => `${member}, up to ${plural(peak, 'replica')}`).join('; ') || 'no workload'}`,
    ...reasons.slice(0, 1).map(({ text }) => `nodes: ${text}`),
    ...(nearest === undefined
      ? []
      : [`not used: ${nearest.offering}, too dear by ${formatFigure(nearest.tooDearByUsdPerHour ?? 0)} USD an hour`]),
    `dollars: ${usd.p95} in the horizon, ${usdPerMonth.p95} in an ordinary month`,
    ...(plan.commit?.types ?? [])
      .filter(({ pools }) => pools.includes(name))
      .flatMap((type) => typeAdvice(type).map((text) => `advice: ${text}`)),
    ...binding.slice(0, 1).map((fact) => `limit that binds: ${fact.limit}: ${bindingText(fact)}`),
  ];
}

function bindingLine(binding: readonly BindingLimit[]): string {
  return binding.length === 0 ? '' : `; ${binding[0].limit} binds: ${bindingText(binding[0])}`;
}

import { formatFigure, plural } from '../../figures';
import { ProblemError } from '../../problems';

import { strategyLinks } from './strategy-text';
import type {
  BindingLimit,
  CapacityPlan,
  LoadPoint,
  NodeGroupPlan,
  PoolPlan,
  Reason,
  RejectedOffering,
  ReservationAdvice,
  UtilisationPoint,
  WorkloadPlan,
} from '../file';

/** The chain behind the numbers of one workload or pool: links in the order they apply, then a row for each period. */
export type Explanation = {
  readonly name: string;
  readonly kind: 'workload' | 'pool';
  readonly headline: string;
  readonly chain: readonly { readonly code: string; readonly text: string }[];
  readonly rows: readonly ExplainedPeriod[];
  readonly binding: readonly BindingLimit[];
};

export type ExplainedPeriod = { readonly from: string; readonly text: string };

/** @throws ProblemError `plan/unknown-name` */
export function explain(plan: CapacityPlan, name: string): Explanation {
  if (Object.hasOwn(plan.workloads, name)) return explainWorkload(plan, name, plan.workloads[name]);
  if (Object.hasOwn(plan.pools, name)) return explainPool(plan, name, plan.pools[name]);
  throw new ProblemError({
    code: 'plan/unknown-name',
    path: name,
    message: 'is neither a workload nor a pool of the plan',
    hint: `names are: ${[...Object.keys(plan.workloads), ...Object.keys(plan.pools)].join(', ')}`,
  });
}

function explainWorkload(plan: CapacityPlan, name: string, workload: WorkloadPlan): Explanation {
  const history = Object.entries(plan.sources.history)
    .filter(([key]) => key.startsWith(`${name}.`))
    .map(([key, { origin, from, to, interval, observations, missingPeriods, repairs }]) => ({
      code: 'history/read',
      text: `${key.slice(name.length + 1)}: ${observations} observations every ${interval} from ${origin}, ${from} to ${to}; ${missingPeriods} periods missing${repairs.length > 0 ? `; ${repairs.join('; ')}` : ''}`,
    }));
  const { floor, peak, ceiling, owner, pool } = workload;
  return {
    name,
    kind: 'workload',
    headline: `${name}: floor ${floor}, peak ${peak}, ceiling ${ceiling} replicas in pool ${pool}, owner ${owner}`,
    chain: [...history, ...workload.reasons, costLink(plan, workload), ...strategyLinks(workload.strategy)],
    rows:
      workload.load.length > 0
        ? workload.load.map((point) => ({ from: point.from, text: periodText(workload, point) }))
        : workload.schedule.map(({ from, replicas }) => ({
            from,
            text: plural(replicas, workload.kind === 'training' ? 'worker' : 'replica'),
          })),
    binding: plan.binding,
  };
}

function costLink(plan: CapacityPlan, { pool, usdPerMonth }: WorkloadPlan): Reason {
  const { usdPerMonth: whole, kind } = plan.pools[pool];
  const by = kind === 'gpuPool' ? 'GPU-hours' : 'CPU-hours';
  return {
    code: 'cost/share',
    text: `${usdPerMonth.p95} USD a month: its share, by ${by} asked for, of the ${whole.p95} that pool ${pool} costs`,
  };
}

function periodText(workload: WorkloadPlan, point: LoadPoint): string {
  const scheduled = replicasDuring(workload.schedule, point.from);
  const why =
    scheduled > point.replicas ? ' (lead, joined steps or a floor)' : scheduled < point.replicas ? ' (the queue holds the rest)' : '';
  const { floorSchedule } = workload;
  const floor = floorSchedule === undefined ? '' : `, floor ${replicasDuring(floorSchedule, point.from)}`;
  const end = `scheduled ${scheduled}${why}${floor}`;
  const untested = point.untested ? '; lead beyond the backtest' : '';
  if (workload.kind === 'service') {
    const parts = [resourceText('cpu', point.cpu), resourceText('memory', point.memory)].filter((part) => part !== null);
    return `${parts.join(', ')}; ${point.binds} binds: ${point.replicas}; ${end}${untested}`;
  }
  return `median ${point.p50}, protected ${point.protected} ${workload.unit} -> ${point.replicas}; ${end}${untested}`;
}

const origins = { history: '', given: ' (given)', held: ' (no value given: the last one stays)' };

function resourceText(name: string, point: UtilisationPoint | undefined): string | null {
  return point ? `${name} ${point.protected} %${origins[point.from]} -> ${point.replicas}` : null;
}

function replicasDuring(schedule: WorkloadPlan['schedule'], from: string): number {
  return (schedule.findLast((step) => step.from <= from) ?? schedule[0]).replicas;
}

function explainPool(plan: CapacityPlan, name: string, pool: PoolPlan): Explanation {
  const members = Object.entries(plan.workloads).filter(([, workload]) => workload.pool === name);
  return {
    name,
    kind: 'pool',
    headline: `${name}: ${pool.groups.map(groupText).join('; ')}; ${pool.usdPerMonth.p50} USD/month expected, ${pool.usdPerMonth.p95} planned`,
    chain: [
      ...members.map(([member, { floor, peak, resources }]) => ({
        code: 'pool/workload',
        text: `${member}: ${floor} to ${peak} replicas of ${resources.gpus} GPU, ${resources.cpuMilli / 1_000} CPU, ${resources.memoryMiB} MiB`,
      })),
      ...pool.reasons,
      ...pool.rejected.map(rejectedLink),
      ...(pool.advice ?? []).map((advice) => ({ code: 'sizing/reserve', text: adviceText(advice) })),
      proofLink(plan),
    ],
    rows: pool.groups.flatMap((group) =>
      group.schedule.map(({ from, nodes }) => ({ from, text: `${group.name}: ${nodes} x ${group.instanceType}` })),
    ),
    binding: plan.binding.filter(({ limit }) => limit.startsWith('quota.') || limit.startsWith(`pool.${name}.`)),
  };
}

function rejectedLink({ offering, usdPerHour, tooDearByUsdPerHour, lacks, insteadRuns }: RejectedOffering): Reason {
  const why =
    tooDearByUsdPerHour === null
      ? `it is ${lacks} short of every replica`
      : tooDearByUsdPerHour === 0
        ? 'it costs no more than what runs, and was not needed'
        : tooDearByUsdPerHour >= usdPerHour
          ? 'it would not be worth having for nothing'
          : `its price would have to fall by about ${formatFigure(tooDearByUsdPerHour)} USD/h`;
  const instead = insteadRuns.length === 0 ? '' : `; ${insteadRuns.join(', ')} ${insteadRuns.length > 1 ? 'run' : 'runs'} in its place`;
  return { code: 'sizing/rejected', text: `not used: ${offering} at ${usdPerHour} USD/h, ${why}${instead}` };
}

/** How near to the cheapest, of the whole plan: limits tie pools together. */
function proofLink({ cost: { gapPercent, status, termination } }: CapacityPlan): Reason {
  const proof =
    status === 'optimal'
      ? 'no other nodes hold these replicas within the limits for less'
      : `other nodes could cost at most ${formatFigure(gapPercent)} % less${termination === 'stopped' ? '; the search was stopped there' : ''}`;
  return { code: 'sizing/proof', text: `proven of all pools together: ${proof}` };
}

/** `6 of 6 GPU, first at ...; one GPU more would save about 788 USD a month`. */
export function bindingText({ used, available, unit, at, savesUsdPerMonth }: BindingLimit): string {
  const saves =
    savesUsdPerMonth >= 0.5
      ? `; one ${unit === 'nodes' ? 'node' : unit} more would save about ${Math.round(savesUsdPerMonth)} USD a month`
      : '';
  return `${used} of ${available} ${unit}, first at ${at}${saves}`;
}

function groupText({ instanceType, capacityType, zone, reservation, floor, peak, ceiling }: NodeGroupPlan): string {
  const where = zone === undefined ? '' : ` in zone ${zone}`;
  return `${instanceType} ${reservation ?? capacityType}${where} ${floor} to ${peak}, at most ${ceiling}`;
}

/** For the chain of reasons. */
export function adviceText(advice: ReservationAdvice): string {
  const { usdPerHour, price } = advice;
  return `ADVICE, applied by nobody: ${shortAdvice(advice)}, were every week like this plan: ${usdPerHour.reserved} USD/h (${price}) in place of ${usdPerHour.onDemand}`;
}

/** `3 more g6e.xlarge reserved would save about 512 USD a month`. */
export function shortAdvice({ instanceType, nodes, savesUsdPerMonth }: ReservationAdvice): string {
  return `${nodes} more ${instanceType} reserved would save about ${Math.round(savesUsdPerMonth)} USD a month`;
}

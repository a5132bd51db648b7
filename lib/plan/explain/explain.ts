import { plural } from '../../figures';
import { ProblemError } from '../../problems';
import { timeOf } from '../../units';
import { commitReasons } from './commit-text';
import { historyReason } from './forecast-reasons';
import { costReason, memberReason, proofReason, rejectedReason } from './node-reasons';
import { shortPool, shortWorkload } from './short';
import { strategyReasons } from './strategy-text';
import {
  type BindingLimit,
  type CapacityPlan,
  floorsOf,
  isServing,
  type LoadPoint,
  type NodeGroupPlan,
  type PoolPlan,
  stepAt,
  type UtilisationPoint,
  type WorkloadPlan,
} from '../file';

/** The chain behind the numbers of one workload or pool: links in the order they apply, then a row for each period. */
export type Explanation = {
  readonly name: string;
  readonly kind: 'workload' | 'pool';
  readonly headline: string;
  readonly chain: readonly { readonly code: string; readonly text: string }[];
  /** The same in a few lines: load, replicas, floor, nodes, dollars. */
  readonly short: readonly string[];
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
    .map(([key, source]) => historyReason(key.slice(name.length + 1), source));
  const { floor, peak, ceiling, owner, pool } = workload;
  return {
    name,
    kind: 'workload',
    headline: `${name}: floor ${floor}, peak ${peak}, ceiling ${ceiling} replicas in pool ${pool}, owner ${owner}`,
    short: shortWorkload(plan, name),
    chain: [...history, ...workload.reasons, costReason(workload, plan.pools[pool]), ...strategyReasons(workload.strategy)],
    rows:
      workload.load.length > 0
        ? workload.load.map((point, index) => ({ from: point.from, text: periodText(workload, point, workload.load[index + 1]?.from) }))
        : workload.schedule.map(({ from, replicas }) => ({
            from,
            text: plural(replicas, isServing(workload) ? 'replica' : 'worker'),
          })),
    binding: plan.binding,
  };
}

function periodText(workload: WorkloadPlan, point: LoadPoint, next: string | undefined): string {
  const scheduled = stepAt(workload.schedule, timeOf(point.from)).replicas;
  const why =
    scheduled > point.replicas
      ? ' (lead, joined steps or a floor)'
      : scheduled < point.replicas
        ? whyFewer(workload.schedule, point, next)
        : '';
  const end = `nodes for ${scheduled}${why}, floor ${stepAt(floorsOf(workload), timeOf(point.from)).replicas}`;
  const untested = point.untested ? '; lead beyond the backtest' : '';
  if (workload.kind === 'service') {
    const parts = [resourceText('cpu', point.cpu), resourceText('memory', point.memory)].filter((part) => part !== null);
    return `${parts.join(', ')}; ${point.binds} binds: ${point.replicas}; ${end}${untested}`;
  }
  return `median ${point.p50}, protected ${point.protected} ${workload.unit} -> ${point.replicas}; ${end}${untested}`;
}

/** Fewer at the begin of a period than it needs: an event within it has a step of its own, or a queue waits. */
function whyFewer(schedule: WorkloadPlan['schedule'], { from, replicas }: LoadPoint, next: string | undefined): string {
  const own = schedule.find((step) => step.from > from && (next === undefined || step.from < next) && step.replicas >= replicas);
  return own === undefined ? ' (the queue holds the rest)' : `, ${own.replicas} from ${own.from} for an event within it`;
}

const origins = { history: '', given: ' (given)', held: ' (no value given: the last one stays)' };

function resourceText(name: string, point: UtilisationPoint | undefined): string | null {
  return point ? `${name} ${point.protected} %${origins[point.from]} -> ${point.replicas}` : null;
}

function explainPool(plan: CapacityPlan, name: string, pool: PoolPlan): Explanation {
  const members = Object.entries(plan.workloads).filter(([, workload]) => workload.pool === name);
  return {
    name,
    kind: 'pool',
    headline: `${name}: ${pool.groups.map(groupText).join('; ')}; ${pool.usd.p50} USD in the horizon expected, ${pool.usd.p95} planned; an ordinary month ${pool.usdPerMonth.p50} and ${pool.usdPerMonth.p95}`,
    short: shortPool(plan, name),
    chain: [
      ...members.map(([member, workload]) => memberReason(member, workload)),
      ...pool.reasons,
      ...pool.rejected.map(rejectedReason),
      ...commitReasons(plan, name),
      proofReason(plan.cost),
    ],
    rows: pool.groups.flatMap((group) =>
      group.schedule.map(({ from, nodes }) => ({ from, text: `${group.name}: ${nodes} x ${group.instanceType}` })),
    ),
    binding: plan.binding.filter(({ limit }) => limit.startsWith('quota.') || limit.startsWith(`pool.${name}.`)),
  };
}

function groupText({ instanceType, capacityType, zone, reservation, floor, peak, ceiling }: NodeGroupPlan): string {
  const where = zone === undefined ? '' : ` in zone ${zone}`;
  return `${instanceType} ${reservation ?? capacityType}${where} ${floor} to ${peak}, at most ${ceiling}`;
}

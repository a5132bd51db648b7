import { formatAmount, formatFigure } from '../figures';
import { bindingText, type Explanation, shortAdvice, strategyNote } from '../plan/explain';
import type { CapacityPlan, NodeGroupPlan, PoolPlan, ReplayEffect } from '../plan/file';
import { textTable } from './table';

/** The plan in a table that fits a terminal: a row a workload, the total below. */
export function planSummary(plan: CapacityPlan): string {
  const names = Object.keys(plan.workloads).sort();
  const rows = names.map((name) => {
    const { pool, floor, peak, ceiling, usdPerMonth } = plan.workloads[name];
    return [name, pool, `${floor}`, `${peak}`, `${ceiling}`, nodes(plan.pools[pool]), money(usdPerMonth.now), money(usdPerMonth.p95)];
  });
  const { now, p95 } = plan.cost.usdPerMonth;
  const table = textTable(
    [
      { title: 'workload' },
      { title: 'pool' },
      { title: 'floor', align: 'right' },
      { title: 'peak', align: 'right' },
      { title: 'ceiling', align: 'right' },
      { title: 'nodes of the pool' },
      { title: 'USD/month now', align: 'right' },
      { title: 'planned', align: 'right' },
    ],
    [...rows, null, ['total', '', '', '', '', '', money(now), money(p95)]],
  );
  const advice = [
    ...names.flatMap((name) => (plan.workloads[name].replay === null ? (strategyNote(name, plan.workloads[name].strategy) ?? []) : [])),
    ...Object.keys(plan.pools)
      .sort()
      .flatMap((name) => (plan.pools[name].advice ?? []).map((each) => `advice for ${name}: ${shortAdvice(each)}`)),
  ];
  return `${table}\n\n${[...sizingNotes(plan), ...replayNotes(plan), ...advice].join('\n')}`;
}

/** What `explain` says of a workload or pool: the chain of reasons, each period, and the limits that bind. */
export function explanationText({ headline, chain, rows, binding }: Explanation): string {
  return [
    headline,
    `why:\n${chain.map(({ text }, index) => `  ${index + 1}. ${text}`).join('\n')}`,
    `by period:\n${rows.map(({ from, text }) => `  ${from}  ${text}`).join('\n')}`,
    ...(binding.length > 0 ? [`limits that bind:\n${binding.map((fact) => `  ${fact.limit}: ${bindingText(fact)}`).join('\n')}`] : []),
  ].join('\n\n');
}

/** How near to the cheapest, and which limits cost what. */
function sizingNotes({ cost, binding }: CapacityPlan): readonly string[] {
  const proof =
    cost.status === 'optimal'
      ? 'sizes: proven cheapest within the limits'
      : `sizes: at most ${formatFigure(cost.gapPercent)} % above the cheapest within the limits`;
  return [proof, ...binding.map((fact) => `limit ${fact.limit} binds: ${bindingText(fact)}`)];
}

/** What the last weeks say of each workload that was replayed. */
function replayNotes({ workloads }: CapacityPlan): readonly string[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((name) => {
      const { replay, replayEffect } = workloads[name];
      return replay === null ? [] : [`replay of ${name}: ${replay.chosen}; ${replay.why}${effectText(replay.chosen, replayEffect)}`];
    });
}

/** Where the plan is made by something else than what was chosen. */
function effectText(chosen: string, effect?: ReplayEffect): string {
  if (effect === undefined || effect.why === null) return '';
  if (effect.policy === null) return `. Not acted on: ${effect.why}`;
  return effect.policy === chosen ? `; ${effect.why}` : `. In force is ${effect.policy}: ${effect.why}`;
}

/** `2-6 g6e.xlarge, 0-1 g6e.12xlarge spot`. */
function nodes(pool: PoolPlan): string {
  return overZones(pool.groups)
    .map(({ floor, peak, instanceType, capacityType, zones }) => {
      const range = floor === peak ? `${floor}` : `${floor}-${peak}`;
      const where = zones > 1 ? ` in ${zones} zones` : '';
      return `${range} ${instanceType}${capacityType === 'on-demand' ? '' : ` ${capacityType}`}${where}`;
    })
    .join(', ');
}

const money = (usd: number | null): string => (usd === null ? 'n/a' : formatAmount(usd));

type Kind = Pick<NodeGroupPlan, 'floor' | 'peak' | 'instanceType' | 'capacityType'> & { readonly zones: number };

/** The groups of one offering in several zones as one. */
function overZones(groups: readonly NodeGroupPlan[]): readonly Kind[] {
  const kinds = new Map<string, NodeGroupPlan[]>();
  for (const group of groups) {
    const key = [group.instanceType, group.capacityType, group.reservation ?? ''].join();
    kinds.set(key, [...(kinds.get(key) ?? []), group]);
  }
  return [...kinds.values()].map((members) => {
    const times = [...new Set(members.flatMap(({ schedule }) => schedule.map(({ from }) => from)))];
    const sums = times.map((time) => members.reduce((sum, { schedule }) => sum + nodesAt(schedule, time), 0));
    return { ...members[0], zones: members.length, floor: Math.min(...sums), peak: Math.max(...sums) };
  });
}

function nodesAt(schedule: NodeGroupPlan['schedule'], time: string): number {
  return (schedule.findLast(({ from }) => from <= time) ?? schedule[0]).nodes;
}

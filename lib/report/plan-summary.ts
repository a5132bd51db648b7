import { formatAmount, formatFigure } from '../figures';
import {
  bindingText,
  commitNotes,
  type Explanation,
  type MomentExplanation,
  replayNotes as replayAdvice,
  strategyNote,
  windowText,
} from '../plan/explain';
import {
  type CapacityPlan,
  type NodeGroupPlan,
  overrideText,
  type PoolPlan,
  type ReplayEffect,
  stepAt,
  type WorkloadPlan,
} from '../plan/file';
import { timeOf } from '../units';
import { textTable } from './table';

/** The text that `foresize plan` prints: a table with a row for each workload and a row of totals, and below it notes and advice. */
export function planSummary(plan: CapacityPlan): string {
  const names = Object.keys(plan.workloads).sort();
  const rows = names.map((name) => {
    const { pool, floor, peak, ceiling, usd, usdPerMonth } = plan.workloads[name];
    return [
      name,
      pool,
      `${floor}`,
      `${peak}${isLowerBound(plan.workloads[name]) ? '+' : ''}`,
      `${ceiling}`,
      nodes(plan.pools[pool]),
      money(usd.p95),
      money(usdPerMonth.p95),
      money(usdPerMonth.now),
    ];
  });
  const { usd, usdPerMonth } = plan.cost;
  const table = textTable(
    [
      { title: 'workload' },
      { title: 'pool' },
      { title: 'floor', align: 'right' },
      { title: 'peak', align: 'right' },
      { title: 'ceiling', align: 'right' },
      { title: 'nodes of the pool' },
      { title: `USD in ${plan.horizon}`, align: 'right' },
      { title: 'USD/month', align: 'right' },
      { title: 'now', align: 'right' },
    ],
    [...rows, null, ['total', '', '', '', '', '', money(usd.p95), money(usdPerMonth.p95), money(usdPerMonth.now)]],
  );
  const advice = [
    ...names.flatMap((name) => (plan.workloads[name].replay === null ? (strategyNote(name, plan.workloads[name].strategy) ?? []) : [])),
    ...names.flatMap((name) => replayAdvice(name, plan.workloads[name].replay)),
    ...commitNotes(plan),
  ];
  const retiring = Object.values(plan.retiring ?? {}).flatMap(({ groups }) => groups.map(({ name }) => name));
  if (retiring.length > 0)
    advice.push(`retiring, and in the plan no more: ${retiring.join(', ')}; where one is empty, name it in cluster.retired, and it goes`);
  return `${table}\n\n${[...lowerBoundNotes(plan), ...costNotes(plan), ...sizingNotes(plan), ...eventNotes(plan), ...windowNotes(plan), ...overrideNotes(plan), ...replayNotes(plan), ...advice].join('\n')}`;
}

/** When jobs run whose hours the plan chose. */
function windowNotes({ workloads }: CapacityPlan): string[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((name) => {
      const text = windowText(workloads[name]);
      return text === null ? [] : [`${name} ${text}`];
    });
}

/** The text that `foresize explain` prints for a workload or a pool. */
export function shortExplanationText({ headline, short, name, kind }: Explanation): string {
  const at = kind === 'workload' ? `; --at TIME explains a moment of ${name}` : '';
  return `${headline}\n\n${short.map((line) => `  ${line}`).join('\n')}\n\n--full has the whole chain and each period${at}`;
}

/** The text that `foresize explain --at` prints: the chain of one moment, a link a line. */
export function momentText({ name, at, chain }: MomentExplanation): string {
  return `${name} at ${at}:\n\n${chain.map(({ text }, index) => `  ${index + 1}. ${text}`).join('\n')}`;
}

/** The text that `foresize explain --full` prints for a workload or a pool: the chain of reasons, each period, and the limits that bind. */
export function explanationText({ headline, chain, rows, binding }: Explanation): string {
  return [
    headline,
    `why:\n${chain.map(({ text }, index) => `  ${index + 1}. ${text}`).join('\n')}`,
    `by period:\n${rows.map(({ from, text }) => `  ${from}  ${text}`).join('\n')}`,
    ...(binding.length > 0 ? [`limits that bind:\n${binding.map((fact) => `  ${fact.limit}: ${bindingText(fact)}`).join('\n')}`] : []),
  ].join('\n\n');
}

/** Whether the history of a workload ends at what could be served, so that more may have been asked than is planned for. */
function isLowerBound({ forecast }: WorkloadPlan): boolean {
  return Object.values(forecast).some(({ cutOffAt }) => cutOffAt !== undefined);
}

function lowerBoundNotes({ workloads }: CapacityPlan): readonly string[] {
  const names = Object.keys(workloads)
    .sort()
    .filter((name) => isLowerBound(workloads[name]));
  return names.length === 0 ? [] : [`+ of ${names.join(', ')}: the history is cut off at a level, so demand is a lower bound`];
}

/** A difference of the coming month from an ordinary one below this share is not worth a word. */
const unlike = 0.005;

/** What the columns of dollars mean, how the coming month differs from an ordinary one, and what is in none of them. */
function costNotes({ cost, horizon, pools }: CapacityPlan): readonly string[] {
  const { usd, usdPerMonth, usdNextMonth } = cost;
  const more = usdNextMonth.p95 - usdPerMonth.p95;
  const isUnlike = Math.abs(more) > unlike * usdPerMonth.p95;
  const once = `the month that begins with the plan: ${money(usdNextMonth.p95)} USD, ${money(Math.abs(more))} ${more > 0 ? 'more' : 'less'} than an ordinary one by what these ${horizon} hold`;
  return [
    `cost: of nodes for the protected load, ${money(usd.p95)} USD in these ${horizon} (for the median load ${money(usd.p50)}); USD/month is an ordinary month, without events and jobs that run once`,
    ...(isUnlike ? [once] : []),
    ...(Object.values(pools).every(({ owner }) => owner === 'none') ? [] : [notCounted]),
  ];
}

const notCounted = 'not counted: control plane, NAT gateways, load balancers, disks, logs and traffic';

/** How near the cost is to the lowest possible cost, and what the binding limits cost. */
function sizingNotes({ cost, binding }: CapacityPlan): readonly string[] {
  const proof =
    cost.status === 'optimal'
      ? 'sizes: proven cheapest within the limits'
      : `sizes: at most ${formatFigure(cost.gapPercent)} % above the cheapest within the limits`;
  return [proof, ...binding.map((fact) => `limit ${fact.limit} binds: ${bindingText(fact)}`)];
}

/** A line for each workload whose floor an announced event moves, with how. */
function eventNotes({ workloads }: CapacityPlan): readonly string[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((name) =>
      workloads[name].reasons.filter(({ code }) => code === 'floor/event').map(({ text }) => `floors of ${name}: ${text}`),
    );
}

/** A line for each override that acts. */
function overrideNotes({ workloads }: CapacityPlan): readonly string[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((name) => (workloads[name].overrides ?? []).map((override) => `override of ${name}: ${overrideText(override)}`));
}

/** A line for each workload that was replayed: the policy that was chosen, why, and whether the plan uses it. */
function replayNotes({ workloads }: CapacityPlan): readonly string[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((name) => {
      const { replay, replayEffect } = workloads[name];
      return replay === null ? [] : [`replay of ${name}: ${replay.chosen}; ${replay.why}${effectText(replay.chosen, replayEffect)}`];
    });
}

/** Says what the plan uses where that is not the chosen policy, and why; empty where there is nothing to say. */
function effectText(chosen: string, effect?: ReplayEffect): string {
  if (effect === undefined || effect.why === null) return '';
  if (effect.policy === null) return `. Not acted on: ${effect.why}`;
  return effect.policy === chosen ? `; ${effect.why}` : `. In force is ${effect.policy}: ${effect.why}`;
}

/** The nodes of a pool, such as `2-6 g6e.xlarge, 0-1 g6e.12xlarge spot`. */
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

/** Node groups that differ only in their zones, taken together. */
type GroupsOverZones = Pick<NodeGroupPlan, 'floor' | 'peak' | 'instanceType' | 'capacityType'> & { readonly zones: number };

/** Takes node groups together that differ only in their zones. Floor and peak are the least and the most nodes of all zones at a time. */
function overZones(groups: readonly NodeGroupPlan[]): readonly GroupsOverZones[] {
  const byOffering = new Map<string, NodeGroupPlan[]>();
  for (const group of groups) {
    const key = [group.instanceType, group.capacityType, group.reservation ?? ''].join();
    byOffering.set(key, [...(byOffering.get(key) ?? []), group]);
  }
  return [...byOffering.values()].map((members) => {
    const times = [...new Set(members.flatMap(({ schedule }) => schedule.map(({ from }) => from)))];
    const sums = times.map((time) => members.reduce((sum, { schedule }) => sum + stepAt(schedule, timeOf(time)).nodes, 0));
    return { ...members[0], zones: members.length, floor: Math.min(...sums), peak: Math.max(...sums) };
  });
}

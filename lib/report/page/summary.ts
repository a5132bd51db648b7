import { formatAmount, formatFigure } from '../../figures';
import { replicaHours } from '../../plan/diff';
import { type CapacityPlan, mostAtATime, type NodeGroupPlan, type PoolPlan, spanOf, stepAt } from '../../plan/file';
import { verdictLine } from './attention';
import type { MarkPoint } from './marks';
import { figure, type Markup, markup } from './markup';
import { dayText, momentText, plotFigure } from './plot';

/** What the plan comes to: dollars as ranges from the median load to the protected one, GPU-hours, nodes, and how good it is. */
export function summarySection(plan: CapacityPlan): Markup {
  const { cost, horizon, pools, workloads } = plan;
  const { usd, usdPerMonth, usdNextMonth } = cost;
  const range = (path: string, { p50, p95 }: { readonly p50: number; readonly p95: number }) =>
    markup`${figure(`${path}.p50`, p50, formatAmount(p50))}<i>to</i>${figure(`${path}.p95`, p95, formatAmount(p95))}`;
  const gpuHours = Object.values(workloads).reduce((sum, workload) => sum + replicaHours(workload, plan) * workload.resources.gpus, 0);
  const groups = Object.values(pools).flatMap((pool) => pool.groups);
  const proof =
    cost.status === 'optimal'
      ? 'proven cheapest within the limits'
      : `at most ${formatFigure(cost.gapPercent)} % above the cheapest within the limits`;
  const now = usdPerMonth.now;
  const cards: readonly (readonly [string, Markup | string, Markup | string])[] = [
    [`USD in these ${horizon}`, range('cost.usd', usd), 'from the median load to the protected one'],
    [
      'USD in an ordinary month',
      range('cost.usdPerMonth', usdPerMonth),
      now === null
        ? 'without events and jobs that run once'
        : markup`now ${figure('cost.usdPerMonth.now', now, formatAmount(now))}; without events and jobs that run once`,
    ],
    ['USD in the month that begins', range('cost.usdNextMonth', usdNextMonth), `these ${horizon}, then ordinary time`],
    ['GPU-hours asked for', formatAmount(gpuHours), `by replicas, in these ${horizon}`],
    [
      'nodes at most',
      formatAmount(mostAtATime(groups, () => 1)),
      `${formatAmount(mostAtATime(groups, ({ node }) => node.gpus))} GPU at most`,
    ],
    ['sizes', cost.status === 'optimal' ? 'optimal' : 'feasible', proof],
  ];
  return markup`${verdictLine(plan)}<div class="cards">${cards.map(([title, value, hint]) => markup`<div class="stat"><p class="title">${title}</p><p class="value">${value}</p><p class="hint">${hint}</p></div>`)}</div>${costPlot(plan)}`;
}

/** Dollars an hour of all nodes that are paid for, by pool. */
function costPlot(plan: CapacityPlan): Markup {
  const { start, end, periodMs } = spanOf(plan);
  const names = Object.keys(plan.pools).sort((a, b) => plan.pools[b].usd.p95 - plan.pools[a].usd.p95);
  const shown = names.slice(0, shownPools);
  const rest = names.slice(shownPools);
  const times = Array.from({ length: Math.round((end - start) / periodMs) + 1 }, (_, index) => Math.min(end, start + index * periodMs));
  const usdAt = new Map(names.map((name) => [name, times.map((at) => usdPerHourAt(plan.pools[name], Math.min(at, end - 1)))]));
  const points = (pools: readonly string[]) =>
    times.map((at, index): MarkPoint => [at, pools.reduce((sum, pool) => sum + (usdAt.get(pool)?.[index] ?? 0), 0)]);
  const layers = [
    ...shown.map((name) => ({ name, points: points([name]) })),
    ...(rest.length > 0 ? [{ name: `${rest.length} other pools`, points: points(rest) }] : []),
  ];
  const totals = times.map((_, index) => layers.reduce((sum, layer) => sum + layer.points[index][1], 0));
  const highest = totals.indexOf(Math.max(...totals));
  return plotFigure({
    title: 'Dollars an hour',
    says: `USD an hour of all nodes that are paid for from ${dayText(start)} to ${dayText(end)}, by pool: at most ${formatFigure(totals[highest] ?? 0)}, from ${momentText(times[highest] ?? start)} UTC on. Tables by pool follow below.`,
    from: start,
    to: end,
    unit: 'USD/h',
    marks: layers.map((layer, index) => ({ kind: 'stacked', look: `s${index}`, points: layer.points })),
    legend: layers.map(({ name }, index) => ({ look: `s${index}`, name })),
  });
}

const shownPools = 7;

/** Of the nodes that are paid for at a moment. */
function usdPerHourAt({ owner, groups }: PoolPlan, at: number): number {
  const nodes = (group: NodeGroupPlan) =>
    owner === 'terraform'
      ? group.peak
      : owner === 'none'
        ? group.ceiling
        : group.schedule.length === 0
          ? 0
          : stepAt(group.schedule, at).nodes;
  return groups.reduce((sum, group) => sum + nodes(group) * group.usdPerHour, 0);
}

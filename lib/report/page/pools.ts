import { formatAmount, formatPrice } from '../../figures';
import { nodeHours } from '../../plan/diff';
import { explain } from '../../plan/explain';
import { type CapacityPlan, mostAtATime, type NodeGroupPlan, type PoolPlan, spanOf, stepAt } from '../../plan/file';
import { timeOf } from '../../units';
import type { MarkPoint } from './marks';
import { anchor, figure, type Markup, markup } from './markup';
import { dayText, momentText, plotFigure } from './plot';
import { closed, pageTable } from './table';

/** Groups from this on share the looks of those before. */
const looks = 8;

/** The nodes of each pool through the horizon, by offering, and why they are those. */
export function poolsSection(plan: CapacityPlan): Markup {
  return markup`${Object.keys(plan.pools)
    .sort()
    .map((name) => poolBlock(plan, name, plan.pools[name]))}${retiringNote(plan)}`;
}

function retiringNote({ retiring = {} }: CapacityPlan): Markup | null {
  const names = Object.values(retiring).flatMap(({ groups }) => groups.map(({ name }) => name));
  if (names.length === 0) return null;
  return markup`<p>Retiring, and in the plan no more: ${names.join(', ')}. Where one is empty, <code>cluster.retired</code> lets it go.</p>`;
}

function poolBlock(plan: CapacityPlan, name: string, pool: PoolPlan): Markup {
  const { groups, rejected, owner, usd } = pool;
  const path = `pools.${name}`;
  const { chain } = explain(plan, name);
  return markup`<article class="card" id="${anchor('pool', name)}"><h3>${name}</h3><p class="hint">${pool.kind === 'gpuPool' ? 'GPU pool' : 'pool'}, moved by ${owner}; ${figure(`${path}.usd.p50`, usd.p50, formatAmount(usd.p50))} to ${figure(`${path}.usd.p95`, usd.p95, formatAmount(usd.p95))} USD in the horizon</p>${groups.length > 0 ? nodesPlot(plan, name, groups) : null}${valleyPlot(plan, name, pool)}${pageTable(
    'Node groups',
    [
      { title: 'offering' },
      { title: 'floor', is: 'number' },
      { title: 'peak', is: 'number' },
      { title: 'ceiling', is: 'number' },
      { title: 'USD/h', is: 'number', extra: true },
      { title: 'node-hours', is: 'number', extra: true },
    ],
    groups.map((group, index) => [
      markup`<span class="swatch s${index % looks}"></span>${offeringText(group)}`,
      figure(`${path}.groups.${index}.floor`, group.floor, `${group.floor}`),
      figure(`${path}.groups.${index}.peak`, group.peak, `${group.peak}`),
      figure(`${path}.groups.${index}.ceiling`, group.ceiling, `${group.ceiling}`),
      figure(`${path}.groups.${index}.usdPerHour`, group.usdPerHour, formatPrice(group.usdPerHour)),
      formatAmount(nodeHours(group, pool, spanOf(plan))),
    ]),
  )}${closed('Nodes by step, as a table', stepTable(name, groups))}${
    rejected.length > 0
      ? closed(
          'Offerings that are not used',
          pageTable(
            'Nearest to it first',
            [{ title: 'offering' }, { title: 'USD/h', is: 'number' }, { title: 'why not' }],
            rejected.map(({ offering, usdPerHour, tooDearByUsdPerHour, lacks, insteadRuns }) => [
              offering,
              formatPrice(usdPerHour),
              lacks !== null
                ? `lacks ${lacks}`
                : `too dear by ${tooDearByUsdPerHour === null ? 'an unknown amount' : `${formatPrice(tooDearByUsdPerHour)} USD/h`}; ${insteadRuns.join(', ')} ${insteadRuns.length === 1 ? 'runs' : 'run'} instead`,
            ]),
          ),
        )
      : null
  }${closed('Why: the whole chain', markup`<ol class="chain">${chain.map(({ text }) => markup`<li>${text}</li>`)}</ol>`)}</article>`;
}

/** `g6e.xlarge spot in zone 1`. */
export function offeringText({ instanceType, capacityType, zone, reservation }: NodeGroupPlan): string {
  return `${instanceType} ${reservation ?? capacityType}${zone === undefined ? '' : ` in zone ${zone}`}`;
}

function nodesPlot(plan: CapacityPlan, name: string, groups: readonly NodeGroupPlan[]): Markup {
  const { start, end } = spanOf(plan);
  const times = timesOf(groups).filter((at) => at < end);
  const points = (group: NodeGroupPlan): MarkPoint[] => {
    const steps = times.map((at): MarkPoint => [Math.max(start, at), nodesAt(group, at)]);
    return [...steps, [end, steps.at(-1)?.[1] ?? 0]];
  };
  return plotFigure({
    title: 'Nodes through the horizon',
    says: `Scheduled nodes of pool ${name} from ${dayText(start)} to ${dayText(end)}, by offering: at most ${mostAtATime(groups, () => 1)} at a time. A table of the steps follows.`,
    from: start,
    to: end,
    unit: 'nodes',
    isCount: true,
    marks: groups.map((group, index) => ({ kind: 'stacked', look: `s${index % looks}`, points: points(group) })),
    legend: groups.map((group, index) => ({ look: `s${index % looks}`, name: offeringText(group) })),
  });
}

/** What the pool has room for beside what runs, where the plan says it. */
function valleyPlot(plan: CapacityPlan, name: string, { valley }: PoolPlan): Markup | null {
  if (valley === undefined) return null;
  const { start, end } = spanOf(plan);
  const steps = valley.schedule.map(({ from, gpus }): MarkPoint => [timeOf(from), gpus]);
  return plotFigure({
    title: 'Room for batch work',
    says: `GPUs of pool ${name} that are paid for anyway and free at the ${valley.quantile} quantile of what runs, from ${dayText(start)} to ${dayText(end)}: at most ${Math.max(...steps.map(([, gpus]) => gpus))}.`,
    from: start,
    to: end,
    unit: 'GPU',
    isCount: true,
    marks: [{ kind: 'stacked', look: 's2', points: [...steps, [end, steps.at(-1)?.[1] ?? 0]] }],
    legend: [{ look: 's2', name: `free at the ${valley.quantile} quantile` }],
  });
}

function stepTable(name: string, groups: readonly NodeGroupPlan[]): Markup {
  const table = pageTable(
    'Each until the next; times are UTC',
    [{ title: 'from' }, ...groups.map((group) => ({ title: offeringText(group), is: 'number' }) as const)],
    timesOf(groups).map((at) => [momentText(at), ...groups.map((group) => `${nodesAt(group, at)}`)]),
  );
  return markup`<div class="scroll" role="region" aria-label="Nodes of ${name} by step" tabindex="0">${table}</div>`;
}

function timesOf(groups: readonly NodeGroupPlan[]): number[] {
  return [...new Set(groups.flatMap(({ schedule }) => schedule.map(({ from }) => timeOf(from))))].sort((a, b) => a - b);
}

const nodesAt = ({ schedule }: NodeGroupPlan, at: number): number => (schedule.length === 0 ? 0 : stepAt(schedule, at).nodes);

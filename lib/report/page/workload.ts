import { formatAmount, formatSeconds, percent } from '../../figures';
import { risksOf } from '../../plan/diff';
import { explain } from '../../plan/explain';
import type { CapacityPlan, WorkloadPlan } from '../../plan/file';
import { backtestBlock, replayBlock, strategyBlock } from './evidence';
import { loadPlot, type ObservedPath, plotTables, replicasPlot } from './load-plot';
import { anchor, figure, type Markup, markup } from './markup';
import { closed } from './table';

/** How much of each workload is shown: whether it is open, and whether tables are left out that its chain of reasons repeats. */
export type WorkloadView = { readonly isOpen: boolean; readonly isBrief: boolean };

/** All that the plan says of one workload, which is opened by its line. */
export function workloadDetails(
  plan: CapacityPlan,
  name: string,
  { isOpen, isBrief }: WorkloadView,
  observed: ObservedPath | null,
): Markup {
  const workload = plan.workloads[name];
  const { floor, peak, ceiling, usd, pool } = workload;
  const path = `workloads.${name}`;
  const { short, chain } = explain(plan, name);
  const risks = risksOf(workload);
  return markup`<details class="card item" id="${anchor('workload', name)}" data-name="${name}"${isOpen ? markup` open` : null}><summary><h3>${name}</h3><span class="figures"><span>floor ${figure(`${path}.floor`, floor, `${floor}`)}</span><span>peak ${figure(`${path}.peak`, peak, `${peak}`)}</span><span>ceiling ${figure(`${path}.ceiling`, ceiling, `${ceiling}`)}</span><span class="usd">${figure(`${path}.usd.p95`, usd.p95, formatAmount(usd.p95))} USD</span></span></summary><div class="body">${risks.length > 0 ? markup`<ul class="risks">${risks.map((risk) => markup`<li>${risk}</li>`)}</ul>` : null}<dl class="short">${short.map(shortLine)}</dl>${loadPlot(plan, name, observed)}${replicasPlot(plan, name)}${plotTables(plan, name)}<div class="columns">${factsBlock(workload, pool)}${backtestBlock(name, workload, isBrief)}${replayBlock(name, workload)}${strategyBlock(workload.strategy, isBrief)}</div>${closed('Why: the whole chain', markup`<ol class="chain">${chain.map(({ text }) => markup`<li>${text}`)}</ol>`)}</div></details>`;
}

/** `load: at most ...` as a term and what is said of it. */
export function shortLine(text: string): Markup {
  const [term, ...rest] = text.split(': ');
  return markup`<div><dt>${term}<dd>${rest.join(': ')}</div>`;
}

function factsBlock(workload: WorkloadPlan, pool: string): Markup {
  const { resources, owner, protect, leadSeconds, coldStartSeconds, throughputPerReplica, unit, target, usdPerMonth, kind, form } =
    workload;
  const targets = 'load' in target ? percent(target.load) : `CPU ${percent(target.cpu)}, memory ${percent(target.memory)}`;
  const facts: readonly (readonly [string, Markup | string])[] = [
    ['kind', form === null ? kind : `${kind}, ${form}`],
    ['pool', markup`<a href="#${anchor('pool', pool)}">${pool}</a>`],
    ['moved by', owner],
    [
      'a replica asks for',
      `${resources.gpus > 0 ? `${resources.gpus} GPU, ` : ''}${resources.cpuMilli / 1_000} CPU, ${formatAmount(resources.memoryMiB)} MiB`,
    ],
    ...(throughputPerReplica === null || kind === 'service' ? [] : [['a replica does', `${throughputPerReplica} ${unit ?? ''}`] as const]),
    ...(form === 'job'
      ? []
      : ([
          ['target', targets],
          ['quantile protected', `${protect}`],
        ] as const)),
    ['lead', `${formatSeconds(leadSeconds)}, of which ${formatSeconds(coldStartSeconds)} cold start`],
    ['ordinary month', `${formatAmount(usdPerMonth.p95)} USD${usdPerMonth.now === null ? '' : `, now ${formatAmount(usdPerMonth.now)}`}`],
  ];
  return markup`<section class="block"><h4>What it is</h4><dl class="facts">${facts.map(([term, text]) => markup`<div><dt>${term}<dd>${text}</div>`)}</dl></section>`;
}

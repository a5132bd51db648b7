import { formatAmount } from '../../figures';
import type { Scorecard, WorkloadScore } from '../../simulate';
import { timeOf } from '../../units';
import { committedText } from '../scorecard-text';
import { anchor, type Markup, markup } from './markup';
import { dayText } from './plot';
import { pageTable } from './table';

/**
 * How the plans that were committed fared against the load of the newest week that was scored, with what is advised.
 *
 * @param planned names of workloads that the page has a part for
 */
export function scorecardSection({ week, from, to, workloads, notScored, committed = {} }: Scorecard, planned: readonly string[]): Markup {
  const names = Object.keys(workloads).sort();
  const link = (name: string): Markup =>
    planned.includes(name) ? markup`<a href="#${anchor('workload', name)}">${name}</a>` : markup`<span>${name}</span>`;
  const scores =
    names.length === 0
      ? markup`<p>Nothing of ${week} could be scored.</p>`
      : pageTable(
          `${week}, ${dayText(timeOf(from))} to ${dayText(timeOf(to))}: the committed plan beside what one could have had instead, in USD for comparing`,
          [
            { title: 'workload' },
            { title: 'within', is: 'number' },
            { title: 'promised', is: 'number', extra: true },
            { title: 'minutes short', is: 'number' },
            { title: 'above ceiling', is: 'number', extra: true },
            { title: 'idle GPU-hours', is: 'number', extra: true },
            { title: 'plan', is: 'number' },
            { title: 'static', is: 'number', extra: true },
            { title: 'HPA', is: 'number' },
            { title: 'perfect', is: 'number', extra: true },
          ],
          names.map((name) => [link(name), ...scoreCells(workloads[name])]),
        );
  const advice = names.map((name) => {
    const { advice: word, because } = workloads[name];
    return markup`<li><span class="tag ${word === 'keep' ? 'good' : 'warn'}">${word}</span> ${link(name)}: ${because}</li>`;
  });
  const others = Object.entries(notScored).map(
    ([name, why]) => markup`<li><span class="tag">not scored</span> ${link(name)}: ${why}${committedText(committed[name])}</li>`,
  );
  return markup`${scores}<ul class="plain">${[...advice, ...others]}</ul>`;
}

function scoreCells({ coverage, plan, static: flat, hpa, perfect, minutesAboveCeiling, idleGpuHours }: WorkloadScore): string[] {
  const share = (value: number | undefined) => (value === undefined ? 'n/a' : `${(100 * value).toFixed(1)} %`);
  return [
    share(coverage?.achieved),
    share(coverage?.protect),
    `${plan.violationMinutes}`,
    `${minutesAboveCeiling}`,
    formatAmount(idleGpuHours),
    ...[plan, flat, hpa, perfect].map((came) => (came === null ? 'n/a' : formatAmount(came.usd))),
  ];
}

import { formatAmount } from '../../figures';
import type { CapacityPlan } from '../../plan/file';
import { risksOf } from '../../plan/diff';
import { anchor, figure, type Markup, markup } from './markup';
import { pageTable } from './table';

/** All workloads in a table, by name, each leading to what is said of it. */
export function overviewTable({ workloads, horizon, pools }: CapacityPlan): Markup {
  const names = Object.keys(workloads).sort();
  return markup`<div class="overview">${pageTable(
    `All workloads; USD of the protected load, in these ${horizon} and in an ordinary month`,
    [
      { title: 'workload' },
      { title: 'pool', extra: true },
      { title: 'floor', is: 'number' },
      { title: 'peak', is: 'number' },
      { title: 'ceiling', is: 'number' },
      { title: 'USD', is: 'number' },
      { title: 'USD/month', is: 'number', extra: true },
      { title: 'now', is: 'number', extra: true },
    ],
    names.map((name) => {
      const { pool, floor, peak, ceiling, usd, usdPerMonth } = workloads[name];
      const path = `workloads.${name}`;
      const risk = risksOf(workloads[name]).length > 0;
      return [
        markup`<a href="#${anchor('workload', name)}">${name}</a>${risk ? markup` <span class="tag bad">risk</span>` : null}`,
        Object.hasOwn(pools, pool) ? markup`<a href="#${anchor('pool', pool)}">${pool}</a>` : pool,
        figure(`${path}.floor`, floor, `${floor}`),
        figure(`${path}.peak`, peak, `${peak}`),
        figure(`${path}.ceiling`, ceiling, `${ceiling}`),
        figure(`${path}.usd.p95`, usd.p95, formatAmount(usd.p95)),
        figure(`${path}.usdPerMonth.p95`, usdPerMonth.p95, formatAmount(usdPerMonth.p95)),
        usdPerMonth.now === null ? 'n/a' : figure(`${path}.usdPerMonth.now`, usdPerMonth.now, formatAmount(usdPerMonth.now)),
      ];
    }),
  )}</div>`;
}

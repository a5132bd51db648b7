import { formatAmount, percent } from '../../figures';
import { nodeHours } from '../../plan/diff';
import { type CapacityPlan, spanOf } from '../../plan/file';
import { adviceList } from './attention';
import { anchor, type Markup, markup } from './markup';
import { offeringText } from './pools';
import { bar, pageTable } from './table';

/** What the protected load costs in the horizon, by workload and by offering, and what is in none of the figures. */
export function costSection(plan: CapacityPlan): Markup {
  const { workloads, pools, cost, horizon } = plan;
  const byUsd = Object.keys(workloads).sort((a, b) => workloads[b].usd.p95 - workloads[a].usd.p95);
  const most = Math.max(1e-9, ...byUsd.map((name) => workloads[name].usd.p95));
  const whole = Math.max(1e-9, cost.usd.p95);
  const offerings = offeringCosts(plan);
  const mostOffering = Math.max(1e-9, ...offerings.map(({ usd }) => usd));
  const isOrdered = Object.values(pools).some(({ owner }) => owner !== 'none');
  return markup`<div class="columns"><section class="block"><h3>By workload</h3>${pageTable(
    `USD in these ${horizon}: its share of its pool, by what it asks for`,
    [{ title: 'workload' }, { title: 'USD', is: 'number' }, { title: 'share', is: 'bar' }],
    byUsd.map((name) => [
      markup`<a href="#${anchor('workload', name)}">${name}</a>`,
      formatAmount(workloads[name].usd.p95),
      markup`${bar(workloads[name].usd.p95 / most)} ${percent(Number((workloads[name].usd.p95 / whole).toPrecision(2)))}`,
    ]),
  )}</section><section class="block"><h3>By offering</h3>${pageTable(
    `USD in these ${horizon}: hours of its nodes times its price`,
    [
      { title: 'offering' },
      { title: 'node-hours', is: 'number', extra: true },
      { title: 'USD', is: 'number' },
      { title: 'share', is: 'bar' },
    ],
    offerings.map(({ name, hours, usd }) => [
      name,
      formatAmount(hours),
      formatAmount(usd),
      markup`${bar(usd / mostOffering)} ${percent(Number((usd / whole).toPrecision(2)))}`,
    ]),
  )}</section></div>${adviceList(plan)}${isOrdered ? markup`<p class="hint">Not counted: control plane, NAT gateways, load balancers, disks, logs and traffic.</p>` : null}`;
}

/** Of an instance type and capacity type, in all pools and zones, the dearest first. */
function offeringCosts(plan: CapacityPlan): readonly { readonly name: string; readonly hours: number; readonly usd: number }[] {
  const span = spanOf(plan);
  const sums = new Map<string, { readonly hours: number; readonly usd: number }>();
  for (const pool of Object.values(plan.pools))
    for (const group of pool.groups) {
      const name = offeringText({ ...group, zone: undefined });
      const hours = nodeHours(group, pool, span);
      const before = sums.get(name) ?? { hours: 0, usd: 0 };
      sums.set(name, { hours: before.hours + hours, usd: before.usd + hours * group.usdPerHour });
    }
  return [...sums].map(([name, sum]) => ({ name, ...sum })).sort((a, b) => b.usd - a.usd);
}

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
  const others = byUsd.slice(shownWorkloads);
  const whole = Math.max(1e-9, cost.usd.p95);
  const offerings = offeringCosts(plan);
  const mostOffering = Math.max(1e-9, ...offerings.map(({ usd }) => usd));
  const isOrdered = Object.values(pools).some(({ owner }) => owner !== 'none');
  return markup`<div class="columns"><section class="block"><h3>By workload</h3>${pageTable(
    `USD in these ${horizon}: its share of its pool, by what it asks for`,
    [{ title: 'workload' }, { title: 'USD', is: 'number' }, { title: 'share', is: 'bar' }],
    [
      ...byUsd
        .slice(0, shownWorkloads)
        .map((name) => [markup`<a href="#${anchor('workload', name)}">${name}</a>`, ...shareCells(workloads[name].usd.p95, most, whole)]),
      ...(others.length === 0
        ? []
        : [
            [
              `${others.length} others`,
              ...shareCells(
                others.reduce((sum, name) => sum + workloads[name].usd.p95, 0),
                most,
                whole,
              ),
            ],
          ]),
    ],
  )}</section><section class="block"><h3>By offering</h3>${pageTable(
    `USD in these ${horizon}: hours of its nodes times its price`,
    [
      { title: 'offering' },
      { title: 'node-hours', is: 'number', extra: true },
      { title: 'USD', is: 'number' },
      { title: 'share', is: 'bar' },
    ],
    offerings.map(({ name, hours, usd }) => [name, formatAmount(hours), ...shareCells(usd, mostOffering, whole)]),
  )}</section></div>${adviceList(plan)}${isOrdered ? markup`<p class="hint">Not counted: control plane, NAT gateways, load balancers, disks, logs and traffic.</p>` : null}`;
}

/** Workloads that are told by name, the dearest; the overview has all of them. */
const shownWorkloads = 20;

/** Dollars, and their share of the whole beside a bar that is full at `most`. */
function shareCells(usd: number, most: number, whole: number): readonly (Markup | string)[] {
  return [formatAmount(usd), markup`${bar(usd / most)} ${percent(Number((usd / whole).toPrecision(2)))}`];
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

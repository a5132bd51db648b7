import { centreText, dollars, type Showback, type ShowbackAmounts } from '../showback';
import { type Markup, markup } from './markup';
import { pageTable } from './table';

/** What the plan costs by cost centre and by workload, planned, and what came as far as the newest scorecard knows. */
export function showbackSection({ workloads, costCentres, total, horizon, week }: Showback): Markup {
  const columns = [
    { title: `USD in ${horizon}`, is: 'number' },
    { title: 'USD a month', is: 'number' },
    ...(week === null ? [] : [{ title: `came in ${week}`, is: 'number' } as const]),
  ] as const;
  const cells = ({ usd, usdPerMonth, came }: ShowbackAmounts) => [
    dollars(usd),
    dollars(usdPerMonth),
    ...(week === null ? [] : [came === null ? 'n/a' : dollars(came)]),
  ];
  return markup`${pageTable(
    'By cost centre, at the protected load',
    [{ title: 'cost centre' }, ...columns],
    [...costCentres.map((row) => [centreText(row.costCentre), ...cells(row)]), ['total', ...cells(total)]],
  )}${pageTable(
    'By workload: its share of its pool, by what it asks for',
    [{ title: 'workload' }, { title: 'cost centre' }, ...columns],
    workloads.map((row) => [row.name, centreText(row.costCentre), ...cells(row)]),
  )}`;
}

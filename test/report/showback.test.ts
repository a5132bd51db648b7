import fc from 'fast-check';
import type { CapacityConfig } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { reportPage } from '../../lib/report/page';
import { showbackChanges, showbackOf, showbackText } from '../../lib/report/showback';
import type { Scorecard } from '../../lib/simulate';
import { samplePlan } from '../support/sample-plan';

type Amounts = Readonly<Record<string, number>>;

/** A plan of workloads in pools of their own, by their dollars; a pool costs what its workload does. */
function planOf(amounts: Amounts, idle = 0): CapacityPlan {
  const plan = samplePlan();
  const [[, workload], [, pool]] = [Object.entries(plan.workloads)[0], Object.entries(plan.pools)[0]];
  const cost = (usd: number) => ({ p50: usd, p95: usd });
  const total = Object.values(amounts).reduce((sum, usd) => sum + usd, idle);
  const named = <Value>(of: (usd: number, name: string) => Value) =>
    Object.fromEntries(Object.entries(amounts).map(([name, usd]) => [name, of(usd, name)]));
  return {
    ...plan,
    workloads: named((usd, name) => ({ ...workload, pool: name, usd: { p95: usd }, usdPerMonth: { now: null, p95: 4 * usd } })),
    pools: {
      ...named((usd) => ({ ...pool, usd: cost(usd), usdPerMonth: { now: null, ...cost(4 * usd) } })),
      ...(idle === 0 ? {} : { rack: { ...pool, usd: cost(idle), usdPerMonth: { now: null, ...cost(4 * idle) } } }),
    },
    cost: { ...plan.cost, usd: cost(total), usdPerMonth: { now: null, ...cost(4 * total) } },
  };
}

const configOf = (workloads: Readonly<Record<string, string | undefined>>, costCentre?: string) =>
  ({
    costCentre,
    pools: {},
    workloads: Object.fromEntries(Object.entries(workloads).map(([name, centre]) => [name, { costCentre: centre }])),
  }) as unknown as CapacityConfig;

const scorecard = { week: '2026-W47', workloads: { chat: { plan: { usd: 90.456 } } } } as unknown as Scorecard;

test('without a cost centre in the config there is nothing to share out', () => {
  expect(showbackOf(configOf({ chat: undefined }), planOf({ chat: 10 }))).toBeNull();
});

test('a workload is of its own cost centre, else of that of its pool, else of the config, and idle pools are told by name', () => {
  const config = {
    ...configOf({ chat: 'research', images: undefined, web: undefined }, 'platform'),
    pools: { images: { costCentre: 'art' } },
  } as unknown as CapacityConfig;
  const showback = showbackOf(config, planOf({ chat: 10, images: 5, web: 1 }, 2));
  expect(showback?.workloads.map(({ costCentre, name, usd }) => [costCentre, name, usd])).toEqual([
    ['art', 'images', 5],
    ['platform', 'pool rack', 2],
    ['platform', 'web', 1],
    ['research', 'chat', 10],
  ]);
  expect(showback?.costCentres.map(({ costCentre, usd, usdPerMonth }) => [costCentre, usd, usdPerMonth])).toEqual([
    ['art', 5, 20],
    ['platform', 3, 12],
    ['research', 10, 40],
  ]);
});

test('the sums of workloads and of cost centres are the total of the plan to the cent', () => {
  const amounts = fc.array(fc.float({ min: 0, max: 9_999, noNaN: true }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(amounts, (of) => {
      const plan = planOf(Object.fromEntries(of.map((usd, index) => [`w${index}`, usd])));
      const centres = Object.fromEntries(of.map((_, index) => [`w${index}`, index % 2 === 0 ? 'even' : undefined]));
      const showback = showbackOf(configOf(centres, 'rest'), plan);
      const cents = Math.round(plan.cost.usd.p95 * 100);
      for (const rows of [showback?.workloads ?? [], showback?.costCentres ?? []])
        expect(rows.reduce((sum, { usd }) => sum + Math.round(usd * 100), 0)).toBe(cents);
      expect(Math.round((showback?.total.usd ?? NaN) * 100)).toBe(cents);
      expect(Math.round((showback?.total.usdPerMonth ?? NaN) * 100)).toBe(Math.round(plan.cost.usdPerMonth.p95 * 100));
    }),
  );
});

test('what came is that of the scorecard, and of a workload that was not scored it is not known', () => {
  const showback = showbackOf(configOf({ chat: 'research', web: 'shop' }), planOf({ chat: 100, web: 1_234.5 }), scorecard);
  expect(showback?.workloads.map(({ name, came }) => [name, came])).toEqual([
    ['chat', 90.46],
    ['web', null],
  ]);
  const text = showback === null ? '' : showbackText(showback);
  expect(text).toMatch(/research +chat +100\.00 +400\.00 +90\.46\n/);
  expect(text).toMatch(/shop +web +1,234\.50 +4,938\.00 +n\/a\n/);
  expect(text).toMatch(/total +1,334\.50 +5,338\.00 +90\.46$/);
});

test('what was committed counts where nothing was replayed', () => {
  const card = { ...scorecard, committed: { web: { hours: 168, replicaHours: 20, usd: 12.345 } } };
  const showback = showbackOf(configOf({ chat: 'research', web: 'research' }), planOf({ chat: 100, web: 5 }), card);
  expect(showback?.workloads.map(({ came }) => came)).toEqual([90.46, 12.35]);
  expect(showback?.total.came).toBe(102.81);
});

test('the page has a part of who pays where a cost centre is stated, and a change is told by cost centre', () => {
  const plan = samplePlan();
  const config = configOf({ chat: 'research' }, 'platform');
  expect(reportPage(plan, { showback: showbackOf(config, plan) })).toMatch(/id="showback">Who pays/);
  expect(reportPage(plan)).not.toContain('id="showback"');
  const before = showbackOf(configOf({ chat: 'research', web: 'shop' }), planOf({ chat: 100, web: 5 }));
  const after = showbackOf(configOf({ chat: 'research', web: 'shop' }), planOf({ chat: 1_250.5, web: 5 }));
  expect(showbackChanges(before, after)).toEqual(['research: 100.00 to 1,250.50 USD in the horizon (+1,150.50)']);
  expect(showbackChanges(after, after)).toEqual([]);
});

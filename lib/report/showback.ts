import type { CapacityConfig } from '../config';
import { grouped } from '../figures';
import type { CapacityPlan } from '../plan/file';
import type { Scorecard } from '../simulate';
import { type Column, textTable } from './table';

/** What a plan costs by workload and by cost centre, at the protected load, in US dollars to the cent. */
export type Showback = {
  readonly horizon: string;
  /** Those of a cost centre, one after another; `null`: none is stated. */
  readonly workloads: readonly (ShowbackAmounts & { readonly costCentre: string | null; readonly name: string })[];
  readonly costCentres: readonly (ShowbackAmounts & { readonly costCentre: string | null })[];
  /** The sums, which are the plan's. */
  readonly total: ShowbackAmounts;
  /** The week that `came` is of, `2026-W48`; `null` without a scorecard. */
  readonly week: string | null;
};

export type ShowbackAmounts = {
  /** In the horizon, and in an ordinary month. */
  readonly usd: number;
  readonly usdPerMonth: number;
  /** What the committed plans came to in the week of the scorecard; `null` of what is neither scored nor counted as committed, or of none of it. */
  readonly came: number | null;
};

/**
 * Shares out what a plan costs: a workload has its share of its pool and is of its own cost centre, else of that of its pool, else of the
 * config's. What no workload has a share of, such as idle machines of a pool, is told by the name of the pool. Cents are given to those
 * whose parts of a cent are largest, so that all sums are those of the plan.
 *
 * @param scorecard of the newest week, for what happened
 * @returns `null` where the config states no cost centre
 */
export function showbackOf(config: CapacityConfig, plan: CapacityPlan, scorecard: Scorecard | null = null): Showback | null {
  const { costCentre, pools, workloads } = config;
  const stated = [
    costCentre,
    ...Object.values(pools).map((pool) => pool.costCentre),
    ...Object.values(workloads).map((one) => one.costCentre),
  ];
  if (stated.every((centre) => centre === undefined)) return null;
  const ofPool = (name: string) => (Object.hasOwn(pools, name) ? pools[name].costCentre : undefined) ?? costCentre ?? null;
  const parts = [
    ...Object.entries(plan.workloads).map(([name, { pool, usd, usdPerMonth }]) => ({
      name,
      costCentre: (Object.hasOwn(workloads, name) ? workloads[name].costCentre : undefined) ?? ofPool(pool),
      usd: usd.p95,
      usdPerMonth: usdPerMonth.p95,
      came: cameOf(scorecard, name),
    })),
    ...Object.keys(plan.pools).flatMap((name) => unshared(plan, name, ofPool(name))),
  ].sort((a, b) => compare(a.costCentre, b.costCentre) || compare(a.name, b.name));
  const usd = shared(
    parts.map((part) => part.usd),
    plan.cost.usd.p95,
  );
  const usdPerMonth = shared(
    parts.map((part) => part.usdPerMonth),
    plan.cost.usdPerMonth.p95,
  );
  const rows = parts.map((part, index) => ({ ...part, usd: usd[index], usdPerMonth: usdPerMonth[index] }));
  return {
    horizon: plan.horizon,
    workloads: rows,
    costCentres: [...new Set(rows.map((row) => row.costCentre))].map((centre) => ({
      costCentre: centre,
      ...sumOf(rows.filter((row) => row.costCentre === centre)),
    })),
    total: sumOf(rows),
    week: scorecard?.week ?? null,
  };
}

/** What the committed plans came to for a workload: as replayed, else as committed. */
function cameOf(scorecard: Scorecard | null, name: string): number | null {
  const [scored, committed] = [scorecard?.workloads ?? {}, scorecard?.committed ?? {}];
  const came = Object.hasOwn(scored, name) ? scored[name].plan : Object.hasOwn(committed, name) ? committed[name] : null;
  return came && inCents(came.usd);
}

/** What a pool costs that has no workload to share it, of which nobody's share would tell. */
function unshared({ workloads, pools }: CapacityPlan, name: string, costCentre: string | null) {
  const own = Object.values(workloads).filter(({ pool }) => pool === name);
  const rest = (kind: 'usd' | 'usdPerMonth') => (own.some((workload) => workload[kind].p95 > 0) ? 0 : pools[name][kind].p95);
  const [usd, usdPerMonth] = [rest('usd'), rest('usdPerMonth')];
  return usd + usdPerMonth === 0 ? [] : [{ name: `pool ${name}`, costCentre, usd, usdPerMonth, came: null }];
}

/** None is stated comes last. */
function compare(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

const inCents = (usd: number): number => Math.round(usd * 100) / 100;

/** Amounts in whole cents that add up to the total in whole cents. */
function shared(amounts: readonly number[], total: number): readonly number[] {
  const sum = amounts.reduce((all, amount) => all + amount, 0);
  const whole = Math.round(total * 100);
  const exact = amounts.map((amount) => (sum === 0 ? 0 : (amount / sum) * whole));
  const cents = exact.map(Math.floor);
  const left = sum === 0 ? 0 : whole - cents.reduce((all, cent) => all + cent, 0);
  const byRest = exact.map((_, index) => index).sort((a, b) => exact[b] - cents[b] - (exact[a] - cents[a]) || a - b);
  for (const index of byRest.slice(0, left)) cents[index] += 1;
  return cents.map((cent) => cent / 100);
}

function sumOf(rows: readonly ShowbackAmounts[]): ShowbackAmounts {
  const sum = (of: (row: ShowbackAmounts) => number) => inCents(rows.reduce((all, row) => all + of(row), 0));
  return {
    usd: sum(({ usd }) => usd),
    usdPerMonth: sum(({ usdPerMonth }) => usdPerMonth),
    came: rows.every(({ came }) => came === null) ? null : sum(({ came }) => came ?? 0),
  };
}

/** The table that `plan` prints below its own. */
export function showbackText({ workloads, costCentres, total, horizon, week }: Showback): string {
  const right = (title: string): Column => ({ title, align: 'right' });
  const cells = ({ usd, usdPerMonth, came }: ShowbackAmounts) => [
    dollars(usd),
    dollars(usdPerMonth),
    ...(week === null ? [] : [came === null ? 'n/a' : dollars(came)]),
  ];
  return textTable(
    [
      { title: 'cost centre' },
      { title: 'workload' },
      right(`USD in ${horizon}`),
      right('USD/month'),
      ...(week === null ? [] : [right(`came in ${week}`)]),
    ],
    [
      ...workloads.map((row) => [centreText(row.costCentre), row.name, ...cells(row)]),
      null,
      ...costCentres.map((row) => [centreText(row.costCentre), 'all', ...cells(row)]),
      ['total', '', ...cells(total)],
    ],
  );
}

export const centreText = (costCentre: string | null): string => costCentre ?? 'none stated';

/** `1,234.50` */
export const dollars = (usd: number): string => grouped(usd.toFixed(2));

/** What changes by cost centre between two plans, a line each, for `diff`. Those that stay to the cent are left out. */
export function showbackChanges(before: Showback | null, after: Showback | null): readonly string[] {
  const usdOf = (of: Showback | null) => new Map(of?.costCentres.map(({ costCentre, usd }) => [costCentre, usd]));
  const [was, is] = [usdOf(before), usdOf(after)];
  return [...new Set([...is.keys(), ...was.keys()])].sort(compare).flatMap((centre) => {
    const [from, to] = [was.get(centre) ?? 0, is.get(centre) ?? 0];
    const change = inCents(to - from);
    if (change === 0) return [];
    return [`${centreText(centre)}: ${dollars(from)} to ${dollars(to)} USD in the horizon (${change > 0 ? '+' : ''}${dollars(change)})`];
  });
}

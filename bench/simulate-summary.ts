import { type Regime, regimeOf, type RepeatingRises } from '../lib/forecast';
import { mean, median } from '../lib/history';
import { MINUTE_MS } from '../lib/units';
import type { Row } from './simulate-rows';

/** One load at one lead: means over its seeds. Ratios are of GPU-hours, violations in percent of the minutes. */
export type Summary = {
  readonly name: string;
  readonly leadMinutes: number;
  readonly judged: Row['judged'];
  /** Policies that were chosen, by any seed. */
  readonly chosen: string;
  readonly rises: RepeatingRises | null;
  readonly regime: Regime;
  readonly planToHpaTuned: number;
  readonly operateToHpaTuned: number;
  readonly liveToHpaTuned: number;
  /** `null` where no margin holds as few violations. */
  readonly causalLimitToHpaTuned: number | null;
  /**
   * Of what the causal limit saves against the tuned HPA; `null` where that is less than a twentieth. A policy that is in violation for more
   * than 0.1 points longer than the tuned HPA saves nothing.
   */
  readonly reached: { readonly plan: number | null; readonly operate: number | null; readonly live: number | null };
  readonly hpaTunedToBound: number;
  readonly hpaTunedToStatic: number;
  readonly violations: { readonly hpaTuned: number; readonly plan: number; readonly operate: number; readonly live: number };
  readonly cpuSeconds: number;
};

export function summariseRows(rows: readonly Row[]): readonly Summary[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.name} at ${row.leadMinutes}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((mine) => {
    const [{ name, leadMinutes, judged, rises }] = mine;
    const over = (figure: (row: Row) => number) => mean(mine.map(figure));
    const toHpaTuned = (policy: string) => over(({ gpuHours }) => gpuHours[policy] / gpuHours['hpa-tuned']);
    const violationsOf = (policy: string) => over(({ violationPercent }) => violationPercent[policy]);
    const limits = mine.flatMap(({ causalLimit, gpuHours }) => (causalLimit === null ? [] : [causalLimit / gpuHours['hpa-tuned']]));
    const compared: Compared = {
      planToHpaTuned: toHpaTuned('plan'),
      operateToHpaTuned: toHpaTuned('plan+operate'),
      liveToHpaTuned: toHpaTuned('live'),
      causalLimitToHpaTuned: limits.length < mine.length ? null : mean(limits),
      violations: {
        hpaTuned: violationsOf('hpa-tuned'),
        plan: violationsOf('plan'),
        operate: violationsOf('plan+operate'),
        live: violationsOf('live'),
      },
    };
    return {
      name,
      leadMinutes,
      judged,
      chosen: [...new Set(mine.map(({ chosen }) => chosen))].join(', '),
      rises,
      regime: regimeOf(rises, leadMinutes * MINUTE_MS),
      ...compared,
      reached: reachedBy([compared]),
      hpaTunedToBound: over(({ gpuHours, bound }) => gpuHours['hpa-tuned'] / bound),
      hpaTunedToStatic: over(({ gpuHours }) => gpuHours['hpa-tuned'] / gpuHours.static),
      cpuSeconds: over(({ cpuSeconds }) => cpuSeconds),
    };
  });
}

type Compared = Pick<Summary, 'planToHpaTuned' | 'operateToHpaTuned' | 'liveToHpaTuned' | 'causalLimitToHpaTuned' | 'violations'>;

/** Less than this share of the tuned HPA's GPU-hours is not worth a share of it. */
export const leastReachable = 0.05;
/** In percent of the minutes, as a verdict allows them. */
export const moreViolations = 0.1;

/** The share of the reachable saving that policies reach: what they save against the tuned HPA by what the causal limit saves, both added up. */
function reachedBy(compared: readonly Compared[]): Summary['reached'] {
  const reachable = mean(compared.map(({ causalLimitToHpaTuned }) => 1 - (causalLimitToHpaTuned ?? NaN)));
  if (!(reachable >= leastReachable)) return { plan: null, operate: null, live: null };
  const saved = (ratioOf: (one: Compared) => number, violationsOf: (one: Compared) => number) =>
    mean(
      compared.map((one) => {
        const isWorse = violationsOf(one) > one.violations.hpaTuned + moreViolations;
        return isWorse ? Math.min(0, 1 - ratioOf(one)) : 1 - ratioOf(one);
      }),
    );
  return {
    plan:
      saved(
        (one) => one.planToHpaTuned,
        ({ violations }) => violations.plan,
      ) / reachable,
    operate:
      saved(
        (one) => one.operateToHpaTuned,
        ({ violations }) => violations.operate,
      ) / reachable,
    live:
      saved(
        (one) => one.liveToHpaTuned,
        ({ violations }) => violations.live,
      ) / reachable,
  };
}

/** Medians over loads; of the reachable saving the share that all of them reach together. */
export function middleOf(summaries: readonly Summary[]) {
  const over = (figure: (summary: Summary) => number) => median(summaries.map(figure));
  return {
    planToHpaTuned: over((summary) => summary.planToHpaTuned),
    operateToHpaTuned: over((summary) => summary.operateToHpaTuned),
    liveToHpaTuned: over((summary) => summary.liveToHpaTuned),
    causalLimitToHpaTuned: over(({ causalLimitToHpaTuned }) => causalLimitToHpaTuned ?? NaN),
    reached: reachedBy(summaries.filter(({ causalLimitToHpaTuned }) => causalLimitToHpaTuned !== null)),
    hpaTunedToBound: over((summary) => summary.hpaTunedToBound),
    hpaTunedToStatic: over((summary) => summary.hpaTunedToStatic),
    violations: {
      hpaTuned: over(({ violations }) => violations.hpaTuned),
      plan: over(({ violations }) => violations.plan),
      operate: over(({ violations }) => violations.operate),
      live: over(({ violations }) => violations.live),
    },
    cpuSeconds: over(({ cpuSeconds }) => cpuSeconds),
  };
}

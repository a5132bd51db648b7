import {
  choosePortfolio,
  countNeed,
  drawFutures,
  keptPortfolio,
  type NeedCurve,
  type NodePrices,
  type Portfolio,
  type Risk,
  seasonWeeks,
  usdOf,
  usualRisk,
  weeksOfYear,
  weeksPerMonth,
  worthOf,
} from '../../commit';
import type { CapacityConfig } from '../../config';
import { DAY_MS, formatTime, HOUR_MS, HOURS_PER_MONTH, WEEK_MS } from '../../units';
import { asksOf } from './asks';
import { blockAdvice, blockDays, firstBlockStart } from './blocks';
import { heldOf } from './held';
import { type DemandOfMonths, longNeeds, type NodeNeeds, nodeNeeds, nodesFor } from './node-needs';
import { type Peaks, quotaAdvice } from './quotas';
import { spreadOf } from './spread';
import type { CommitAdvice, CurvePoint, TypeAdvice } from './types';

export type AdviseOptions = {
  /** Share of growth a month by workload, beside or in place of what the config declares. */
  readonly growth: Readonly<Record<string, number>>;
  readonly risk: Risk;
  readonly draws: number;
  readonly seed: number;
  /** Whole weeks without which a workload is left out. @default four where some load has so many, else one */
  readonly leastWeeks?: number;
  /** What the plan before advised, by instance type: it stays where it is as good. @default nothing */
  readonly before?: Readonly<Record<string, Portfolio>>;
};

/** How courses are drawn and what is risked, where nothing else is asked for. */
export const usualCourses = { risk: usualRisk, draws: 100, seed: 1 };

/**
 * What to commit to: courses of the load over months, what nodes they need, and for each instance type the reservations at the least expected
 * cost within the risk. Nothing is bought.
 */
export function adviseCommitments(config: CapacityConfig, of: DemandOfMonths, options: AdviseOptions): CommitAdvice {
  const { draws, seed, risk, leastWeeks } = options;
  const { types, leftOut } = leastWeeks === undefined ? longNeeds(config, of) : nodeNeeds(config, of, leastWeeks);
  const advised = types.map((type) => adviseType(config, type, options));
  const weeks = types.length === 0 ? 0 : Math.min(...types.map(weeksOf));
  const from = types.length === 0 ? of.dataThrough : types[0].end;
  const unknown = types.flatMap(({ instanceType, prices, blockUsdPerHour }) => [
    ...(prices.oneYear === null
      ? [{ name: instanceType, why: `no price for a year is known; state it: prices: { '${instanceType}': { reserved: '... USD/hour' } }` }]
      : []),
    ...(prices.threeYears === null ? [{ name: instanceType, why: `no price for three years is known; state it as 'reserved-3y'` }] : []),
    ...(blockUsdPerHour === null && hasBlocks(instanceType)
      ? [{ name: instanceType, why: `no price of capacity blocks is known; state it as 'capacity-block'` }]
      : []),
  ]);
  return {
    from: formatTime(from),
    to: formatTime(from + weeksOfYear * WEEK_MS),
    basis: { weeks, draws, seed, season: weeks >= seasonWeeks ? 'yearly' : 'none' },
    risk,
    types: advised,
    asks: asksOf(config, advised),
    leftOut: [...leftOut, ...unknown, ...notCounted(config, types, from)],
  };
}

/** Weeks of history, as many of each of its loads. */
const weeksOf = ({ loads }: NodeNeeds): number => Math.min(...Object.values(loads).map(({ length }) => length));

/** What the config states and nothing above goes by. */
function notCounted({ events, commitments }: CapacityConfig, types: readonly NodeNeeds[], from: number): CommitAdvice['leftOut'] {
  const needed = types.map(({ instanceType }) => instanceType);
  const coming = events.filter(({ to, uplift }) => to > from && uplift === undefined).map(({ name }) => name);
  const held = commitments.filter(({ instance, until }) => until > from && !needed.includes(instance)).map(({ instance }) => instance);
  return [
    ...[...new Set(coming)].map((name) => ({ name, why: 'the event states no uplift, and its past is not looked at' })),
    ...[...new Set(held)].map((name) => ({ name, why: 'it is held, and what the pools need is counted in other types' })),
  ];
}

/** Families that AWS sells in capacity blocks. */
const hasBlocks = (instanceType: string): boolean => /^(p4|p5|p6|trn)/.test(instanceType);

function adviseType(config: CapacityConfig, type: NodeNeeds, { growth, risk, draws, seed, before = {} }: AdviseOptions): TypeAdvice {
  const { instanceType, prices, pools, loads, end } = type;
  const years = prices.threeYears === null ? 1 : 3;
  const held = heldOf(config, type);
  const heldAt = (time: number) => held.reduce((sum, { count, from, until }) => sum + (from <= time && until > time ? count : 0), 0);
  const nextEnd = Math.min(...held.map(({ until }) => until));
  const beforeEnd = Array.from({ length: draws }, countNeed);
  const counts = Array.from({ length: draws }, () => Array.from({ length: years }, countNeed));
  const nodeHours = new Float64Array(draws);
  const peaks: Peaks[] = Array.from({ length: draws }, () => ({
    steady: new Float64Array(weeksOfYear),
    spot: new Float64Array(weeksOfYear),
  }));
  const hours = config.period / HOUR_MS;
  const blocksFrom = firstBlockStart(end);
  const days = type.blockUsdPerHour === null ? [] : Array.from({ length: blockDays }, countNeed);
  const uplifts = upliftsOf(config, type);
  const models = drawFutures({ loads, growth, uplift: uplifts, weeks: years * weeksOfYear, draws, seed }, (draw, week, of) => {
    const count = counts[draw][Math.floor(week / weeksOfYear)];
    const covered = heldAt(end + week * WEEK_MS);
    const needed = nodesFor(pools, of);
    for (let step = 0; step < WEEK_MS / config.period; step += 1) {
      const [nodes, spot] = [needed.nodes[step], needed.spot[step]];
      count.add(hours, { nodes, held: covered, spot });
      days[Math.floor((end + week * WEEK_MS + step * config.period - blocksFrom) / DAY_MS)]?.add(hours, { nodes, held: covered, spot });
      if (end + week * WEEK_MS < nextEnd) beforeEnd[draw].add(hours, { nodes, held: covered, spot });
      if (week >= weeksOfYear) continue;
      nodeHours[draw] += nodes * hours;
      const onSpot = Math.min(spot, Math.max(0, nodes - covered));
      peaks[draw].steady[week] = Math.max(peaks[draw].steady[week], nodes - onSpot);
      peaks[draw].spot[week] = Math.max(peaks[draw].spot[week], onSpot);
    }
  });
  const curves = counts.map((course) => course.map((count) => count.curve()));
  const firstYear = curves.map(([first]) => first);
  const isAwaited = nextEnd < end + weeksOfYear * WEEK_MS;
  const best = choosePortfolio(curves, prices, risk);
  const advisedBefore = isAwaited || !Object.hasOwn(before, instanceType) ? null : before[instanceType];
  const chosen = advisedBefore === null ? best : keptPortfolio(best, advisedBefore, curves, prices, risk);
  const { oneYear, threeYears } = isAwaited
    ? payingNow(
        chosen,
        beforeEnd.map((count) => count.curve()),
        prices,
      )
    : chosen;
  const months = (weeksOfYear * WEEK_MS) / HOUR_MS / HOURS_PER_MONTH;
  const without = firstYear.map((need) => usdOf(need, prices, 0, 0) / months);
  const withAdvised = firstYear.map(
    (need) =>
      (usdOf(need, prices, oneYear + threeYears, 0) +
        need.hours * (oneYear * (prices.oneYear ?? 0) + threeYears * (prices.threeYears ?? 0))) /
      months,
  );
  const saved = without.map((usd, draw) => usd - withAdvised[draw]);
  const meanNodes = Array.from(nodeHours, (sum) => sum / (weeksOfYear * 168));
  const most = peaks.map(({ steady, spot }) => Math.max(...steady.map((nodes, week) => nodes + spot[week])));
  return {
    instanceType,
    pools: pools.map(({ name }) => name),
    workloads: Object.keys(models).map((name) => ({
      name,
      growthPerMonth: Math.expm1(models[name].slope * weeksPerMonth),
      growth: Object.hasOwn(growth, name) ? 'declared' : 'measured',
    })),
    weeks: weeksOf(type),
    usdPerHour: { ...prices, capacityBlock: type.blockUsdPerHour },
    nodes: { mean: spreadOf(meanNodes), most: spreadOf(most) },
    held: held.map(({ count, until }) => ({ count, until: Number.isFinite(until) ? formatTime(until) : null })),
    advised: { oneYear, threeYears, capacityReservations: oneYear + threeYears },
    blocks: blockAdvice(
      days.map((day) => day.curve()),
      { start: blocksFrom, committed: oneYear + threeYears, prices, usdPerHour: type.blockUsdPerHour ?? 0 },
    ),
    breakEven: prices.oneYear === null ? null : prices.oneYear / prices.onDemand,
    usdPerMonth: { without: spreadOf(without), advised: spreadOf(withAdvised), saved: spreadOf(saved) },
    curve: prices.oneYear === null ? [] : curveOf(firstYear, type, meanNodes, { chosen: oneYear + threeYears, months }),
    decide: decisionOf(type, {
      now: oneYear + threeYears,
      later: chosen.oneYear + chosen.threeYears - oneYear - threeYears,
      nextEnd: isAwaited ? nextEnd : null,
      usdPerWeek: spreadOf(saved).mean * (months / weeksOfYear),
    }),
    quotas: quotaAdvice(config, type, peaks),
  };
}

/** Of a portfolio the nodes that pay before what is held ends too: the others are better bought when it does. */
function payingNow({ oneYear, threeYears }: Portfolio, beforeEnd: readonly NeedCurve[], prices: NodePrices): Portfolio {
  const worth = (n: number) => beforeEnd.reduce((sum, need) => sum + worthOf(need, prices, n) / need.hours, 0) / beforeEnd.length;
  let paying = 0;
  while (paying < oneYear + threeYears && worth(paying) > (paying < threeYears ? (prices.threeYears ?? 0) : (prices.oneYear ?? 0)))
    paying += 1;
  return { threeYears: Math.min(threeYears, paying), oneYear: Math.max(0, paying - threeYears) };
}

/** What announced events of the months to come multiply loads by, as far as the config states it; `undefined` without any. */
function upliftsOf(config: CapacityConfig, { end }: NodeNeeds): ((workload: string, week: number, step: number) => number) | undefined {
  const coming = config.events.filter(({ to, uplift }) => to > end && uplift !== undefined);
  if (coming.length === 0) return undefined;
  return (workload, week, step) => {
    const time = end + week * WEEK_MS + step * config.period;
    return coming.reduce(
      (times, event) =>
        time >= event.from && time < event.to && (event.workload ?? workload) === workload ? times * (event.uplift ?? 1) : times,
      1,
    );
  };
}

/** Points of a curve that a table or a picture has room for. */
const mostPoints = 40;
/** It ends where the cost is so many times that without commitments. */
const worthDrawing = 1.25;

function curveOf(
  firstYear: readonly NeedCurve[],
  { prices }: NodeNeeds,
  meanNodes: readonly number[],
  { chosen, months }: { readonly chosen: number; readonly months: number },
): readonly CurvePoint[] {
  const price = prices.oneYear ?? 0;
  const longest = Math.max(chosen + 1, ...firstYear.map(({ onDemand }) => onDemand.length));
  const usd = (need: NeedCurve, nodes: number) => usdOf(need, prices, nodes, price) / months;
  const meanUsd = (nodes: number) => firstYear.reduce((sum, need) => sum + usd(need, nodes), 0) / firstYear.length;
  // Beyond it more only costs more.
  let most = chosen + 1;
  while (most < longest && meanUsd(most) < meanUsd(0) * worthDrawing) most += 1;
  const step = Math.max(1, Math.ceil(most / mostPoints));
  const counts = [...new Set([...Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step), chosen])].sort(
    (a, b) => a - b,
  );
  const byNeed = firstYear.map((need, draw) => ({ need, mean: meanNodes[draw] })).sort((a, b) => a.mean - b.mean);
  const best = new Map(
    ([0.1, 0.5, 0.9] as const).map((quantile) => {
      const { need } = byNeed[Math.round(quantile * (byNeed.length - 1))];
      let least = Infinity;
      for (let nodes = 0; nodes <= longest; nodes++) least = Math.min(least, usd(need, nodes));
      return [quantile, { need, least }] as const;
    }),
  );
  const regret = (quantile: 0.1 | 0.5 | 0.9, nodes: number) => {
    const course = best.get(quantile);
    return course === undefined ? 0 : usd(course.need, nodes) - course.least;
  };
  return counts.map((nodes) => ({
    nodes,
    usdPerMonth: spreadOf(firstYear.map((need) => usd(need, nodes))),
    regret: { p10: regret(0.1, nodes), p50: regret(0.5, nodes), p90: regret(0.9, nodes) },
  }));
}

function decisionOf(
  { end }: NodeNeeds,
  of: { readonly now: number; readonly later: number; readonly nextEnd: number | null; readonly usdPerWeek: number },
): TypeAdvice['decide'] {
  const { now, later, nextEnd, usdPerWeek } = of;
  if (now > 0) return { by: formatTime(end), nodes: now, why: 'it pays from the first week on', usdPerWeekLater: usdPerWeek };
  return nextEnd === null ? null : { by: formatTime(nextEnd), nodes: later, why: 'what is held ends then', usdPerWeekLater: 0 };
}

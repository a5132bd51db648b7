import {
  choosePortfolio,
  countNeed,
  drawFutures,
  type NeedCurve,
  type NodePrices,
  usdOf,
  type WeeklyLoads,
  weeksOfYear,
} from '../../commit';
import type { CapacityConfig } from '../../config';
import { formatTime, HOUR_MS, WEEK_MS } from '../../units';
import type { AdviseOptions } from './advise';
import { type DemandOfMonths, type LeftOut, longNeeds, type NodeNeeds, nodesFor } from './node-needs';

/** What `commit` would have cost over the last weeks of one's own load, beside other ways to buy, as `foresize commit --backtest --json` prints it. */
export type CommitBacktest = {
  readonly types: readonly TypeBacktest[];
  readonly leftOut: readonly LeftOut[];
};

export type TypeBacktest = {
  readonly instanceType: string;
  readonly from: string;
  readonly to: string;
  /** In the order of the table: each knew nothing but the weeks before, `hindsight` excepted. */
  readonly ways: readonly {
    readonly name: 'static peak' | 'on demand' | 'n-th node' | 'commit' | 'hindsight';
    /** Nodes that were reserved at the end, or held all the time by `static peak`. */
    readonly nodes: number;
    readonly usd: number;
    /** Share of the node-hours paid for in which the load needed the node. */
    readonly usedShare: number;
  }[];
};

/** Weeks that a first decision knows, and most weeks that are replayed. */
const leastKnown = 2;
const mostReplayed = 12;
/** How full a fleet for the peak is at the highest need of the weeks before. */
const fillAtPeak = 0.8;

/**
 * Replays the last weeks of the load by the hour: `commit` decides again each week and keeps what it reserved; the n-th-node rule decides once,
 * by all weeks before; a static fleet is on demand. All run as many nodes as the load of the hour needs, beside what they hold, so that only
 * how they buy differs: how an autoscaler follows within the hour is `simulate`'s matter. Growth is never declared here.
 */
export function backtestCommitments(
  config: CapacityConfig,
  of: DemandOfMonths,
  options: Pick<AdviseOptions, 'risk' | 'draws' | 'seed'>,
): CommitBacktest {
  const { types, leftOut } = longNeeds(config, of);
  const told: LeftOut[] = [...leftOut];
  const tested = types.flatMap((type) => {
    const count = Object.values(type.loads)[0].length;
    if (type.prices.oneYear === null) told.push({ name: type.instanceType, why: 'no price for a year is known' });
    else if (count <= leastKnown) told.push({ name: type.instanceType, why: 'its history is shorter than three weeks' });
    else return [backtestOf(config, type, type.prices.oneYear, options)];
    return [];
  });
  return { types: tested, leftOut: told };
}

function backtestOf(
  config: CapacityConfig,
  type: NodeNeeds,
  reserved: number,
  { risk, draws, seed }: Pick<AdviseOptions, 'risk' | 'draws' | 'seed'>,
): TypeBacktest {
  const { instanceType, loads, end, prices } = type;
  const count = Object.values(loads)[0].length;
  const first = Math.max(leastKnown, count - mostReplayed);
  const weeks = Array.from({ length: count }, (_, week) => needsOf(config, type, loads, week));
  const curve = (from: number, to: number) => curveOf(weeks.slice(from, to).flat());
  const came = curve(first, count);
  const byRule = (need: NeedCurve) => choosePortfolio([[need]], { ...prices, threeYears: null }, { chance: 1, tolerance: 0 }).oneYear;
  const way = (name: TypeBacktest['ways'][number]['name'], nodes: number, usd: number, idleHours: number) => {
    const needed = usedHours(came);
    return { name, nodes, usd, usedShare: needed + idleHours === 0 ? 0 : needed / (needed + idleHours) };
  };
  const fixed = (name: 'on demand' | 'n-th node' | 'hindsight', nodes: number) =>
    way(name, nodes, usdOf(came, prices, nodes, reserved), idleOf(came, nodes));
  const peak = Math.ceil(
    Math.max(0, ...weeks.slice(Math.max(0, first - 4), first).flatMap((hours) => hours.map(({ nodes }) => nodes))) / fillAtPeak,
  );
  let [held, usd, idle] = [0, 0, 0];
  for (let week = first; week < count; week += 1) {
    held += advisedNow(config, type, week, held, { prices: { ...prices, threeYears: null }, risk, draws, seed });
    const need = curve(week, week + 1);
    usd += usdOf(need, prices, held, reserved);
    idle += idleOf(need, held);
  }
  return {
    instanceType,
    from: formatTime(end - (count - first) * WEEK_MS),
    to: formatTime(end),
    ways: [
      way('static peak', peak, peak * prices.onDemand * came.hours, idleOf(came, peak)),
      fixed('on demand', 0),
      fixed('n-th node', byRule(curve(0, first))),
      way('commit', held, usd, idle),
      fixed('hindsight', byRule(came)),
    ],
  };
}

type HourNeed = { readonly hours: number; readonly nodes: number; readonly spot: number };

/** Nodes by step of a week, of those steps that were observed. */
function needsOf(config: CapacityConfig, { pools }: NodeNeeds, loads: WeeklyLoads, week: number): readonly HourNeed[] {
  const hours = config.period / HOUR_MS;
  const { nodes, spot } = nodesFor(pools, Object.fromEntries(Object.entries(loads).map(([name, weeks]) => [name, weeks[week]])));
  return [...nodes].flatMap((needed, step) => (Number.isNaN(needed) ? [] : [{ hours, nodes: needed, spot: spot[step] }]));
}

function curveOf(needs: readonly HourNeed[]): NeedCurve {
  const count = countNeed();
  for (const { hours, nodes, spot } of needs) count.add(hours, { nodes, held: 0, spot });
  return count.curve();
}

const usedHours = ({ onDemand, spot }: NeedCurve): number => onDemand.reduce((sum, hours, n) => sum + hours + spot[n], 0);

/** Node-hours of so many nodes, held all the time, that the load did not need. */
function idleOf({ hours, onDemand, spot }: NeedCurve, nodes: number): number {
  let idle = 0;
  for (let n = 0; n < nodes; n += 1) idle += hours - (n < onDemand.length ? onDemand[n] + spot[n] : 0);
  return idle;
}

/** What is advised beside what is held, by the weeks before one. */
function advisedNow(
  config: CapacityConfig,
  { pools, loads }: NodeNeeds,
  week: number,
  held: number,
  { prices, risk, draws, seed }: Pick<AdviseOptions, 'risk' | 'draws' | 'seed'> & { readonly prices: NodePrices },
): number {
  const known = Object.fromEntries(Object.entries(loads).map(([name, weeks]) => [name, weeks.slice(0, week)]));
  const counts = Array.from({ length: draws }, countNeed);
  const hours = config.period / HOUR_MS;
  drawFutures({ loads: known, growth: {}, weeks: weeksOfYear, draws, seed }, (draw, _, at) => {
    const { nodes, spot } = nodesFor(pools, at);
    nodes.forEach((needed, step) => counts[draw].add(hours, { nodes: needed, spot: spot[step], held }));
  });
  return choosePortfolio(
    counts.map((one) => [one.curve()]),
    prices,
    risk,
  ).oneYear;
}

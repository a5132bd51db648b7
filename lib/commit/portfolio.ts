import { type NeedCurve, type NodePrices, usdOf, worthOf } from './need';

/** Nodes to commit to, beside what is held. */
export type Portfolio = { readonly oneYear: number; readonly threeYears: number };

/** What a portfolio risks: a chance that it costs more than none by more than a tolerance. */
export type Risk = {
  /** Of all courses, how many may be so. */
  readonly chance: number;
  /** Share of what the nodes cost without commitments. */
  readonly tolerance: number;
};

/** How the chance that a commitment costs money is counted: it is one of a course, and not of the mean. */
export const usualRisk: Risk = { chance: 0.05, tolerance: 0.01 };

/**
 * The nodes to commit to at the least expected cost over courses of the load, at a stated risk.
 *
 * A further node for a year pays where what it would cost otherwise, in the mean of all courses, is more than its price. For three years it
 * pays where three times its price is less than the cheaper of the others in each year: in the second and the third the course is known
 * when it is decided again, so that waiting is worth what it lets one leave.
 *
 * @param years by course, up to three years of it
 */
export function choosePortfolio(years: readonly (readonly NeedCurve[])[], prices: NodePrices, risk: Risk): Portfolio {
  const { oneYear, threeYears } = prices;
  const most = Math.max(0, ...years.flatMap((course) => course.map(({ onDemand }) => onDemand.length)));
  const mean = (of: (course: readonly NeedCurve[]) => number) => years.reduce((sum, course) => sum + of(course), 0) / years.length;
  const otherwise = (n: number) =>
    mean((course) => course.slice(1).reduce((sum, need) => sum + Math.min(worthAt(need, prices, n), oneYear ?? Infinity), 0)) +
    Math.min(
      mean(([first]) => worthAt(first, prices, n)),
      oneYear ?? Infinity,
    );
  const wholeTerm = years.every(({ length }) => length === termYears);
  let long = 0;
  if (threeYears !== null && wholeTerm) while (long < most && otherwise(long) > termYears * threeYears) long += 1;
  while (long > 0 && isTooRisky(years, prices, long, threeYears ?? 0, risk)) long -= 1;
  let all = long;
  if (oneYear !== null) {
    while (all < most && mean(([first]) => worthAt(first, prices, all)) > oneYear) all += 1;
    const firstYears = years.map(([first]) => [first]);
    while (all > long && isTooRisky(firstYears, prices, all, oneYear, risk)) all -= 1;
  }
  return { oneYear: all - long, threeYears: long };
}

/** Share of what nodes cost without commitments that is not worth another answer than the one before. */
const noise = 0.005;

/**
 * The portfolio that was advised before where that is as good as another: within the risk, and in the mean of all courses no dearer than what
 * is chosen now by more than half a per cent of what nodes cost without commitments. So advice does not change from one night to the next.
 *
 * @param years, prices, risk as `choosePortfolio` has them
 */
export function keptPortfolio(
  chosen: Portfolio,
  before: Portfolio,
  years: readonly (readonly NeedCurve[])[],
  prices: NodePrices,
  risk: Risk,
): Portfolio {
  const { oneYear, threeYears } = before;
  if ((oneYear > 0 && prices.oneYear === null) || (threeYears > 0 && prices.threeYears === null)) return chosen;
  const isRisky =
    isTooRisky(years, prices, threeYears, prices.threeYears ?? 0, risk) ||
    isTooRisky(
      years.map(([first]) => [first]),
      prices,
      threeYears + oneYear,
      prices.oneYear ?? 0,
      risk,
    );
  const usd = (portfolio: Portfolio) => expectedUsd(years, prices, portfolio);
  return !isRisky && usd(before) - usd(chosen) <= noise * usd({ oneYear: 0, threeYears: 0 }) ? before : chosen;
}

/** What a portfolio and what is needed beside it cost by the mean of all courses, as `choosePortfolio` counts it: USD an hour, all years added. */
function expectedUsd(years: readonly (readonly NeedCurve[])[], prices: NodePrices, { oneYear, threeYears }: Portfolio): number {
  const most = Math.max(oneYear + threeYears, ...years.flatMap((course) => course.map(({ onDemand }) => onDemand.length)));
  const reserved = prices.oneYear ?? Infinity;
  let usd = years[0].length * threeYears * (prices.threeYears ?? 0);
  for (const [first, ...later] of years)
    for (let n = threeYears; n < most; n += 1) {
      const ofFirst = n < threeYears + oneYear ? reserved : worthAt(first, prices, n);
      usd += later.reduce((sum, need) => sum + Math.min(worthAt(need, prices, n), reserved), ofFirst) / years.length;
    }
  return usd;
}

const termYears = 3;

/** USD an hour that the node after `n` committed ones would cost where it is not committed. */
const worthAt = (need: NeedCurve, prices: NodePrices, n: number): number => worthOf(need, prices, n) / need.hours;

/** Whether more of the courses than the chance cost more than without commitments, by more than the tolerance. */
function isTooRisky(years: readonly (readonly NeedCurve[])[], prices: NodePrices, nodes: number, usdPerHour: number, risk: Risk): boolean {
  const sum = (course: readonly NeedCurve[], committed: number) =>
    course.reduce((total, need) => total + usdOf(need, prices, committed, usdPerHour), 0);
  const dearer = years.filter((course) => {
    const without = sum(course, 0);
    return sum(course, nodes) > without * (1 + risk.tolerance);
  });
  return dearer.length > risk.chance * years.length;
}

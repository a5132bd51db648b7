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
  const worth = (need: NeedCurve, n: number) => worthOf(need, prices, n) / need.hours;
  const otherwise = (n: number) =>
    mean((course) => course.slice(1).reduce((sum, need) => sum + Math.min(worth(need, n), oneYear ?? Infinity), 0)) +
    Math.min(
      mean(([first]) => worth(first, n)),
      oneYear ?? Infinity,
    );
  const wholeTerm = years.every(({ length }) => length === termYears);
  let long = 0;
  if (threeYears !== null && wholeTerm) while (long < most && otherwise(long) > termYears * threeYears) long += 1;
  while (long > 0 && isTooRisky(years, prices, long, threeYears ?? 0, risk)) long -= 1;
  let all = long;
  if (oneYear !== null) {
    while (all < most && mean(([first]) => worth(first, all)) > oneYear) all += 1;
    const firstYears = years.map(([first]) => [first]);
    while (all > long && isTooRisky(firstYears, prices, all, oneYear, risk)) all -= 1;
  }
  return { oneYear: all - long, threeYears: long };
}

const termYears = 3;

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

import { compareText } from './limits';
import { hoursOf, serviceOf } from './model';
import type { HorizonClass, HorizonLimit, HorizonOffering, HorizonProblem } from './horizon';

/** Offerings and the classes that run on them, sorted by name. */
export type Part = { readonly offerings: readonly HorizonOffering[]; readonly classes: readonly HorizonClass[] };

/**
 * The parts of a problem that can be decided apart: two offerings belong together when a class may run on both, or a share is one of
 * both. A sum is left out of account: where it concerns several parts, each alone is a relaxation.
 *
 * @param together limits that join what they concern @default shares
 */
export function partsOf(
  problem: HorizonProblem,
  together: (limit: HorizonLimit) => boolean = (limit) => !('most' in limit),
): readonly Part[] {
  const offerings = [...problem.offerings].sort((a, b) => compareText(a.name, b.name));
  const classes = [...problem.classes].sort((a, b) => compareText(a.name, b.name));
  const parent = offerings.map((_, index) => index);
  const root = (index: number): number => (parent[index] === index ? index : (parent[index] = root(parent[index])));
  const join = (test: (offering: HorizonOffering) => boolean) => {
    const all = offerings.flatMap((offering, index) => (test(offering) ? [index] : []));
    all.forEach((index) => (parent[root(index)] = root(all[0])));
  };
  for (const one of classes) join((offering) => serviceOf(offering, one) !== null);
  for (const limit of problem.limits) if (together(limit)) join(({ name }) => Object.hasOwn(limit.sizes, name));
  const roots = [...new Set(offerings.map((_, index) => root(index)))];
  return roots.flatMap((each) => {
    const members = offerings.filter((_, index) => root(index) === each);
    const served = classes.filter((one) => members.some((offering) => serviceOf(offering, one) !== null));
    const needed = served.length > 0 || members.some(({ leastNodes = 0 }) => leastNodes > 0);
    return needed ? [{ offerings: members, classes: served }] : [];
  });
}

/** The problem of some parts alone, in some of its periods. */
export function problemOf(problem: HorizonProblem, parts: readonly Part[], periods: readonly number[]): HorizonProblem {
  const classes = parts.flatMap((part) => part.classes);
  return {
    ...problem,
    periods: periods.length,
    periodHours: periods.map((period) => hoursOf(problem, period)),
    offerings: parts.flatMap((part) => part.offerings.map((offering) => inPeriods(offering, periods))),
    classes,
    demand: Object.fromEntries(classes.map(({ name }) => [name, periods.map((period) => problem.demand[name]?.[period] ?? 0)])),
  };
}

function inPeriods(offering: HorizonOffering, periods: readonly number[]): HorizonOffering {
  if (offering.absentIn === undefined) return offering;
  const absent = new Set(offering.absentIn);
  return { ...offering, absentIn: periods.flatMap((period, place) => (absent.has(period) ? [place] : [])) };
}

/** The periods, together where the same offerings of the parts are there. */
export function byPresence(parts: readonly Part[], periods: readonly number[]): readonly (readonly number[])[] {
  const passing = parts.flatMap(({ offerings }) =>
    offerings.flatMap(({ absentIn }) => (absentIn === undefined ? [] : [new Set(absentIn)])),
  );
  if (passing.length === 0) return [periods];
  const groups = new Map<string, number[]>();
  for (const period of periods) {
    const key = passing.map((absent) => (absent.has(period) ? 'x' : '')).join();
    const group = groups.get(key);
    if (group) group.push(period);
    else groups.set(key, [period]);
  }
  return [...groups.values()];
}

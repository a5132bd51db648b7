import type { Solver } from '../types';
import { elastic } from './elastic';
import type { HorizonProblem } from './types';

/** Periods without room, and those that are solved to find what would cure them: by the group, for the rest follow. */
export type Hopeless = { readonly periods: readonly number[]; readonly groups: readonly (readonly number[])[] };

export type TimedDemand = { readonly demand: readonly number[]; readonly absence: string; readonly periods: readonly number[] };

/** The distinct demands that find no room, each with its periods: what covers a smaller one that finds none finds none either. */
export function hopelessDemands(problem: HorizonProblem, solver: Solver): readonly TimedDemand[] {
  const distinct = new Map<string, TimedDemand & { readonly periods: number[] }>();
  for (let period = 0; period < problem.periods; period++) {
    const demand = problem.classes.map(({ name }) => problem.demand[name][period]);
    const absence = problem.offerings.flatMap(({ name, absentIn }) => (absentIn?.includes(period) ? [name] : [])).join();
    const key = [absence, ...demand].join();
    const known = distinct.get(key);
    if (known) known.periods.push(period);
    else distinct.set(key, { demand, absence, periods: [period] });
  }
  const total = ({ demand }: TimedDemand) => demand.reduce((sum, amount) => sum + amount, 0);
  const smallestFirst = [...distinct.values()].sort((a, b) => total(a) - total(b) || a.periods[0] - b.periods[0]);
  const hopeless: TimedDemand[] = [];
  for (const one of smallestFirst) {
    if (hopeless.some((other) => covers(problem, one, other)) || !elastic(problem, [one.periods[0]], [], solver)) hopeless.push(one);
  }
  return hopeless;
}

/** Two nodes keep to a share of a zone or of a type that one alone breaks: there no demand stands for a smaller one. */
export function covers({ limits }: HorizonProblem, a: TimedDemand, b: TimedDemand): boolean {
  if (limits.some(({ kind }) => kind === 'zone-share' || kind === 'spot-type')) return false;
  return a.absence === b.absence && a.demand.every((amount, index) => amount >= b.demand[index]);
}

import { addPeriod, contentsOf, type HorizonProblem, programBuilder, type Solver, wholeModel } from '../problem';
import type { Lever } from './levers';

/**
 * Solves one period with some limits loose: the sum of what exceeds them, each in parts of its own amount, is as small as can be.
 * What nodes cost is left out of account.
 *
 * @returns by lever, by how much its limit is exceeded; `undefined` where even so nothing gives the period room
 */
export function elastic(problem: HorizonProblem, period: number, levers: readonly Lever[], solver: Solver): readonly number[] | undefined {
  const builder = programBuilder();
  const model = wholeModel(problem);
  const excess = levers.map(({ available }) =>
    builder.variable({ name: 'excess', cost: 1 / Math.max(1, available), upper: 1e9, integer: false }),
  );
  const slack = (name: string): number | undefined => excess[levers.findIndex((lever) => lever.slack === name)];
  const slackOfMost = model.offerings.map(({ committed, members: [{ name }] }) => slack(committed ? `committed ${name}` : `most ${name}`));
  const { nodes } = addPeriod(builder, model, period, {
    price: () => 0,
    most: (offering) => (slackOfMost[offering] === undefined ? model.offerings[offering].most : Infinity),
    whole: true,
    strict: new Set(model.shapes.flatMap((shape, index) => (contentsOf(shape) === null ? [] : [index]))),
    slack,
    label: '',
  });
  model.offerings.forEach(({ most }, index) => {
    const over = slackOfMost[index];
    if (over !== undefined) builder.noLarger('most', nodes[index], over, most);
  });
  const solution = solver(builder.program());
  return solution.status === 'infeasible' ? undefined : excess.map((variable) => solution.values[variable]);
}

/** Periods without room, and those among them that are solved to find what would cure them: the rest follow. */
export type Hopeless = { readonly periods: readonly number[]; readonly worst: readonly number[] };

/** A distinct demand, with the periods that have it. */
type TimedDemand = { readonly demand: readonly number[]; readonly absence: string; readonly periods: readonly number[] };

/**
 * Finds the periods of a problem that no choice of nodes gives room, by its distinct demands. A demand that covers a smaller one
 * without room has none either, and what cures the largest ones cures what they cover.
 */
export function hopelessPeriods(problem: HorizonProblem, solver: Solver): Hopeless {
  const distinct = new Map<string, TimedDemand & { readonly periods: number[] }>();
  for (let period = 0; period < problem.periods; period++) {
    const demand = problem.classes.map(({ name }) => problem.demand[name][period]);
    const absence = problem.offerings.flatMap(({ name, absentIn }) => (absentIn?.includes(period) ? [name] : [])).join();
    const key = [absence, ...demand].join();
    const alike = distinct.get(key);
    if (alike) alike.periods.push(period);
    else distinct.set(key, { demand, absence, periods: [period] });
  }
  const total = ({ demand }: TimedDemand) => demand.reduce((sum, amount) => sum + amount, 0);
  const smallestFirst = [...distinct.values()].sort((a, b) => total(a) - total(b) || a.periods[0] - b.periods[0]);
  const hopeless: TimedDemand[] = [];
  for (const timed of smallestFirst) {
    const follows = hopeless.some((smaller) => covers(problem, timed, smaller));
    if (follows || !elastic(problem, timed.periods[0], [], solver)) hopeless.push(timed);
  }
  const largest = hopeless.filter((timed) => !hopeless.some((other) => other !== timed && covers(problem, other, timed)));
  return { periods: hopeless.flatMap(({ periods }) => periods), worst: largest.map(({ periods: [first] }) => first) };
}

/** Two nodes keep to a share of a zone or of a type that one alone breaks: there no demand stands for a smaller one. */
function covers({ limits }: HorizonProblem, larger: TimedDemand, smaller: TimedDemand): boolean {
  if (limits.some(({ kind }) => kind === 'zone-share' || kind === 'spot-type')) return false;
  return larger.absence === smaller.absence && larger.demand.every((amount, index) => amount >= smaller.demand[index]);
}

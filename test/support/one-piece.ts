import { contentsOf, type HorizonModel, wholeModel } from '../../lib/sizing/problem/model';
import { addPeriod, type PeriodVariables } from '../../lib/sizing/problem/period';
import type { HorizonProblem } from '../../lib/sizing/problem/horizon';
import { type LinearProgram, programBuilder, type ProgramBuilder, type Solver, type Term } from '../../lib/sizing/problem/program';

export type OnePieceOptions = {
  readonly solver: Solver;
  readonly effort?: LinearProgram['effort'];
  /** Placement by contents of single nodes, so that the answer packs; otherwise by sums, which is a relaxation. @default true */
  readonly packed?: boolean;
  /** Minimum up-time, in periods, of nodes that start after the first period. @default 1 */
  readonly minUpPeriods?: number;
};

/** Dollars over the horizon: what the best answer costs, and what none can be cheaper than. */
export type OnePieceSolution = { readonly usd: number; readonly boundUsd: number };

/**
 * Solves a whole problem as one mixed-integer program: what the stages of sizing are measured against. Right for problems of up to
 * some thousand variables. Rules that link one period to another are rows of it, which the stages do not have.
 *
 * @returns `undefined` where nothing satisfies the problem
 * @throws Error where the solver spends its nodes before it has a solution
 */
export function solveInOnePiece(
  problem: HorizonProblem,
  { solver, effort, packed = true, minUpPeriods = 1 }: OnePieceOptions,
): OnePieceSolution | undefined {
  const isLinked = minUpPeriods > 1;
  const model = wholeModel(problem, !isLinked);
  const { offerings, hours, shapes } = model;
  const builder = programBuilder();
  const allHours = hours.reduce((sum, each) => sum + each, 0);
  const committed = offerings.map(({ committed: range, members: [{ name }], usdPerHour }) =>
    range
      ? builder.variable({ name: `committed ${name}`, cost: usdPerHour * allHours, lower: range.least, upper: range.most, integer: true })
      : -1,
  );
  const periods = hours.map((periodHours, period) => {
    const variables = addPeriod(builder, model, period, {
      price: (offering) => (offerings[offering].committed ? 0 : offerings[offering].usdPerHour * periodHours),
      most: (offering) => offerings[offering].most,
      whole: true,
      strict: packed ? new Set(shapes.flatMap((shape, index) => (contentsOf(shape) === null ? [] : [index]))) : undefined,
      // The bounds of a period by itself would forbid nodes that stay on for the sake of others.
      priced: isLinked,
    });
    offerings.forEach((offering, index) => {
      if (offering.committed) builder.noLarger('use', variables.nodes[index], committed[index]);
    });
    return variables;
  });
  if (isLinked) addMinimumUpTime(builder, model, periods, minUpPeriods);
  const solution = solver({ ...builder.program(), ...(effort && { effort }) });
  if (solution.status === 'infeasible') return undefined;
  // What is committed already is paid for either way.
  const sunk = offerings.reduce((sum, { committed: range, usdPerHour }) => sum + (range?.least ?? 0) * usdPerHour * allHours, 0);
  return { usd: solution.objective - sunk, boundUsd: Math.min(solution.objective, solution.bound) - sunk };
}

/** Of each offering, as many nodes run as started within the minimum up-time. */
function addMinimumUpTime(builder: ProgramBuilder, model: HorizonModel, periods: readonly PeriodVariables[], minUpPeriods: number): void {
  model.offerings.forEach(({ committed }, index) => {
    if (committed) return;
    const starts = periods.slice(1).map(({ nodes }, place) => {
      const start = builder.variable({ name: `starts ${place + 1}`, cost: 0, upper: 1e6, integer: false });
      const terms: Term[] = [
        [start, 1],
        [nodes[index], -1],
        [periods[place].nodes[index], 1],
      ];
      builder.row('starts', terms, { lower: 0 });
      return start;
    });
    periods.forEach(({ nodes }, period) => {
      const recent = starts.slice(Math.max(0, period - minUpPeriods), period).map((start): Term => [start, 1]);
      if (recent.length > 0) builder.row('up', [...recent, [nodes[index], -1]], { upper: 0 });
    });
  });
}

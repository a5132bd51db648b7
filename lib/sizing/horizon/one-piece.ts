import { programBuilder, type ProgramBuilder, type Term } from '../program';
import type { LinearProgram, Solver } from '../types';
import { type Filled, fillNodes } from './fill-nodes';
import { contentsOf, type HorizonModel, wholeModel } from './model';
import { addPeriod, type PeriodVariables } from './period';
import { contentsByOffering, heldByOffering } from './spread';
import { addTies } from './ties';
import type { HorizonProblem, HorizonSolution } from './types';

export type OnePieceOptions = {
  readonly solver: Solver;
  readonly effort?: LinearProgram['effort'];
  /** Placement by contents of single nodes, so that the answer packs; otherwise by sums, which is a relaxation. @default true */
  readonly packed?: boolean;
};

export type OnePiece = {
  readonly builder: ProgramBuilder;
  readonly model: HorizonModel;
  /** By offering; -1: not held. */
  readonly held: readonly number[];
  readonly periods: readonly PeriodVariables[];
};

/** Slack variables by which limits may be exceeded. */
export type Slacks = { readonly at: (limit: string, period: number) => number | undefined };

/**
 * The whole problem as one mixed-integer program, with every rule that ties periods together.
 *
 * Right for small problems and for those with ties; for a week of sixty offerings it is what the stages are measured against.
 */
export function onePiece(
  problem: HorizonProblem,
  {
    packed = true,
    periods,
    slacks,
  }: { readonly packed?: boolean; readonly periods?: readonly number[]; readonly slacks?: (builder: ProgramBuilder) => Slacks } = {},
): OnePiece {
  const { ties = {} } = problem;
  const isTied = Object.keys(ties).some((key) => key !== 'budgetUsd');
  const model = wholeModel(problem, !isTied);
  const builder = programBuilder();
  const slack = slacks?.(builder);
  const { offerings, shapes, hours } = model;
  const allHours = hours.reduce((sum, each) => sum + each, 0);
  const chosen = periods ?? Array.from({ length: problem.periods }, (_, index) => index);
  const strict = packed ? new Set(shapes.flatMap((shape, index) => (contentsOf(shape) === null ? [] : [index]))) : undefined;
  const held = offerings.map((offering, index) => {
    if (!offering.held) return -1;
    const more = slack?.at(`held ${offering.members[0].name}`, 0) === undefined ? 0 : 1e4;
    return builder.variable({
      name: `held ${offering.members[0].name}`,
      cost: offerings[index].usdPerHour * allHours,
      lower: offering.held.least,
      upper: offering.held.most + more,
      integer: true,
    });
  });
  offerings.forEach((offering, index) => {
    const over = slack?.at(`held ${offering.members[0].name}`, 0);
    if (over === undefined || !offering.held) return;
    builder.row(
      `held ${offering.members[0].name}`,
      [
        [held[index], 1],
        [over, -1],
      ],
      { upper: offering.held.most },
    );
  });
  const deadlines = (ties.deadlines ?? []).map((deadline) => ({
    ...deadline,
    kind: model.classes.findIndex(({ name }) => name === deadline.class),
  }));
  const extras = deadlines.map(() => [] as Term[]);
  const added = chosen.map((period) => {
    const extra = new Map<number, number>();
    deadlines.forEach(({ kind, fromPeriod, toPeriod }, index) => {
      if (kind < 0 || period < fromPeriod || period >= toPeriod) return;
      const variable = extra.get(kind) ?? builder.variable({ name: `work ${period}`, cost: 0, upper: 1e9, integer: false });
      extra.set(kind, variable);
      extras[index].push([variable, hours[period]]);
    });
    const variables = addPeriod(builder, model, period, {
      price: (offering) => (offerings[offering].held || ties.bootPeriods ? 0 : offerings[offering].usdPerHour * hours[period]),
      most: (offering) =>
        offerings[offering].most + (offerings[offering].held || slack?.at(`most ${offerings[offering].members[0].name}`, period) ? 1e4 : 0),
      whole: true,
      strict,
      extra,
      tied: isTied,
      slack: (limit) => slack?.at(limit, period),
    });
    offerings.forEach((offering, index) => {
      const name = offering.members[0].name;
      if (offering.held)
        builder.row(
          `use ${name}`,
          [
            [variables.nodes[index], 1],
            [held[index], -1],
          ],
          { upper: 0 },
        );
      const over = slack?.at(`most ${name}`, period);
      if (over !== undefined)
        builder.row(
          `most ${name}`,
          [
            [variables.nodes[index], 1],
            [over, -1],
          ],
          { upper: offering.most },
        );
    });
    return variables;
  });
  deadlines.forEach(({ amount }, index) => {
    const short = slack?.at(`deadline ${index}`, 0);
    builder.row(`deadline ${index}`, short === undefined ? extras[index] : [...extras[index], [short, 1]], { lower: amount });
  });
  addTies(builder, { problem, model, held, periods: added, slack });
  return { builder, model, held, periods: added };
}

export type OnePieceSolution = HorizonSolution & { /** Whether every replica has a node of its own. */ readonly packed: boolean };

/** @returns `undefined` where nothing satisfies the problem */
export function solveInOnePiece(problem: HorizonProblem, { solver, effort, packed = true }: OnePieceOptions): OnePieceSolution | undefined {
  const { builder, model, held, periods } = onePiece(problem, { packed });
  const program = builder.program();
  const solution = solver({ ...program, ...(effort ? { effort } : {}) });
  if (solution.status === 'infeasible') return undefined;
  const heldCounts = held.map((variable) => (variable < 0 ? 0 : Math.round(solution.values[variable])));
  const sunk = model.offerings.reduce(
    (sum, { held: range, usdPerHour }) => sum + (range?.least ?? 0) * usdPerHour * model.hours.reduce((all, each) => all + each, 0),
    0,
  );
  let allPacked = true;
  const contents = periods.map(({ nodes, placed }) => {
    const counts = nodes.map((variable) => Math.round(solution.values[variable]));
    const filled = model.shapes.map((shape, index): readonly Filled[] => {
      const count = counts.reduce((sum, value, offering) => sum + (model.offerings[offering].shape === index ? value : 0), 0);
      const replicas = placed[index].map((variable) => (variable < 0 ? 0 : Math.round(solution.values[variable])));
      const answer = fillNodes(shape, count, replicas, solver);
      if (!answer) allPacked = false;
      return answer ?? [{ nodes: count, replicas: replicas.map(() => 0) }];
    });
    return contentsByOffering(model, { usdPerHour: 0, boundUsdPerHour: 0, nodes: counts, contents: filled }, heldCounts);
  });
  const usd = solution.objective - sunk;
  const boundUsd = Math.min(usd, solution.bound - sunk);
  const gapPercent = usd > 0 ? Math.max(0, 100 * (1 - boundUsd / usd)) : 0;
  return {
    status: solution.status,
    termination: solution.status === 'optimal' ? 'proven' : 'stopped',
    held: heldByOffering(model, heldCounts),
    periods: contents,
    usd,
    boundUsd,
    gapPercent,
    packed: allPacked,
  };
}

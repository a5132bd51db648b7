import type { PeriodEffort } from './effort';
import {
  addPeriod,
  contentsOf,
  type HorizonModel,
  type LinearProgram,
  type LinearSolution,
  type PeriodVariables,
  programBuilder,
  solveMany,
  type Solver,
  type Term,
} from '../problem';
import { fewestNodes } from './fewest-nodes';
import { type Filled, fillNodes, noneEmpty } from './fill-nodes';
import type { Box } from './relaxation';

/** How each of several periods is solved. */
export type PeriodSearch = {
  readonly solver: Solver;
  readonly effort: PeriodEffort;
  /**
   * Among answers of equal cost: fewest nodes, then the offerings that come first, which takes twice the time; otherwise as the solver
   * finds them. @default false
   */
  readonly canonical?: boolean;
};

export type PeriodAnswer = {
  /** Of the nodes beside the committed ones. */
  readonly usdPerHour: number;
  /** No whole nodes and replicas within the same committed nodes cost less. */
  readonly boundUsdPerHour: number;
  /** By offering. */
  readonly nodes: readonly number[];
  /** By shape: all its nodes and what each carries. */
  readonly contents: readonly (readonly Filled[])[];
};

/**
 * The cheapest nodes for each of several periods beside committed ones, which are there anyway, packed node by node.
 *
 * Where the replicas of a shape do not pack, that shape is written by contents and the period solved again; the bound stays that of
 * the first program, which is a relaxation of the second.
 *
 * @param committed by offering: most that a period may use
 * @returns in the order of the periods; `undefined` where the limits leave no room
 */
export function solvePeriods(
  model: HorizonModel,
  periods: readonly number[],
  committed: readonly number[],
  search: PeriodSearch,
): readonly (PeriodAnswer | undefined)[] {
  const drafts = periods.map((period) => draftOf(model, period, committed, noRepairs));
  const solutions = solveDrafts(drafts, search);
  return periods.map((period, place) => packed(model, { period, committed, draft: drafts[place], solution: solutions[place], search }));
}

function solveDrafts(
  drafts: readonly Draft[],
  { solver, effort: { relativeGap, maxNodes }, canonical = false }: PeriodSearch,
): readonly LinearSolution[] {
  const effort = { relativeGap, maxNodes, plain: true, untilFound: true };
  const first = solveMany(
    solver,
    drafts.map(({ program }) => ({ ...program, effort })),
  );
  if (!canonical) return first;
  const again = drafts.flatMap(({ nodes, program }, place) => {
    const solution = first[place];
    const ordered = solution.status === 'infeasible' ? undefined : fewestNodes(program, nodes, solution);
    return ordered ? [{ place, program: { ...ordered, effort } }] : [];
  });
  const second = solveMany(
    solver,
    again.map(({ program }) => program),
  );
  const answers = [...first];
  again.forEach(({ place }, index) => {
    const [before, after] = [first[place], second[index]];
    if (before.status === 'infeasible' || after.status === 'infeasible') return;
    answers[place] = { ...before, values: after.values };
  });
  return answers;
}

/** What was found not to pack. */
type Repairs = {
  /** Shapes that are written by contents. */
  readonly strict: ReadonlySet<number>;
  /** Where contents are too many to list, more nodes of a shape than the sums ask for are bought until the replicas pack. */
  readonly fewest: ReadonlyMap<number, number>;
};

const noRepairs: Repairs = { strict: new Set(), fewest: new Map() };

type Draft = PeriodVariables & { readonly program: LinearProgram };

function draftOf(model: HorizonModel, period: number, committed: readonly number[], { strict, fewest }: Repairs): Draft {
  const { offerings } = model;
  const builder = programBuilder();
  const variables = addPeriod(builder, model, period, {
    price: (offering) => (offerings[offering].committed ? 0 : offerings[offering].usdPerHour),
    most: (offering) => (offerings[offering].committed ? committed[offering] : offerings[offering].most),
    whole: true,
    cuts: true,
    strict,
    label: '',
  });
  for (const [shape, lower] of fewest) {
    const ofShape = variables.nodes.filter((_, index) => offerings[index].shape === shape);
    const terms = ofShape.map((node): Term => [node, 1]);
    builder.row('more nodes', terms, { lower });
  }
  return { ...variables, program: builder.program() };
}

type Unpacked = {
  readonly period: number;
  readonly committed: readonly number[];
  readonly draft: Draft;
  readonly solution: LinearSolution;
  readonly search: PeriodSearch;
};

function packed(model: HorizonModel, { period, committed, draft: first, solution: found, search }: Unpacked): PeriodAnswer | undefined {
  const { offerings, shapes } = model;
  const strict = new Set<number>();
  const fewest = new Map<number, number>();
  let bound = 0;
  for (let [draft, solution] = [first, found]; ;) {
    if (solution.status === 'infeasible' || found.status === 'infeasible') return undefined;
    const { values } = solution;
    // Contents that are all listed keep every packing: their program is no less a bound than the first.
    if (fewest.size === 0 && [...strict].every((shape) => contentsOf(shapes[shape]) !== null)) bound = Math.max(bound, solution.bound);
    const counts = draft.nodes.map((variable) => Math.round(values[variable]));
    const usdPerHour = counts.reduce((sum, count, index) => sum + count * draft.program.variables[draft.nodes[index]].cost, 0);
    const contents = shapes.map((shape, index) => {
      const count = counts.reduce((sum, value, offering) => sum + (offerings[offering].shape === index ? value : 0), 0);
      const replicas = draft.placed[index].map((variable) => (variable < 0 ? 0 : values[variable]));
      const filled = fillNodes(shape, count, replicas, search.solver);
      if (filled) return model.noneEmpty ? noneEmpty(filled) : filled;
      if (!strict.has(index)) strict.add(index);
      else fewest.set(index, count + 1);
      return null;
    });
    if (contents.every((filled) => filled !== null))
      return { usdPerHour, boundUsdPerHour: Math.min(bound, usdPerHour), nodes: counts, contents };
    draft = draftOf(model, period, committed, { strict, fewest });
    [solution] = solveDrafts([draft], search);
  }
}

export type Rented = {
  /** No solution costs less at these prices. */
  readonly boundUsd: number;
  /** By offering. */
  readonly nodes: readonly number[];
};

/**
 * A bound on the cost of each of several periods when committed nodes may be rented by the period beyond those that are committed in any case.
 *
 * @param prices dollars a node, `prices[period][offering]`; those of offerings without committed nodes are left out of account
 */
export function rentPeriods(
  model: HorizonModel,
  periods: readonly number[],
  prices: readonly (readonly number[])[],
  { least, most }: Box,
  { solver, effort }: Omit<PeriodSearch, 'canonical'>,
): readonly (Rented | undefined)[] {
  const { offerings, hours } = model;
  const drafts = periods.map((period) => {
    const builder = programBuilder();
    const isBoth = (offering: number) => least[offering] > 0 && most[offering] > least[offering];
    const rent = (offering: number) => (most[offering] > least[offering] ? prices[period][offering] : 0);
    const { nodes } = addPeriod(builder, model, period, {
      price: (offering) => {
        if (!offerings[offering].committed) return offerings[offering].usdPerHour * hours[period];
        return isBoth(offering) ? 0 : rent(offering);
      },
      most: (offering) => (offerings[offering].committed ? most[offering] : offerings[offering].most),
      whole: true,
      cuts: true,
      label: '',
    });
    nodes.forEach((node, offering) => {
      if (!offerings[offering].committed || !isBoth(offering) || rent(offering) === 0) return;
      const upper = most[offering] - least[offering];
      const rented = builder.variable({ name: 'rented', cost: rent(offering), upper, integer: true });
      builder.noLarger('rented', node, rented, least[offering]);
    });
    return {
      nodes,
      program: {
        ...builder.program(),
        effort: { relativeGap: effort.relativeGap, maxNodes: effort.maxNodes, plain: true, untilFound: true },
      },
    };
  });
  const solutions = solveMany(
    solver,
    drafts.map(({ program }) => program),
  );
  return solutions.map((solution, place) =>
    solution.status === 'infeasible'
      ? undefined
      : { boundUsd: solution.bound, nodes: drafts[place].nodes.map((variable) => Math.round(solution.values[variable])) },
  );
}

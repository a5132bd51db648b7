import { programBuilder } from '../program';
import type { LinearProgram, Solver } from '../types';
import { type Filled, fillNodes } from './fill-nodes';
import { contentsOf, type HorizonModel } from './model';
import { addPeriod } from './period';

/** How far a program of one period is searched. */
export type PeriodEffort = NonNullable<LinearProgram['effort']>;

export type PeriodAnswer = {
  /** Dollars of the nodes that are not held. */
  readonly usd: number;
  /** No whole nodes and replicas within the same held nodes cost less. */
  readonly boundUsd: number;
  /** By offering. */
  readonly nodes: readonly number[];
  /** By shape: all its nodes and what each carries. */
  readonly contents: readonly (readonly Filled[])[];
};

/**
 * The cheapest nodes for one period beside held ones that are there anyway, packed node by node.
 *
 * Where the replicas of a shape do not pack, that shape is written by contents and the period is solved again; the bound stays that
 * of the first program, which is a relaxation of the second.
 *
 * @param held by offering: most that the period may use
 * @returns `undefined` where the limits leave no room
 */
export function solvePeriod(
  model: HorizonModel,
  period: number,
  held: readonly number[],
  { solver, effort }: { readonly solver: Solver; readonly effort: PeriodEffort },
): PeriodAnswer | undefined {
  const { offerings, shapes, periodHours } = model;
  const strict = new Set<number>();
  const short = new Map<number, number>();
  let boundUsd: number | undefined;
  for (;;) {
    const builder = programBuilder();
    const { nodes, placed } = addPeriod(builder, model, period, {
      price: (offering) => (offerings[offering].held ? 0 : offerings[offering].usdPerHour * periodHours),
      most: (offering) => (offerings[offering].held ? held[offering] : offerings[offering].most),
      whole: true,
      cuts: true,
      strict,
      label: '',
    });
    // Where contents are too many to list, more nodes than the sums ask for are bought until the replicas pack.
    for (const [shape, count] of short) {
      const ofShape = nodes.filter((_, index) => offerings[index].shape === shape);
      builder.row(
        'more nodes',
        ofShape.map((node) => [node, 1] as const),
        { lower: count },
      );
    }
    const program = builder.program();
    const solution = solver({ ...program, effort: { ...effort, plain: true } });
    if (solution.status === 'infeasible') return undefined;
    boundUsd ??= solution.bound;
    const counts = nodes.map((variable) => Math.round(solution.values[variable]));
    const usd = counts.reduce((sum, count, index) => sum + count * program.variables[nodes[index]].cost, 0);
    const contents = shapes.map((shape, index) => {
      const count = counts.reduce((sum, value, offering) => sum + (offerings[offering].shape === index ? value : 0), 0);
      const replicas = placed[index].map((variable) => (variable < 0 ? 0 : solution.values[variable]));
      const filled = fillNodes(shape, count, replicas, solver);
      if (filled) return filled;
      if (contentsOf(shape) !== null && !strict.has(index)) strict.add(index);
      else short.set(index, count + 1);
      return null;
    });
    if (contents.every((filled) => filled !== null)) return { usd, boundUsd: Math.min(boundUsd, usd), nodes: counts, contents };
  }
}

export type Rented = {
  /** No solution costs less at these prices. */
  readonly boundUsd: number;
  /** By offering. */
  readonly nodes: readonly number[];
};

/**
 * A bound on the cost of one period when held nodes may be rented by the period.
 *
 * @param prices dollars a node, by offering; those of offerings that are not held are left out of account
 * @param most by offering: most held nodes
 */
export function rentPeriod(
  model: HorizonModel,
  period: number,
  prices: readonly number[],
  most: readonly number[],
  { solver, effort }: { readonly solver: Solver; readonly effort: PeriodEffort },
): Rented | undefined {
  const { offerings, periodHours } = model;
  const builder = programBuilder();
  const { nodes } = addPeriod(builder, model, period, {
    price: (offering) => (offerings[offering].held ? prices[offering] : offerings[offering].usdPerHour * periodHours),
    most: (offering) => (offerings[offering].held ? most[offering] : offerings[offering].most),
    whole: true,
    cuts: true,
    label: '',
  });
  const solution = solver({ ...builder.program(), effort: { ...effort, plain: true } });
  if (solution.status === 'infeasible') return undefined;
  return { boundUsd: solution.bound, nodes: nodes.map((variable) => Math.round(solution.values[variable])) };
}

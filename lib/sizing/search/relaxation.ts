import { addPeriod, type HorizonModel, type PeriodVariables, programBuilder, type Solver } from '../problem';

/** Committed nodes by offering: at least and at most; 0 and 0 for offerings without committed nodes. */
export type Box = { readonly least: readonly number[]; readonly most: readonly number[] };

export type Relaxed = {
  /** Nothing within the box costs less; `Infinity`: nothing is within it. */
  readonly boundUsd: number;
  /** Committed nodes by offering, not whole. */
  readonly committed: readonly number[];
  /** What a committed node of the offering is worth in each period, in dollars: `prices[period][offering]`. */
  readonly prices: readonly (readonly number[])[];
  /** Least cost of each period when committed nodes are rented at those prices. */
  readonly periodUsd: readonly number[];
  /** What one more committed node costs beyond what it is worth. */
  readonly reducedCosts: readonly number[];
};

/** Solves the relaxation within a box of committed nodes. */
export type Relaxation = (box: Box) => Relaxed;

/** Variables of one linear program; its time grows faster than their number. */
const mostVariables = 5000;

/**
 * The linear relaxation of a model over its whole horizon, with rounding cuts, for many boxes of committed nodes.
 *
 * A long horizon is cut into blocks that interleave (every third period, say), each with committed nodes of its own at its part of the
 * price. That the blocks should hold the same nodes is then left out, so the sum of their bounds is a bound, and the time grows with
 * the number of periods and no faster. Since every block is a sample of the whole, little is lost.
 */
export function relaxationOf(model: HorizonModel, solver: Solver): Relaxation {
  const perPeriod = model.offerings.length + model.shapes.length * model.classes.length;
  const count = Math.max(1, Math.ceil((model.periods * perPeriod) / mostVariables));
  const blocks = Array.from({ length: count }, (_, first) => {
    const periods = Array.from({ length: model.periods }, (__, period) => period).filter((period) => period % count === first);
    return blockOf(model, periods, solver);
  });
  return (box) => {
    const parts = blocks.map((solve) => solve(box));
    if (parts.some(({ boundUsd }) => boundUsd === Infinity)) return { ...parts[0], boundUsd: Infinity };
    const add = (pick: (part: Relaxed, offering: number) => number) =>
      model.offerings.map((_, offering) => parts.reduce((sum, part) => sum + pick(part, offering), 0));
    return {
      boundUsd: parts.reduce((sum, { boundUsd }) => sum + boundUsd, 0),
      committed: add((part, offering) => part.committed[offering] / count),
      prices: Array.from({ length: model.periods }, (_, period) => parts[period % count].prices[period]),
      periodUsd: Array.from({ length: model.periods }, (_, period) => parts[period % count].periodUsd[period]),
      reducedCosts: add((part, offering) => part.reducedCosts[offering]),
    };
  };
}

function blockOf(model: HorizonModel, periods: readonly number[], solver: Solver): Relaxation {
  const builder = programBuilder();
  const { offerings, hours } = model;
  const blockHours = periods.reduce((sum, period) => sum + hours[period], 0);
  const committed = offerings.map((offering) =>
    offering.committed
      ? builder.variable({
          name: `committed ${offering.members[0].name}`,
          cost: offering.usdPerHour * blockHours,
          lower: offering.committed.least,
          upper: offering.committed.most,
          integer: false,
        })
      : -1,
  );
  const rowOf: number[][] = [];
  const variables = periods.map((period): PeriodVariables => {
    const added = addPeriod(builder, model, period, {
      price: (offering) => (offerings[offering].committed ? 0 : offerings[offering].usdPerHour * hours[period]),
      most: (offering) => offerings[offering].most,
      whole: false,
      cuts: true,
    });
    rowOf.push(
      offerings.map((offering, index) =>
        offering.committed ? builder.noLarger(`committed ${offering.members[0].name}`, added.nodes[index], committed[index]) : -1,
      ),
    );
    return added;
  });
  const program = builder.program();
  return ({ least, most }) => {
    const bounded = [...program.variables];
    committed.forEach((variable, index) => {
      if (variable >= 0) bounded[variable] = { ...bounded[variable], lower: least[index], upper: most[index] };
    });
    const solution = solver({ ...program, variables: bounded });
    const none = offerings.map(() => 0);
    if (solution.status === 'infeasible' || !solution.duals) {
      return { boundUsd: Infinity, committed: none, prices: [], periodUsd: [], reducedCosts: none };
    }
    const { values, duals } = solution;
    const prices: (readonly number[])[] = [];
    const periodUsd: number[] = [];
    periods.forEach((period, position) => {
      const price = rowOf[position].map((row) => (row < 0 ? 0 : Math.max(0, -duals.rows[row])));
      prices[period] = price;
      periodUsd[period] = variables[position].nodes.reduce(
        (sum, variable, index) => sum + values[variable] * (program.variables[variable].cost + price[index]),
        0,
      );
    });
    return {
      boundUsd: solution.objective,
      committed: committed.map((variable) => (variable < 0 ? 0 : values[variable])),
      prices,
      periodUsd,
      reducedCosts: committed.map((variable, index) =>
        variable < 0 ? 0 : program.variables[variable].cost - periods.reduce((sum, period) => sum + prices[period][index], 0),
      ),
    };
  };
}

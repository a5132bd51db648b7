import type { PeriodEffort } from './effort';
import type { HorizonModel, Solver } from '../problem';
import type { Box, Relaxed } from './relaxation';
import { type PeriodAnswer, rentPeriods } from './solve-period';

export type RentRequest = {
  readonly solver: Solver;
  readonly effort: PeriodEffort;
  /** Dollars of one committed node of each offering over the horizon. */
  readonly prices: readonly number[];
  readonly node: { readonly box: Box; readonly relaxed: Relaxed };
  /** The best answer so far: where it lies far above the bound, most is to be gained. */
  readonly best: { readonly periods: readonly PeriodAnswer[] };
  /** Dollars that are to be proven. */
  readonly target: number;
};

export type Rent = {
  readonly boundUsd: number;
  /** Mean of committed nodes in use. */
  readonly rented: readonly number[];
  /** Programs that were solved. */
  readonly solved: number;
};

/**
 * A bound on all solutions within a box of committed nodes: each period uses those that are in the box in any case and rents what it wants
 * beyond them, and the sum over the periods, with what holding costs and beyond the rent, is a bound whatever the prices are (the
 * Lagrangian bound of `used - least <= committed - least`, where the left side is never below 0). So the bound of a narrow box is near to
 * what its periods really cost. It ends as soon as the target is reached: a period that was not solved counts with its relaxation.
 *
 * @see M. L. Fisher 1981, The Lagrangian Relaxation Method for Solving Integer Programming Problems, doi 10.1287/mnsc.27.1.1
 */
export function rentAll(model: HorizonModel, { solver, effort, prices, node, best, target }: RentRequest): Rent {
  const { box, relaxed } = node;
  const { periodUsd } = relaxed;
  const { least, most } = box;
  const dearer = dearerPrices(model, prices, node);
  const beyond = (rents: Relaxed['prices'], index: number) => prices[index] - rents.reduce((sum, row) => sum + row[index], 0);
  // What a period costs that pays rent for those nodes, too, that are committed in any case.
  const paid = (period: number) => least.reduce((sum, count, index) => sum + count * relaxed.prices[period][index], 0);
  let boundUsd = periodUsd.reduce((sum, usd) => sum + usd, 0);
  model.offerings.forEach((_, index) => {
    if (most[index] === 0) return;
    boundUsd += beyond(relaxed.prices, index) * least[index] + Math.min(0, beyond(dearer, index)) * (most[index] - least[index]);
  });
  const gain = (period: number) => {
    const { nodes, usdPerHour } = best.periods[period];
    const rented = nodes.reduce((sum, count, index) => sum + Math.max(0, count - least[index]) * dearer[period][index], 0);
    return usdPerHour * model.hours[period] + rented + paid(period) - periodUsd[period];
  };
  const order = Array.from({ length: model.periods }, (_, period) => period).sort((a, b) => gain(b) - gain(a) || a - b);
  const used: (readonly number[])[] = [];
  let solved = 0;
  for (let from = 0; from < order.length && boundUsd < target; from += together) {
    const batch = order.slice(from, from + together);
    const rents = rentPeriods(model, batch, dearer, box, { solver, effort });
    solved += batch.length;
    for (const [place, period] of batch.entries()) {
      const rent = rents[place];
      if (!rent) return { boundUsd: Infinity, rented: relaxed.committed, solved };
      boundUsd += Math.max(0, rent.boundUsd + paid(period) - periodUsd[period]);
      used.push(rent.nodes.map((count, index) => (model.offerings[index].committed ? count : 0)));
    }
  }
  const rented = model.offerings.map((_, index) => used.reduce((sum, nodes) => sum + nodes[index], 0) / Math.max(1, solved));
  return { boundUsd, rented, solved };
}

/**
 * The relaxation's prices; what an offering may still cost before more of it would be committed is spread over its periods, since a higher
 * price of something that nobody wants lowers no bound.
 */
function dearerPrices(model: HorizonModel, prices: readonly number[], { box, relaxed }: RentRequest['node']): Relaxed['prices'] {
  const factor = relaxed.reducedCosts.map((cost, index) => {
    if (box.most[index] === 0 || cost <= 1e-9) return 1;
    return prices[index] - cost > 1e-9 ? prices[index] / (prices[index] - cost) : null;
  });
  return relaxed.prices.map((row) =>
    row.map((price, index) => (factor[index] === null ? prices[index] / model.periods : price * (factor[index] ?? 1))),
  );
}

/** Periods that are solved at a time, so that several threads have work: a few more than needed at the end. */
const together = 12;

import type { Solver } from '../types';
import type { HorizonModel } from './model';
import type { Box, Relaxed } from './relaxation';
import { type PeriodAnswer, type PeriodEffort, rentPeriod } from './solve-period';

/** Prices at which held nodes are rented, better than those of the relaxation. */
export type Ascent = {
  /** `prices[period][offering]`. */
  readonly prices: readonly (readonly number[])[];
  /** What each period costs at least at these prices. */
  readonly periodUsd: readonly number[];
  /** Steps so far. */
  readonly steps: number;
};

export type RentRequest = {
  readonly solver: Solver;
  readonly effort: PeriodEffort;
  /** Dollars of one held node of each offering over the horizon. */
  readonly prices: readonly number[];
  readonly node: { readonly box: Box; readonly relaxed: Relaxed; readonly ascent: Ascent | null };
  /** The best answer so far: where it lies far above the bound, most is to be gained. */
  readonly best: { readonly periods: readonly PeriodAnswer[] };
  /** Dollars that are to be proven. */
  readonly target: number;
};

export type Rent = {
  readonly boundUsd: number;
  /** Mean of held nodes in use. */
  readonly rented: readonly number[];
  /** Programs that were solved. */
  readonly solved: number;
  /** What to try next, where the target was missed. */
  readonly ascent: Ascent | null;
};

/**
 * A bound on all solutions within a box of held nodes: each period rents them, and the sum over the periods, with what holding costs
 * beyond the rent, is a bound whatever the prices are (the Lagrangian bound of `used <= held`). It ends as soon as the target is
 * reached: a period that was not solved counts with its relaxation.
 *
 * @see M. L. Fisher 1981, The Lagrangian Relaxation Method for Solving Integer Programming Problems, doi 10.1287/mnsc.27.1.1
 */
export function rentAll(model: HorizonModel, { solver, effort, prices, node, best, target }: RentRequest): Rent {
  const { box, relaxed } = node;
  const { prices: priced, periodUsd, steps } = node.ascent ?? { ...relaxedPrices(model, prices, node), steps: 0 };
  const left = model.offerings.map((_, index) => prices[index] - priced.reduce((sum, row) => sum + row[index], 0));
  let boundUsd = periodUsd.reduce((sum, usd) => sum + usd, 0);
  left.forEach((cost, index) => {
    if (box.most[index] > 0) boundUsd += Math.min(cost * box.least[index], cost * box.most[index]);
  });
  const gain = (period: number) => {
    const held = best.periods[period].nodes.reduce((sum, count, index) => sum + count * priced[period][index], 0);
    return best.periods[period].usd + held - periodUsd[period];
  };
  const order = Array.from({ length: model.periods }, (_, period) => period).sort((a, b) => gain(b) - gain(a) || a - b);
  const used: (readonly number[])[] = [];
  const floors = [...periodUsd];
  let solved = 0;
  for (const period of order) {
    if (boundUsd >= target) break;
    const rent = rentPeriod(model, period, priced[period], box.most, { solver, effort: { ...effort, plain: true } });
    solved++;
    if (!rent) return { boundUsd: Infinity, rented: relaxed.held, solved, ascent: null };
    const proven = Math.max(rent.boundUsd, periodUsd[period]);
    boundUsd += proven - periodUsd[period];
    floors[period] = proven;
    used[period] = rent.nodes.map((count, index) => (model.offerings[index].held ? count : 0));
  }
  const rented = model.offerings.map((_, index) => used.reduce((sum, nodes) => sum + nodes[index], 0) / Math.max(1, solved));
  const missed = solved === model.periods && boundUsd < target;
  const ascent = missed ? ascend({ prices, priced, left, box, used, rented, floors, short: target - boundUsd, steps }) : null;
  return { boundUsd, rented, solved, ascent };
}

/**
 * The relaxation's prices; what an unwanted offering may still cost before it would be held is spread over its periods, since a
 * higher price of something that nobody holds lowers no bound.
 */
function relaxedPrices(model: HorizonModel, prices: readonly number[], { box, relaxed }: RentRequest['node']) {
  const factor = relaxed.reducedCosts.map((cost, index) => {
    if (box.most[index] === 0 || box.least[index] > 0 || cost <= 1e-9) return 1;
    return prices[index] - cost > 1e-9 ? prices[index] / (prices[index] - cost) : null;
  });
  return {
    prices: relaxed.prices.map((row) =>
      row.map((price, index) => (factor[index] === null ? prices[index] / model.periods : price * (factor[index] ?? 1))),
    ),
    periodUsd: relaxed.periodUsd,
  };
}

type Slope = {
  readonly prices: readonly number[];
  readonly priced: readonly (readonly number[])[];
  /** What holding costs beyond the sum of the rents. */
  readonly left: readonly number[];
  readonly box: Box;
  readonly used: readonly (readonly number[])[];
  readonly rented: readonly number[];
  readonly floors: readonly number[];
  readonly short: number;
  readonly steps: number;
};

/**
 * One step of subgradient ascent, as long as would reach the target were the bound linear: dearer where more is rented than would be
 * held, cheaper where less. Prices of an offering that sum to what it costs to hold keep their sum.
 *
 * @see B. T. Polyak 1969, Minimization of unsmooth functionals, doi 10.1016/0041-5553(69)90061-5
 */
function ascend({ prices, priced, left, box, used, rented, floors, short, steps }: Slope): Ascent {
  const keeps = left.map((cost, index) => Math.abs(cost) <= 1e-6 * Math.max(1, prices[index]));
  const held = left.map((cost, index) => (keeps[index] ? rented[index] : cost > 0 ? box.least[index] : box.most[index]));
  const slope = used.map((nodes) => nodes.map((count, index) => (box.most[index] > 0 ? count - held[index] : 0)));
  const square = slope.reduce((sum, row) => sum + row.reduce((part, value) => part + value * value, 0), 0);
  const step = square > 0 ? (part * short) / square : 0;
  const moved = priced.map((row, period) => row.map((price, index) => Math.max(0, price + step * slope[period][index])));
  const scale = keeps.map((keep, index) => {
    const sum = keep ? moved.reduce((total, row) => total + row[index], 0) : 0;
    return sum > 0 ? prices[index] / sum : 1;
  });
  const next = moved.map((row) => row.map((price, index) => price * scale[index]));
  const periodUsd = floors.map((usd, period) => {
    const cheaper = next[period].reduce((sum, price, index) => sum + Math.max(0, priced[period][index] - price) * box.most[index], 0);
    return Math.max(0, usd - cheaper);
  });
  return { prices: next, periodUsd, steps: steps + 1 };
}

/** The prices are good ones to begin with: steps of the full length go too far. */
const part = 0.2;

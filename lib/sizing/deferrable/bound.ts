import { bestOffer } from './best-offer';
import { type Gangs, gangsOf, type Sold } from './gangs';
import { nodesInOrder, type NodesInOrder } from './node-cost';
import { offersOfAnySize } from './fractional-offers';
import type { Prepared } from './prepare';
import { cheapestWindows, type Prices, type Windows } from './windows';

/** From so many steps on, prices find better ones from their beginning than by going on. */
export const manySteps = 400;

/**
 * A lower bound by Lagrangian relaxation: jobs buy their GPUs from nodes at a price by period, market and gang (how many GPUs together, in
 * which size of worker), and limits have a price too. At any prices each job then chooses alone, by dynamic programming, as does each
 * market in each period, whole nodes and whole gangs included; what all of them spend is a bound. Prices follow what is asked for beyond
 * what is offered, in steps by Polyak's rule.
 *
 * @param answerUsd what the best known schedule costs, which steps are measured by
 * @param firstPrices those of gangs, as `gangsOf` counts them, or of a bound found before
 * @see Fisher 1981, doi 10.1287/mnsc.27.1.1; Polyak 1969, doi 10.1016/0041-5553(69)90061-5
 */
export function lowerBound(prepared: Prepared, answerUsd: number, steps: number, firstPrices: Float64Array): Bound {
  const { problem, groups, markets, jobs } = prepared;
  const { periods, limits } = problem;
  const gangs = gangsOf(prepared);
  const width = gangs.all.length;
  const rents = periods * width;
  // Prices of gangs, then those of limits.
  const prices = new Float64Array(rents + periods * limits.length);
  const highest = highestPrices(prepared, gangs, prices.length);
  for (let at = 0; at < firstPrices.length; at++) prices[at] = Math.min(highest[at], firstPrices[at]);
  const slope = new Float64Array(prices.length);
  const direction = new Float64Array(prices.length);
  let best = -Infinity;
  let bestPrices: Float64Array = prices.slice();
  let [pace, idle] = [1, 0];
  // Many steps turn slowly and go far before they become shorter, few ones do not.
  const [patience, momentum] = steps >= manySteps ? [20, 0.9] : [10, 0.7];
  const offers = groups.map((group) => {
    const [leaf] = group.leaves;
    return group.joint.length === 0 && markets[leaf].isPlain ? offersOf(prepared, leaf, gangs) : offersOfAnySize(prepared, group, gangs);
  });
  for (let round = 0; round < steps; round++) {
    slope.fill(0);
    let usd = 0;
    const chosen = jobs.map((one, job): Windows | null => cheapestWindows(one, pricesOf(prepared, gangs, { prices }, job)) ?? null);
    for (const [job, windows] of chosen.entries()) {
      usd += windows?.usd ?? 0;
      for (const { from, to, market } of windows?.windows ?? []) {
        const gang = gangs.ofJob[job][jobs[job].markets.findIndex(({ index }) => index === market)];
        for (let period = from; period < to; period++) slope[period * width + gang]++;
      }
    }
    for (let period = 0; period < periods; period++) {
      const limitsFrom = rents + period * limits.length;
      for (const offer of offers) {
        const sold = offer(
          period,
          prices.subarray(period * width, (period + 1) * width),
          prices.subarray(limitsFrom, limitsFrom + limits.length),
        );
        usd += sold.usd;
        for (const [gang, count] of sold.gangs) slope[period * width + gang] -= count;
        for (let limit = 0; limit < limits.length; limit++) slope[limitsFrom + limit] += sold.used[limit];
      }
      for (let limit = 0; limit < limits.length; limit++) {
        usd -= prices[limitsFrom + limit] * limits[limit].most;
        slope[limitsFrom + limit] -= limits[limit].most;
      }
    }
    if (usd > best + 1e-9) {
      if (usd > best + 2e-5 * Math.abs(answerUsd)) idle = 0;
      best = usd;
      bestPrices = prices.slice();
    } else if (++idle >= patience) {
      [pace, idle] = [pace * 0.7, 0];
      prices.set(bestPrices);
      direction.fill(0);
      if (pace < 1e-3) break;
      continue;
    }
    if (best >= answerUsd * (1 - 1e-9)) break;
    let norm = 0;
    for (let at = 0; at < prices.length; at++) {
      // A price of nothing cannot fall, and the highest need not rise.
      if ((prices[at] <= 0 && slope[at] < 0) || (prices[at] >= highest[at] && slope[at] > 0)) slope[at] = 0;
      direction[at] = slope[at] + momentum * direction[at];
      norm += direction[at] * direction[at];
    }
    if (norm === 0) break;
    const length = (pace * Math.max(1e-6 * Math.abs(answerUsd), answerUsd - usd)) / norm;
    for (let at = 0; at < prices.length; at++) prices[at] = Math.min(highest[at], Math.max(0, prices[at] + length * direction[at]));
  }
  return { usd: Math.min(best, answerUsd), prices: bestPrices };
}

export type Bound = {
  readonly usd: number;
  /** By period and gang, as `gangsOf` counts them; then by period and limit. */
  readonly prices: Float64Array;
};

/** By price: what nodes for one gang alone cost, of which there are any number; nobody has to pay more. Limits have no highest price. */
function highestPrices({ markets, problem }: Prepared, gangs: Gangs, count: number): Float64Array {
  const highest = new Float64Array(count).fill(Infinity);
  if (problem.limits.length > 0) return highest;
  for (const [index, { market, level, gpus }] of gangs.all.entries()) {
    const { of, sizes } = markets[market];
    const size = sizes[level];
    const alone = of
      .flatMap((leaf) => markets[leaf].offerings)
      .flatMap(({ offering, level: own, usdPerHour }) => {
        if (offering.most !== undefined || own < level) return [];
        return [Math.ceil(gpus / size / Math.floor(offering.gpus / size)) * usdPerHour * problem.periodHours];
      });
    for (let at = index; at < count; at += gangs.all.length) highest[at] = Math.min(...alone);
  }
  return highest;
}

/** What a job pays at the prices of a bound. */
export function pricesOf({ jobs }: Prepared, { all, ofJob }: Gangs, { prices }: Pick<Bound, 'prices'>, job: number): Prices {
  const { earliest, deadline } = jobs[job].job;
  return ofJob[job].map((gang) => {
    const own = new Float64Array(deadline - earliest);
    for (let at = 0; at < own.length; at++) own[at] = prices[(earliest + at) * all.length + gang];
    return own;
  });
}

/**
 * What a market does best at given prices in one period: nodes for the steady demand, and for as many gangs as are worth their price.
 * Dynamic programming over its sizes of nodes, as in `nodeCosts`.
 */
function offersOf(prepared: Prepared, index: number, gangs: Gangs) {
  const { levels, missingUsd, steady, problem } = prepared;
  const { offerings, most, stateOf } = prepared.markets[index];
  const { periodHours } = problem;
  const places = Array.from({ length: levels }, (_, level) => offerings.flatMap((one, place) => (one.level === level ? [place] : [])));
  const sold = Array.from({ length: levels }, (_, level) =>
    gangs.all.flatMap((gang, place) => (gang.market === index && gang.level === level ? [{ ...gang, place }] : [])),
  );
  const plain = new Map<number, NodesInOrder[]>();
  return (period: number, prices: Float64Array, limitPrices: Float64Array): Sold => {
    const state = stateOf[period];
    const isPlain = limitPrices.every((price) => price === 0);
    const priceOf = (place: number) => {
      let usd = offerings[place].usdPerHour * periodHours;
      for (let limit = 0; limit < limitPrices.length; limit++) usd += limitPrices[limit] * offerings[place].sizes[limit];
      return usd;
    };
    const ordered = isPlain ? places : places.map((all) => [...all].sort((a, b) => priceOf(a) - priceOf(b)));
    const make = () =>
      ordered.map((all, level) =>
        nodesInOrder(
          all.map((place) => ({ usd: priceOf(place), count: most[state][place] })),
          2 ** level * missingUsd * periodHours,
        ),
      );
    const sizes = isPlain ? (plain.get(state) ?? make()) : make();
    if (isPlain) plain.set(state, sizes);
    const wanted = steady[period].subarray(index * levels, (index + 1) * levels);
    const chosen = bestOffer(sizes, wanted, sold, gangs.most[period], prices);
    const counts = offerings.map(() => 0);
    for (const [level, all] of ordered.entries()) {
      let left = chosen.nodes[level];
      for (const place of all) {
        counts[place] = Math.min(left, most[state][place]);
        left -= counts[place];
      }
    }
    const used = Array.from(limitPrices, (_, limit) =>
      counts.reduce((sum, count, place) => sum + count * offerings[place].sizes[limit], 0),
    );
    return { usd: chosen.usd, gangs: chosen.gangs, used };
  };
}

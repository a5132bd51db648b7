import type { Gangs, Sold } from './gangs';
import { type Group, type Prepared, slotOf } from './prepare';

/**
 * What markets that stand in for each other, or whose sizes are no powers of two, can do at best at given prices in one period, for a bound:
 * nodes in parts, and everything on any of them. Gangs are sold while they pay more than the nodes beside those of the steady demand cost.
 */
export function offersOfAnySize(prepared: Prepared, { leaves, joint }: Group, gangs: Gangs) {
  const { markets, levels, missingUsd, steady, problem } = prepared;
  const { periodHours } = problem;
  const offerings = leaves.flatMap((leaf) => markets[leaf].offerings.map((one, place) => ({ ...one, leaf, place })));
  const own = gangs.all.flatMap(({ market, gpus }, place) => (leaves.includes(market) || joint.includes(market) ? [{ gpus, place }] : []));
  const slots = [...leaves, ...joint].flatMap((market) => Array.from({ length: levels }, (_, level) => slotOf(prepared, market, level)));
  return (period: number, prices: Float64Array, limitPrices: Float64Array): Sold => {
    const kinds = offerings
      .map(({ offering: { gpus }, usdPerHour, sizes, leaf, place }) => ({
        usd: (usdPerHour * periodHours + sizes.reduce((sum, size, limit) => sum + size * limitPrices[limit], 0)) / gpus,
        gpus: gpus * markets[leaf].most[markets[leaf].stateOf[period]][place],
        sizes: sizes.map((size) => size / gpus),
      }))
      .filter(({ gpus }) => gpus > 0)
      .sort((a, b) => a.usd - b.usd);
    const used = Array.from(limitPrices, () => 0);
    let [kind, taken] = [0, 0];
    /** Takes the cheapest that are left, as long as they cost less than `below` each. @returns what they cost, and how many are lacking */
    const take = (gpus: number, below: number): { readonly usd: number; readonly lacking: number } => {
      let [usd, lacking] = [0, gpus];
      while (lacking > 0 && kind < kinds.length && kinds[kind].usd < below) {
        const part = Math.min(lacking, kinds[kind].gpus - taken);
        usd += part * kinds[kind].usd;
        for (let limit = 0; limit < used.length; limit++) used[limit] += part * kinds[kind].sizes[limit];
        lacking -= part;
        taken += part;
        if (taken >= kinds[kind].gpus) [kind, taken] = [kind + 1, 0];
      }
      return { usd, lacking };
    };
    const held = take(
      slots.reduce((sum, slot) => sum + steady[period][slot], 0),
      Infinity,
    );
    let usd = held.usd + held.lacking * missingUsd * periodHours;
    const sold: [number, number][] = [];
    const worth = own.filter(({ place }) => gangs.most[period][place] > 0 && prices[place] > 0);
    for (const { gpus, place } of worth.sort((a, b) => prices[b.place] / b.gpus - prices[a.place] / a.gpus || a.place - b.place)) {
      const pays = prices[place] / gpus;
      const most = gangs.most[period][place] * gpus;
      const bought = take(most, Math.min(pays, missingUsd * periodHours));
      // Beyond all nodes there are, what is missing has its price too.
      const beyond = pays > missingUsd * periodHours ? bought.lacking : 0;
      const count = (most - bought.lacking + beyond) / gpus;
      usd += bought.usd + beyond * missingUsd * periodHours - count * prices[place];
      if (count > 0) sold.push([place, count]);
    }
    return { usd, gangs: sold, used };
  };
}

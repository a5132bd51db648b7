import type { Gang } from './gangs';
import type { NodesInOrder } from './node-cost';

/** A gang that may be sold, and where its price and the most of it stand. */
export type SoldGang = Gang & { readonly place: number };

export type Offer = {
  readonly usd: number;
  /** By level. */
  readonly nodes: readonly number[];
  readonly gangs: readonly (readonly [place: number, count: number])[];
};

/** What was decided at one size of node, by free places after it, from `low` on. */
type Decided = {
  readonly gangs: { readonly place: number; readonly each: number; readonly low: number; readonly chosen: Int16Array }[];
  /** How many were bought, and the free places before that. */
  readonly bought: Int16Array;
  readonly from: Int32Array;
};

/**
 * The nodes of one market and period that hold its steady demand, and as many gangs as are worth their price: the least of what nodes cost
 * less what gangs pay. From the largest size of node down: gangs of that size are sold, then nodes bought, at least what is owed, and more
 * where smaller gangs follow.
 *
 * @param sizes nodes by level
 * @param steady GPUs by level
 * @param sold gangs by level
 * @param most how many of each gang, `prices` what one of it pays, both by `place`
 */
export function bestOffer(
  sizes: readonly NodesInOrder[],
  steady: Int32Array,
  sold: readonly (readonly SoldGang[])[],
  most: Int32Array,
  prices: Float64Array,
): Offer {
  const levels = sizes.length;
  // A gang without a price is not sold.
  const worth = sold.map((gangs) => gangs.filter(({ place }) => most[place] > 0 && prices[place] > 0));
  const below = new Array<number>(levels + 1).fill(0);
  for (let level = 0; level < levels; level++) {
    below[level + 1] = below[level] + steady[level] + worth[level].reduce((sum, { gpus, place }) => sum + gpus * most[place], 0);
  }
  const decided: Decided[] = [];
  // Values by free places of the level's size, from `low` on; owed places are negative.
  let low = 0;
  let values: Float64Array = Float64Array.of(0);
  for (let level = levels - 1; level >= 0; level--) {
    const size = 2 ** level;
    if (level < levels - 1) [low, values] = [2 * low, halved(values)];
    low -= steady[level] / size;
    const gangs: Decided['gangs'] = [];
    for (const { gpus, place } of worth[level]) {
      const each = gpus / size;
      const count = most[place];
      const next = new Float64Array(values.length + each * count).fill(Infinity);
      const chosen = new Int16Array(next.length);
      for (let at = 0; at < values.length; at++) {
        const usd = values[at];
        if (usd === Infinity) continue;
        for (let many = 0; many <= count; many++) {
          const to = at + each * (count - many);
          if (usd - many * prices[place] < next[to]) {
            next[to] = usd - many * prices[place];
            chosen[to] = many;
          }
        }
      }
      low -= each * count;
      values = next;
      gangs.push({ place, each, low, chosen });
    }
    // Places beyond all that follows are of no use.
    const cap = Math.ceil(below[level] / size);
    const next = new Float64Array(cap + 1).fill(Infinity);
    const bought = new Int16Array(cap + 1);
    const from = new Int32Array(cap + 1);
    for (let at = 0; at < values.length; at++) {
      const usd = values[at];
      if (usd === Infinity) continue;
      const free = low + at;
      const fewest = Math.max(0, -free);
      const many = Math.max(fewest, Math.min(sizes[level].count, cap - free));
      for (let nodes = fewest; nodes <= many; nodes++) {
        const to = Math.min(cap, free + nodes);
        const now = usd + sizes[level].usd(nodes);
        if (now < next[to]) {
          next[to] = now;
          bought[to] = nodes;
          from[to] = free;
        }
      }
    }
    [low, values] = [0, next];
    decided[level] = { gangs, bought, from };
  }
  return traced(decided, steady, values);
}

/** Places of half the size: twice as many. */
function halved(values: Float64Array): Float64Array {
  const next = new Float64Array(2 * values.length - 1).fill(Infinity);
  for (let at = 0; at < values.length; at++) next[2 * at] = values[at];
  return next;
}

function traced(decided: readonly Decided[], steady: Int32Array, values: Float64Array): Offer {
  let free = 0;
  for (let at = 1; at < values.length; at++) if (values[at] < values[free]) free = at;
  const usd = values[free];
  const nodes: number[] = [];
  const sold: (readonly [number, number])[] = [];
  for (const [level, { gangs, bought, from }] of decided.entries()) {
    nodes.push(bought[free]);
    free = from[free];
    for (const { place, each, low, chosen } of [...gangs].reverse()) {
      const count = chosen[free - low];
      if (count > 0) sold.push([place, count]);
      free += each * count;
    }
    free = (free + steady[level] / 2 ** level) / 2;
  }
  return { usd, nodes, gangs: sold };
}

import { excessOver, type PeriodNodes } from './period-nodes';
import type { Market, Prepared } from './prepare';

/** Nodes chosen so far: what they cost, what they count in each limit, and how they came about. */
type Partial = {
  readonly usd: number;
  readonly used: readonly number[];
  readonly missing: number;
  readonly before: Partial | null;
  /** The offering last decided on, and how many nodes of it. */
  readonly place: number;
  readonly nodes: number;
};

/** Of as many alternatives at one place no more are followed. */
const mostAlternatives = 40;

/**
 * The cheapest nodes of a period that keep to limits on sums over all markets: each market by dynamic programming over its offerings,
 * which keeps every alternative that is neither dearer nor counts more than another, and then one alternative of each market.
 */
export function cheapestWithin(prepared: Prepared, period: number, demand: Int32Array): PeriodNodes {
  const { markets, levels, dearUsd, missingUsd, problem } = prepared;
  const limits = problem.limits;
  const ofMarkets = markets.map((market, index) =>
    alternatives(
      market,
      market.most[market.stateOf[period]],
      demand.subarray(index * levels, (index + 1) * levels),
      missingUsd,
      limits.length,
    ),
  );
  type Joint = { readonly usd: number; readonly used: readonly number[]; readonly parts: readonly Partial[] };
  let joint: Joint[] = [{ usd: 0, used: limits.map(() => 0), parts: [] }];
  for (const parts of ofMarkets) {
    const next: Joint[] = [];
    for (const so of joint) {
      for (const part of parts) {
        const one = { usd: so.usd + part.usd, used: so.used.map((used, limit) => used + part.used[limit]), parts: [...so.parts, part] };
        keep(next, one);
      }
    }
    joint = next;
  }
  const excessOf = ({ used }: Joint) => limits.map(({ most }, limit) => excessOver(most, used[limit]));
  const priced = joint.map((one) => {
    const excess = excessOf(one);
    return { one, excess, usd: one.usd + dearUsd * excess.reduce((sum, amount) => sum + amount, 0) };
  });
  const best = priced.reduce((least, each) => (each.usd < least.usd ? each : least));
  return {
    usdPerHour: best.usd,
    counts: best.one.parts.map((part, index) => countsOf(part, markets[index])),
    missing: best.one.parts.map(({ missing }) => missing),
    excess: best.excess,
  };
}

function countsOf(part: Partial, { offerings }: Market): number[] {
  const counts = offerings.map(() => 0);
  for (let at: Partial | null = part; at !== null; at = at.before) if (at.place >= 0) counts[at.place] = at.nodes;
  return counts;
}

function alternatives(
  { offerings }: Market,
  most: readonly number[],
  demand: Int32Array,
  missingUsd: number,
  limits: number,
): readonly Partial[] {
  let below = demand.reduce((sum, gpus) => sum + gpus, 0);
  const none: Partial = { usd: 0, used: new Array<number>(limits).fill(0), missing: 0, before: null, place: -1, nodes: 0 };
  let states = new Map<number, Partial[]>([[0, [none]]]);
  for (let level = demand.length - 1; level >= 0; level--) {
    const [size, wanted] = [2 ** level, demand[level]];
    for (const [place, { level: own, usdPerHour, sizes }] of offerings.entries()) {
      if (own !== level) continue;
      const next = new Map<number, Partial[]>();
      for (const [free, list] of states) {
        const useful = Math.min(most[place], Math.max(0, Math.ceil((below - free) / size)));
        for (let nodes = 0; nodes <= useful; nodes++) {
          for (const part of list) {
            const used = nodes === 0 ? part.used : part.used.map((amount, limit) => amount + nodes * sizes[limit]);
            add(next, free + nodes * size, { ...part, usd: part.usd + nodes * usdPerHour, used, before: part, place, nodes });
          }
        }
      }
      states = next;
    }
    const rest = below - wanted;
    const placed = new Map<number, Partial[]>();
    for (const [free, list] of states) {
      const lacking = Math.max(0, Math.ceil((wanted - free) / size)) * size;
      for (const part of list) {
        const whole = lacking === 0 ? part : { ...part, usd: part.usd + lacking * missingUsd, missing: part.missing + lacking };
        add(placed, Math.min(rest, free + lacking - wanted), whole);
      }
    }
    states = placed;
    below = rest;
  }
  const all: Partial[] = [];
  for (const list of states.values()) for (const part of list) keep(all, part);
  return all;
}

function add(states: Map<number, Partial[]>, free: number, part: Partial): void {
  const list = states.get(free);
  if (list) keep(list, part);
  else states.set(free, [part]);
}

/** Adds an alternative unless one is as good in everything, and drops those that it is as good as. */
function keep<One extends { readonly usd: number; readonly used: readonly number[] }>(list: One[], one: One): void {
  const covers = (a: One, b: One) => a.usd <= b.usd && a.used.every((amount, limit) => amount <= b.used[limit]);
  if (list.some((other) => covers(other, one))) return;
  let kept = 0;
  for (const other of list) if (!covers(one, other)) list[kept++] = other;
  list.length = kept;
  list.push(one);
  if (list.length <= mostAlternatives) return;
  // The dearest goes, but never the one that counts least.
  const count = ({ used }: One) => used.reduce((sum, amount) => sum + amount, 0);
  const leanest = list.reduce((least, each) => (count(each) < count(least) ? each : least));
  const dearest = list.reduce((most, each) => (each !== leanest && (most === leanest || each.usd > most.usd) ? each : most));
  list.splice(list.indexOf(dearest), 1);
}

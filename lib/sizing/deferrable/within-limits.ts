import { excessOver, type PeriodNodes } from './period-nodes';
import type { Group, Market, Prepared } from './prepare';
import { splitsOf } from './splits';

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

/** Alternatives of several markets together: of each the one that is chosen. */
type Together = { readonly usd: number; readonly used: readonly number[]; readonly parts: ReadonlyMap<number, Partial> };

/**
 * The cheapest nodes of a period that keep to limits on sums over all markets: each market by dynamic programming over its offerings,
 * which keeps every alternative that is neither dearer nor counts more than another, and then one alternative of each market.
 */
export function cheapestWithin(prepared: Prepared, period: number, demand: Int32Array): PeriodNodes {
  const { markets, groups, dearUsd, problem } = prepared;
  const limits = problem.limits;
  const none: Together = { usd: 0, used: limits.map(() => 0), parts: new Map() };
  const known = new Map<string, readonly Partial[]>();
  let together: readonly Together[] = [none];
  for (const group of groups) {
    if (group.joint.length === 0) {
      together = withEach(together, ofGroup(prepared, period, group, demand, known, none));
      continue;
    }
    const ways: Together[] = [];
    for (const split of splitsOf(prepared, group, demand))
      for (const way of ofGroup(prepared, period, group, split, known, none)) keep(ways, way);
    together = withEach(together, ways);
  }
  const excessOf = ({ used }: Together) => limits.map(({ most }, limit) => excessOver(most, used[limit]));
  const priced = together.map((one) => {
    const excess = excessOf(one);
    return { one, excess, usd: one.usd + dearUsd * excess.reduce((sum, amount) => sum + amount, 0) };
  });
  const best = priced.reduce((least, each) => (each.usd < least.usd ? each : least));
  const part = (index: number) => best.one.parts.get(index);
  return {
    usdPerHour: best.usd,
    counts: markets.map((market, index) => countsOf(part(index) ?? null, market)),
    missing: markets.map((_, index) => part(index)?.missing ?? 0),
    excess: best.excess,
  };
}

/** Alternatives of the leaves of a group, of which each has its demand. */
function ofGroup(
  { markets, levels, missingUsd, problem: { limits } }: Prepared,
  period: number,
  { leaves }: Group,
  demand: Int32Array,
  known: Map<string, readonly Partial[]>,
  none: Together,
): readonly Together[] {
  return leaves.reduce<readonly Together[]>(
    (before, leaf) => {
      const market = markets[leaf];
      const own = demand.subarray(leaf * levels, (leaf + 1) * levels);
      const key = `${leaf};${own.join()}`;
      const make = market.isPlain ? alternatives : alternativesOfAnySize;
      const found = known.get(key) ?? make(market, market.most[market.stateOf[period]], own, missingUsd, limits.length);
      known.set(key, found);
      return withEach(
        before,
        found.map((part) => ({ usd: part.usd, used: part.used, parts: new Map([[leaf, part]]) })),
      );
    },
    [none],
  );
}

function withEach(all: readonly Together[], others: readonly Together[]): readonly Together[] {
  const next: Together[] = [];
  for (const so of all) {
    for (const other of others) {
      const used = so.used.map((amount, limit) => amount + other.used[limit]);
      keep(next, { usd: so.usd + other.usd, used, parts: new Map([...so.parts, ...other.parts]) });
    }
  }
  return next;
}

/** The cheapest nodes of a market whose sizes are any, without regard to limits. */
export function leastOfAnySize(market: Market, most: readonly number[], demand: Int32Array, missingUsd: number): Partial {
  const all = alternativesOfAnySize(market, most, demand, missingUsd, 0);
  return all.reduce((least, each) => (each.usd < least.usd ? each : least));
}

export function countsOf(part: Partial | null, { offerings }: Market): number[] {
  const counts = offerings.map(() => 0);
  for (let at = part; at !== null; at = at.before) if (at.place >= 0) counts[at.place] = at.nodes;
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

/**
 * The same for nodes and sizes that are no powers of two. A node has as many whole places of each size as fit, so what counts is how many
 * GPUs are there in places of each size or a larger one, up to what is asked for.
 */
function alternativesOfAnySize(
  { offerings, sizes }: Market,
  most: readonly number[],
  demand: Int32Array,
  missingUsd: number,
  limits: number,
): readonly Partial[] {
  const asked = sizes.map((_, level) => sizes.reduce((sum, _size, from) => sum + (from >= level ? demand[from] : 0), 0));
  // What is missing is bought by the place of each size, where no node is left that has one.
  const kinds = [
    ...offerings.map((one, place) => ({ gpus: one.offering.gpus, place, usd: one.usdPerHour, sizes: one.sizes })),
    ...sizes.map((gpus) => ({ gpus, place: -1, usd: gpus * missingUsd, sizes: [] as readonly number[] })),
  ].sort((a, b) => b.gpus - a.gpus || (a.place < 0 ? 1 : 0) - (b.place < 0 ? 1 : 0));
  const none: Partial = { usd: 0, used: new Array<number>(limits).fill(0), missing: 0, before: null, place: -1, nodes: 0 };
  let states = new Map<string, { readonly there: readonly number[]; readonly list: Partial[] }>([
    ['', { there: sizes.map(() => 0), list: [none] }],
  ]);
  for (const { gpus, place, usd, sizes: counted } of kinds) {
    const each = sizes.map((size) => Math.floor(gpus / size) * size);
    const next: typeof states = new Map();
    for (const { there, list } of states.values()) {
      const lacking = (level: number) => (each[level] > 0 ? Math.max(0, Math.ceil((asked[level] - there[level]) / each[level])) : 0);
      const owed = place < 0 ? lacking(sizes.indexOf(gpus)) : 0;
      const useful = place < 0 ? owed : Math.min(most[place], Math.max(...sizes.map((_, level) => lacking(level))));
      for (let nodes = owed; nodes <= useful; nodes++) {
        const now = there.map((amount, level) => Math.min(asked[level], amount + nodes * each[level]));
        const key = now.join();
        const found = next.get(key) ?? { there: now, list: [] };
        next.set(key, found);
        for (const part of list) {
          if (nodes === 0) keep(found.list, part);
          else if (place < 0) keep(found.list, { ...part, usd: part.usd + nodes * usd, missing: part.missing + nodes * gpus });
          else {
            const used = part.used.map((amount, limit) => amount + nodes * counted[limit]);
            keep(found.list, { usd: part.usd + nodes * usd, used, missing: part.missing, before: part, place, nodes });
          }
        }
      }
    }
    states = next;
  }
  const all: Partial[] = [];
  for (const { list } of states.values()) for (const part of list) keep(all, part);
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

import { excessOver, type PeriodNodes } from './period-nodes';
import { cheapestWithin, countsOf, leastOfAnySize } from './within-limits';
import { splitsOf } from './splits';
import { type Market, type Prepared, slotOf } from './prepare';

export type NodeCosts = {
  /** The least USD an hour of nodes for these GPUs; `demand` by market and level. */
  readonly usdPerHour: (period: number, demand: Int32Array) => number;
  readonly nodes: (period: number, demand: Int32Array) => PeriodNodes;
};

/**
 * What the cheapest nodes of a period cost, exactly. A market alone is solved by dynamic programming over its sizes of nodes, the large
 * ones first. Of markets that stand in for each other what may run in several is tried in each, in every number. Where the nodes found so
 * pass a limit, all markets are solved together by `cheapestWithin`. Answers are kept.
 */
export function nodeCosts(prepared: Prepared): NodeCosts {
  const { markets, groups, levels, problem } = prepared;
  const alone = markets.map((market) => lonelyMarket(market, levels, prepared.missingUsd, problem.limits.length));
  const kept = markets.map(({ most }) => most.map((): Kept => new Map()));
  const together = new Map<string, PeriodNodes>();
  const lonely = groups.flatMap(({ leaves, joint }) => (joint.length === 0 ? leaves : []));
  const joined = groups
    .filter(({ joint }) => joint.length > 0)
    .map((group) => ({ group, known: new Map<string, readonly MarketNodes[]>() }));
  const ofMarket = (index: number, period: number, demand: Int32Array): MarketNodes => {
    const state = markets[index].stateOf[period];
    let at: Kept = kept[index][state];
    const first = index * levels;
    for (let level = first; level < first + levels - 1; level++) {
      let next = at.get(demand[level]) as Kept | undefined;
      if (next === undefined) at.set(demand[level], (next = new Map()));
      at = next;
    }
    const last = demand[first + levels - 1];
    const found = at.get(last) as MarketNodes | undefined;
    if (found !== undefined) return found;
    const made = alone[index](state, demand.subarray(first, first + levels));
    at.set(last, made);
    return made;
  };
  /** Of the leaves of a group, in their order. */
  const ofJoined = ({ group, known }: (typeof joined)[number], period: number, demand: Int32Array): readonly MarketNodes[] => {
    const slots = [...group.leaves, ...group.joint].map((market) =>
      demand.subarray(slotOf(prepared, market, 0), slotOf(prepared, market, levels)),
    );
    const key = `${group.leaves.map((leaf) => markets[leaf].stateOf[period]).join()};${slots.join()}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    let best: { readonly usd: number; readonly parts: readonly MarketNodes[] } | undefined;
    for (const split of splitsOf(prepared, group, demand)) {
      const parts = group.leaves.map((leaf) => ofMarket(leaf, period, split));
      const usd = parts.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0);
      if (best === undefined || usd < best.usd - 1e-9) best = { usd, parts };
    }
    const made = best?.parts ?? [];
    known.set(key, made);
    return made;
  };
  const nodes = (period: number, demand: Int32Array): PeriodNodes => {
    const parts: MarketNodes[] = markets.map(({ offerings }) => ({ ...nothing, counts: offerings.map(() => 0) }));
    for (const index of lonely) parts[index] = ofMarket(index, period, demand);
    for (const one of joined) ofJoined(one, period, demand).forEach((part, place) => (parts[one.group.leaves[place]] = part));
    const free = summed(prepared, parts);
    if (free.excess.every((excess) => excess === 0)) return free;
    const key = `${markets.map(({ stateOf }) => stateOf[period]).join()};${demand.join()}`;
    const found = together.get(key);
    if (found) return found;
    const made = cheapestWithin(prepared, period, demand);
    together.set(key, made);
    return made;
  };
  const used = new Float64Array(problem.limits.length);
  const usdPerHour = (period: number, demand: Int32Array) => {
    let sum = 0;
    used.fill(0);
    const count = (part: MarketNodes) => {
      sum += part.usdPerHour;
      for (let limit = 0; limit < used.length; limit++) used[limit] += part.used[limit];
    };
    for (const index of lonely) count(ofMarket(index, period, demand));
    for (const one of joined) for (const part of ofJoined(one, period, demand)) count(part);
    for (let limit = 0; limit < used.length; limit++)
      if (excessOver(problem.limits[limit].most, used[limit]) > 0) return nodes(period, demand).usdPerHour;
    return sum;
  };
  return { usdPerHour, nodes };
}

/** Answers for the GPUs of the levels in turn: a map by the first level of maps by the next, and so on. */
type Kept = Map<number, unknown>;

type MarketNodes = {
  readonly usdPerHour: number;
  readonly counts: readonly number[];
  readonly missing: number;
  readonly used: readonly number[];
};

function summed({ problem: { limits } }: Prepared, parts: readonly MarketNodes[]): PeriodNodes {
  return {
    usdPerHour: parts.reduce((sum, part) => sum + part.usdPerHour, 0),
    counts: parts.map(({ counts }) => counts),
    missing: parts.map(({ missing }) => missing),
    excess: limits.map(({ most }, limit) =>
      excessOver(
        most,
        parts.reduce((sum, { used }) => sum + used[limit], 0),
      ),
    ),
  };
}

/** Nodes of one size, cheap ones first. */
type Size = { readonly level: number; readonly places: readonly number[] };

/** The cheapest nodes of a market without regard to limits, by its state of supply and its GPUs by level. */
function lonelyMarket(market: Market, levels: number, missingUsd: number, limits: number) {
  const { offerings, most, isPlain } = market;
  const counted = (usdPerHour: number, counts: readonly number[], missing: number): MarketNodes => {
    const used = Array.from({ length: limits }, (_, limit) =>
      counts.reduce((sum, count, place) => sum + count * offerings[place].sizes[limit], 0),
    );
    return { usdPerHour, counts, missing, used };
  };
  if (!isPlain)
    return (state: number, demand: Int32Array): MarketNodes => {
      const least = leastOfAnySize(market, most[state], demand, missingUsd);
      return counted(least.usd, countsOf(least, market), least.missing);
    };
  const sizes: Size[] = Array.from({ length: levels }, (_, level) => ({
    level,
    places: offerings.flatMap((one, place) => (one.level === level ? [place] : [])),
  }));
  const upTo = most.map((counts) =>
    sizes.map(({ level, places }) =>
      nodesInOrder(
        places.map((place) => ({ usd: offerings[place].usdPerHour, count: counts[place] })),
        2 ** level * missingUsd,
      ),
    ),
  );
  return (state: number, demand: Int32Array): MarketNodes => {
    const chosen = cheapestSizes(upTo[state], demand);
    const counts = offerings.map(() => 0);
    let missing = 0;
    for (const { level, places } of sizes) {
      let left = chosen.nodes[level];
      for (const place of places) {
        counts[place] = Math.min(left, most[state][place]);
        left -= counts[place];
      }
      missing += left * 2 ** level;
    }
    return counted(chosen.usd, counts, missing);
  };
}

const nothing: MarketNodes = { usdPerHour: 0, counts: [], missing: 0, used: new Array<number>(64).fill(0) };

/** What so many nodes of one size cost, and how many there are. */
export type NodesInOrder = { readonly usd: (nodes: number) => number; readonly count: number };

/** @param beyondUsd of a node that there is not */
export function nodesInOrder(kinds: readonly { readonly usd: number; readonly count: number }[], beyondUsd: number): NodesInOrder {
  const sums = [0];
  const count = kinds.reduce((sum, kind) => sum + kind.count, 0);
  const extend = (nodes: number) => {
    let [place, before] = [0, 0];
    for (let node = sums.length; node <= nodes; node++) {
      while (place < kinds.length && node > before + kinds[place].count) before += kinds[place++].count;
      sums.push(sums[node - 1] + (place < kinds.length ? kinds[place].usd : beyondUsd));
    }
  };
  return {
    count,
    usd: (nodes) => {
      if (nodes >= sums.length) extend(nodes + 8);
      return sums[nodes];
    },
  };
}

/** Dynamic programming over the free GPUs of nodes that are larger than what is placed. @returns nodes by level */
function cheapestSizes(sizes: readonly NodesInOrder[], demand: Int32Array): { readonly usd: number; readonly nodes: readonly number[] } {
  let below = 0;
  for (const gpus of demand) below += gpus;
  // By free GPUs, in places of the level before: what they cost, and the nodes that were taken of each level.
  let states = new Map<number, Taken>([[0, { usd: 0, nodes: 0, before: null }]]);
  for (let level = sizes.length - 1; level >= 0; level--) {
    const [size, wanted] = [2 ** level, demand[level]];
    const rest = below - wanted;
    const next = new Map<number, Taken>();
    for (const [free, taken] of states) {
      const fewest = Math.max(0, Math.ceil((wanted - free) / size));
      const most = level === 0 ? fewest : Math.max(fewest, Math.min(sizes[level].count, Math.ceil((below - free) / size)));
      for (let nodes = fewest; nodes <= most; nodes++) {
        const usd = taken.usd + sizes[level].usd(nodes);
        const left = Math.min(rest, free + nodes * size - wanted);
        const known = next.get(left);
        if (known === undefined || usd < known.usd) next.set(left, { usd, nodes, before: taken });
      }
    }
    states = next;
    below = rest;
  }
  let best: Taken | undefined;
  for (const taken of states.values()) if (best === undefined || taken.usd < best.usd) best = taken;
  const nodes: number[] = [];
  for (let taken: Taken | null | undefined = best; taken?.before; taken = taken.before) nodes.push(taken.nodes);
  return { usd: best?.usd ?? 0, nodes };
}

type Taken = { readonly usd: number; readonly nodes: number; readonly before: Taken | null };

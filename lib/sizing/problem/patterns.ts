/** GPUs, millicores, MiB, pods. */
export type Resources = readonly [gpus: number, cpuMilli: number, memoryMiB: number, pods: number];

/** What one node holds: replicas by kind. */
export type Pattern = readonly number[];

/** More contents than this are not listed. */
const mostPatterns = 5_000;
/** Nor are they looked for longer than this: most contents that are tried are no maximal ones. */
const mostTries = 200_000;

/**
 * Every maximal content of a node: replicas by kind that fit together, to which no replica of any kind can be added. A number of
 * such nodes holds a demand if and only if contents can be chosen from these that cover it, so that a program over patterns packs
 * by construction (P. C. Gilmore and R. E. Gomory 1961, A Linear Programming Approach to the Cutting-Stock Problem).
 *
 * @returns in falling lexicographic order; `null` where there are more than 5,000
 */
export function maximalPatterns(room: Resources, kinds: readonly Resources[]): readonly Pattern[] | null {
  const patterns: Pattern[] = [];
  const counts = kinds.map(() => 0);
  let tries = 0;
  const fill = (kind: number, left: readonly number[]): boolean => {
    if (++tries > mostTries) return false;
    if (kind === kinds.length) {
      if (counts.some((count) => count > 0) && !kinds.some((need) => fitsIn(need, left))) patterns.push([...counts]);
      return patterns.length <= mostPatterns;
    }
    const need = kinds[kind];
    const most = Math.min(...need.map((amount, resource) => (amount === 0 ? Infinity : Math.floor(left[resource] / amount))));
    for (let count = Math.max(0, most); count >= 0; count--) {
      counts[kind] = count;
      const rest = left.map((amount, resource) => amount - count * need[resource]);
      if (!fill(kind + 1, rest)) return false;
    }
    counts[kind] = 0;
    return true;
  };
  return fill(0, room) ? patterns : null;
}

/**
 * Some contents of a node for a demand whose maximal ones are too many to list: each kind alone, and what filling nodes one after
 * another yields, in several orders of kinds. A program over these finds only packings that are real, though perhaps not the
 * cheapest.
 */
export function greedyPatterns(room: Resources, kinds: readonly Resources[], demand: readonly number[]): readonly Pattern[] {
  const patterns = new Map<string, Pattern>();
  const add = (pattern: Pattern) => {
    if (pattern.some((count) => count > 0)) patterns.set(pattern.join(','), pattern);
  };
  kinds.forEach((_, only) =>
    add(
      fillNode(
        room,
        kinds,
        demand.map((replicas, kind) => (kind === only ? replicas : 0)),
        [only],
      ),
    ),
  );
  for (const order of kindOrders(kinds.length)) {
    const left = [...demand];
    for (;;) {
      const pattern = fillNode(room, kinds, left, order);
      if (pattern.every((count) => count === 0)) break;
      add(pattern);
      pattern.forEach((count, kind) => (left[kind] -= count));
    }
  }
  return [...patterns.values()];
}

/** Largest first and smallest first, each begun at every kind. */
export function kindOrders(kinds: number): readonly (readonly number[])[] {
  const falling = Array.from({ length: kinds }, (_, index) => index);
  const turns = falling.map((start) => [...falling.slice(start), ...falling.slice(0, start)]);
  return [...turns, ...turns.map((turn) => [...turn].reverse())];
}

/** As many of each kind as fit and are wanted, in the given order. */
export function fillNode(
  room: readonly number[],
  kinds: readonly Resources[],
  wanted: readonly number[],
  order: readonly number[],
): number[] {
  const left = [...room];
  const counts = kinds.map(() => 0);
  for (const kind of order) {
    const need = kinds[kind];
    const most = Math.min(wanted[kind], ...need.map((amount, resource) => (amount === 0 ? Infinity : Math.floor(left[resource] / amount))));
    counts[kind] = Math.max(0, most);
    need.forEach((amount, resource) => (left[resource] -= counts[kind] * amount));
  }
  return counts;
}

function fitsIn(need: Resources, left: readonly number[]): boolean {
  return need.every((amount, resource) => amount <= left[resource]);
}

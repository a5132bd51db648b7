/** The free GPUs of a node. */
export type Room = { free: number };

/**
 * Finds places for all workers of a job at once: each on the fullest node that has room for it, the largest worker first.
 *
 * @param workers GPUs of each, largest first
 * @returns the node of each worker, or `null` where not all find one; nothing is written
 */
export function placesFor<Node extends Room>(workers: readonly number[], nodes: readonly Node[]): Node[] | null {
  const taken = new Map<Node, number>();
  const places: Node[] = [];
  for (const gpus of workers) {
    let [best, left] = [null as Node | null, Infinity];
    for (const node of nodes) {
      const free = node.free - (taken.get(node) ?? 0);
      if (free >= gpus && free < left) [best, left] = [node, free];
    }
    if (best === null) return null;
    taken.set(best, (taken.get(best) ?? 0) + gpus);
    places.push(best);
  }
  return places;
}

/** GPUs that become free at a moment: of a run that ends, or of a node that has booted. */
export type Release = { readonly at: number; readonly gpus: readonly { readonly node: number; readonly gpus: number }[] };

/**
 * The first moment at which all workers of a job find places, as things go now.
 *
 * @param free GPUs by node, now
 * @returns `Infinity` where the releases never make room
 */
export function earliestStart(workers: readonly number[], free: readonly number[], releases: readonly Release[], now: number): number {
  const rooms = free.map((gpus): Room => ({ free: gpus }));
  if (placesFor(workers, rooms) !== null) return now;
  const inOrder = [...releases].sort((a, b) => a.at - b.at);
  for (const [index, { at, gpus }] of inOrder.entries()) {
    for (const { node, gpus: freed } of gpus) rooms[node].free += freed;
    if (inOrder[index + 1]?.at !== at && placesFor(workers, rooms) !== null) return at;
  }
  return Infinity;
}

/** A node, as far as jobs in line look at it. */
export type LineNode = Room & { readonly booted: number };
/** A job that runs, as far as jobs in line look at it. */
export type LineRun = { readonly endsAt: number; readonly on: readonly LineNode[]; readonly workers: readonly number[] };

/**
 * When the first in line is expected to start, as things go: runs end as they should, nodes boot, and an elastic pool launches what the
 * first lacks.
 *
 * @param tried a run that is not begun yet, as if it were
 * @param fresh nodes that may be launched, and when they would have booted
 * @see Lifka 1995, The ANL/IBM SP scheduling system: EASY backfilling, here with run times that are known
 */
export function expectedStart(
  first: readonly number[],
  nodes: readonly LineNode[],
  runs: readonly LineRun[],
  tried: LineRun | null,
  fresh: { readonly count: number; readonly booted: number },
  now: number,
  gpusPerNode: number,
): number {
  const place = new Map(nodes.map((node, index) => [node, index]));
  const held = ({ on, workers }: LineRun) => on.map((node, index) => ({ node: place.get(node) ?? 0, gpus: workers[index] }));
  const free = [...nodes.map((node) => (node.booted <= now ? node.free : 0)), ...new Array<number>(fresh.count).fill(0)];
  if (tried !== null) for (const { node, gpus } of held(tried)) free[node] -= gpus;
  const releases: Release[] = [
    ...(tried === null ? runs : [...runs, tried]).map((run) => ({ at: run.endsAt, gpus: held(run) })),
    ...nodes.flatMap(({ booted }, node) => (booted > now ? [{ at: booted, gpus: [{ node, gpus: gpusPerNode }] }] : [])),
    ...Array.from({ length: fresh.count }, (_, index) => ({ at: fresh.booted, gpus: [{ node: nodes.length + index, gpus: gpusPerNode }] })),
  ];
  return earliestStart(first, free, releases, now);
}

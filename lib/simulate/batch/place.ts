/** GPUs that a place has free; a place is a node. */
export type Room = { free: number };

/**
 * Places for all workers of a job at once: each on the fullest node that has room for it, the largest worker first.
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
  const inOrder = [...releases].sort((one, other) => one.at - other.at);
  for (const [index, { at, gpus }] of inOrder.entries()) {
    for (const { node, gpus: freed } of gpus) rooms[node].free += freed;
    if (inOrder[index + 1]?.at !== at && placesFor(workers, rooms) !== null) return at;
  }
  return Infinity;
}

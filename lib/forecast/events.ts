/** A stated uplift over a span of time; `to` is exclusive. Times are epoch ms. */
export type Uplift = { readonly name: string; readonly from: number; readonly to: number; readonly uplift: number };

/**
 * Multiplies the steps that an event touches by its uplift; a step that it touches in part by that share of it. Where events
 * overlap, their uplifts multiply. The uplift is the user's word: nothing is learned from the past here.
 *
 * @returns the lifted path and the events that touched it
 */
export function applyUplifts(
  path: ArrayLike<number>,
  start: number,
  intervalMs: number,
  events: readonly Uplift[],
): { readonly path: Float64Array; readonly applied: readonly Uplift[] } {
  const lifted = Float64Array.from(path);
  const applied = new Set<Uplift>();
  for (const event of events) {
    for (let step = 0; step < lifted.length; step++) {
      const from = start + step * intervalMs;
      const touched = Math.min(event.to, from + intervalMs) - Math.max(event.from, from);
      if (touched <= 0) continue;
      lifted[step] *= 1 + (event.uplift - 1) * (touched / intervalMs);
      applied.add(event);
    }
  }
  return { path: lifted, applied: [...applied] };
}

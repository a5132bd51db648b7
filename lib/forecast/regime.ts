import type { RepeatingRises } from './rises';

/** How long the rises that a load repeats take, against the lead: until a replica on a new node serves. */
export type Regime = (typeof regimes)[number];
export const regimes = ['quick', 'between', 'slow', 'hardly repeats'] as const;

/** Below this share of the variance nothing to speak of comes again by the clock. */
const leastRepeats = 0.5;
/** Rises of so many leads are quick at most, and slow at least. */
export const leadsOfRegimes = { quick: 2, slow: 10 } as const;

/**
 * How long rises that repeat take, against a lead. An autoscaler that follows the load is late by the lead: in a rise of ten leads that is
 * little, in one of two it is most of the rise.
 *
 * @param rises `null`: none come again
 */
export function regimeOf(rises: RepeatingRises | null, leadMs: number): Regime {
  if (rises === null || !isRepeated(rises)) return 'hardly repeats';
  const leads = rises.riseMs / leadMs;
  return leads <= leadsOfRegimes.quick ? 'quick' : leads < leadsOfRegimes.slow ? 'between' : 'slow';
}

/** Whether a load comes again by the clock in a way to speak of. */
export function isRepeated({ repeats }: Pick<RepeatingRises, 'repeats'>): boolean {
  return repeats >= leastRepeats;
}

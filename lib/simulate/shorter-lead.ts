import {
  type CarriedPolicy,
  costOf,
  isCarried,
  type PolicyFigures,
  type SetPolicy,
  violationLimitOf,
  type ViolationPrice,
} from '../plan/replay';
import { MINUTE_MS } from '../units';
import type { Physics } from './physics';
import { type BuiltPolicy, retuned, type Stretches } from './policies';
import type { Replay } from './replay';

/** What a policy would save if replicas on new nodes served sooner. */
export type ShorterLead = {
  /** So much less of boot and model load. */
  readonly ms: number;
  readonly policy: CarriedPolicy;
  /** Of its GPU-hours; where minutes in violation have a price, of its dollars for both. */
  readonly savedShare: number;
};

/** What caches of images and models, or warm nodes, may save of a lead; half of it where it is short. */
const usualCutMs = 5 * MINUTE_MS;

/**
 * Replays the window that is scored once more with a shorter lead, under the policy that was chosen. Its settings are chosen around those
 * that stand, in hindsight, with each lead alike: the cheapest with no more minutes in violation than it had, or the limit where that is more.
 * So what is told is the lead's doing, and not the luck of settings. A live floor looks as far ahead as the lead, and is learned anew for the
 * shorter one.
 *
 * @param built the policy with what it came to
 * @returns `null` where there is no lead to shorten
 */
export function shorterLead(
  { score, base: { outlooks }, live, relearned, minuteGpuHours }: Stretches,
  built: BuiltPolicy & { readonly scored: PolicyFigures },
  price: ViolationPrice | undefined,
): ShorterLead | null {
  const { name } = built;
  if (!isCarried(name)) return null;
  const { bootMs, modelLoadMs } = score.physics;
  const ms = Math.min(usualCutMs, Math.floor((bootMs + modelLoadMs) / (2 * MINUTE_MS)) * MINUTE_MS);
  if (ms <= 0) return null;
  const { violationMinutes, scoredMinutes } = built.scored;
  const limit = Math.max(violationLimitOf(built.name), scoredMinutes === 0 ? 0 : violationMinutes / scoredMinutes);
  const leastCost = (replay: Replay, learned: typeof live) =>
    costOf(retuned(replay, { outlooks, live: learned }, built as SetPolicy<CarriedPolicy>, { limit, minuteGpuHours }), price);
  const physics = shortened(score.physics, ms);
  const shorter = leastCost({ ...score, physics }, name === 'live' ? relearned(physics) : null);
  const savedShare = 1 - shorter / leastCost(score, live);
  return { ms, policy: name, savedShare: Math.max(0, savedShare) };
}

/** Boot and model load, each shorter in proportion. */
function shortened(physics: Physics, ms: number): Physics {
  const { bootMs, modelLoadMs } = physics;
  const kept = 1 - ms / (bootMs + modelLoadMs);
  return { ...physics, bootMs: kept * bootMs, modelLoadMs: kept * modelLoadMs };
}

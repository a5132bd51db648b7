import { MINUTE_MS } from '../units';
import type { Replay } from './run';

const known = new WeakMap<Replay, Uint8Array>();

/**
 * 1 for each tick of a replay that is scored: those of minutes of which all was observed. Violations, GPU-hours and the bound are of
 * these ticks alone. Worked out once for all policies.
 */
export function scoredTicks(replay: Replay): Uint8Array {
  const found = known.get(replay);
  if (found !== undefined) return found;
  const { load, from, to } = replay;
  const perMinute = MINUTE_MS / load.tickMs;
  const scored = new Uint8Array(to - from).fill(1);
  for (let tick = from; tick < to; tick++) {
    if (load.missing[tick] === 0) continue;
    const begin = Math.floor(tick / perMinute) * perMinute;
    scored.fill(0, Math.max(begin, from) - from, begin + perMinute - from);
  }
  known.set(replay, scored);
  return scored;
}

const counts = new WeakMap<Replay, number>();

/** How many ticks of a replay are scored; counted once for all policies. */
export function scoredCount(replay: Replay): number {
  const found = counts.get(replay) ?? scoredTicks(replay).reduce((sum, one) => sum + one, 0);
  counts.set(replay, found);
  return found;
}

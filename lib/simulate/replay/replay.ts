import { MINUTE_MS } from '../../units';
import { type Physics, ticksOf, type WaitSlo } from '../physics';
import type { RefinedLoad } from './load';

/** What is replayed: a stretch of a load, which may have a past that policies know. */
export type Replay = {
  readonly load: RefinedLoad;
  /** Ticks of the load that are replayed: from, and up to but without. */
  readonly from: number;
  readonly to: number;
  readonly physics: Physics;
  readonly slo: WaitSlo | null;
  /** Of what happens to nodes. */
  readonly seed: number;
};

/** Ticks of a load that are known at the beginning of a tick. */
export function knownTicks(physics: Physics, tick: number): number {
  return Math.max(0, tick - ticksOf(physics.metricLagMs));
}

const marks = new WeakMap<Replay, Uint8Array>();

/**
 * 1 for each tick of a replay that is scored: those of minutes of which all was observed. Violations, GPU-hours and the bound are of
 * these ticks alone. Worked out once for all policies.
 */
export function scoredTicks(replay: Replay): Uint8Array {
  const remembered = marks.get(replay);
  if (remembered !== undefined) return remembered;
  const { load, from, to } = replay;
  const perMinute = MINUTE_MS / load.tickMs;
  const scored = new Uint8Array(to - from).fill(1);
  for (let tick = from; tick < to; tick++) {
    if (load.missing[tick] === 0) continue;
    const begin = Math.floor(tick / perMinute) * perMinute;
    scored.fill(0, Math.max(begin, from) - from, begin + perMinute - from);
  }
  marks.set(replay, scored);
  return scored;
}

const counts = new WeakMap<Replay, number>();

/** How many ticks of a replay are scored; counted once for all policies. */
export function scoredCount(replay: Replay): number {
  const count = counts.get(replay) ?? scoredTicks(replay).reduce((sum, mark) => sum + mark, 0);
  counts.set(replay, count);
  return count;
}

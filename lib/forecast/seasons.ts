import { DAY_MS, WEEK_MS } from '../units';

/** A repetition that load follows: the day and the week. */
export type Season = {
  readonly ms: number;
  /** Whole steps in it, >= 2. */
  readonly steps: number;
};

/**
 * The day and the week in steps of the interval, shortest first. A season that is no whole number of steps is rounded when that
 * moves it by at most one percent (7 min: 205.7 steps a day become 206) and is left out otherwise (5 h: 4.8 steps).
 */
export function seasonsOf(intervalMs: number): readonly Season[] {
  return [DAY_MS, WEEK_MS].flatMap((ms) => {
    const steps = Math.round(ms / intervalMs);
    return steps >= 2 && Math.abs(steps * intervalMs - ms) <= 0.01 * ms ? [{ ms, steps }] : [];
  });
}

/** Those of which `length` values hold at least two. */
export function seasonsWithin(length: number, intervalMs: number): readonly Season[] {
  return seasonsOf(intervalMs).filter(({ steps }) => length >= 2 * steps);
}

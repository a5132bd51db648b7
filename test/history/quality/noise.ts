import { DAY_MS } from '../../../lib/units';
import type { DailyLevels } from '../../../lib/history/quality/level-shift';
import { monday } from '../support';

/** A stream of numbers in [0, 1) that a seed fixes (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers (Box and Muller). */
export function normalFrom(seed: number): () => number {
  const random = randomFrom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Noise of a given spread in which each value resembles the one before by `dependence`. */
export function dependentNoise(count: number, dependence: number, spread: number, next: () => number): number[] {
  let value = 0;
  const noise = Array.from({ length: count + 50 }, () => {
    value = dependence * value + spread * Math.sqrt(1 - dependence ** 2) * next();
    return value;
  });
  return noise.slice(50);
}

const weekdays = [1, 1.05, 1.1, 1.05, 1, 0.6, 0.5];

/** Daily levels around 100 with quieter weekends. */
export function noisyDays(count: number, dependence: number, next: () => number, spread = 0.15): number[] {
  return dependentNoise(count, dependence, spread, next).map((noise, day) => 100 * weekdays[day % 7] * Math.exp(noise));
}

export function daysOf(levels: readonly number[]): DailyLevels {
  return { start: monday, levels: Float64Array.from(levels) };
}

export const day = (index: number): number => monday + index * DAY_MS;

import type { Spread } from './types';

/** The mean of values of courses, and their quantiles, each a value that is among them. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (quantile: number) => sorted[Math.round(quantile * (sorted.length - 1))];
  return { mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length, p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}

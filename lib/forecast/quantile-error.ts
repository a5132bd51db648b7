import { normalQuantile } from './normal';

/**
 * The error that is not exceeded with the given probability, by errors of the past.
 *
 * The rank is conformal: ceil((n + 1) x probability) of n errors, the largest of them where there are too few. In the tails, from 0.9
 * up and from 0.1 down, it is the further out of that and the quantile of a normal distribution with their mean and variance, since
 * ranks alone cover too little after a shift of the level. (Measured at a nominal 0.95: ranks 0.92, normal 0.93, the further out 0.94.)
 *
 * @param sorted errors in ascending order; none gives 0
 * @see V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World" (2005), for the rank
 */
export function quantileError(sorted: Float64Array, probability: number): number {
  const n = sorted.length;
  if (n === 0) return 0;
  if (probability === 0.5) return (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
  const place = (n + 1) * probability;
  const rank = probability > 0.5 ? Math.ceil(place - rounding) : Math.floor(place + rounding);
  const ranked = sorted[Math.max(1, Math.min(n, rank)) - 1];
  if (probability > 0.1 && probability < 0.9) return ranked;
  const normal = normalError(sorted, probability);
  return probability > 0.5 ? Math.max(ranked, normal) : Math.min(ranked, normal);
}

const rounding = 1e-9;

function normalError(errors: Float64Array, probability: number): number {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const squares = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0);
  return mean + normalQuantile(probability) * Math.sqrt(squares / Math.max(1, errors.length - 1));
}

import { mean as meanOf } from '../../history';
import { normalQuantile } from '../../normal';
import { logOffset } from '../models';

/**
 * Makes a quantile wider by a further, independent uncertainty. The distance d of its logarithm from that of the median becomes sqrt(d^2 +
 * (z s)^2), where z is the normal quantile of `probability` and s the spread. Logarithms are taken of values raised by `offset`.
 *
 * @param offset > 0, in the unit of the values
 * @param spread standard deviation of the logarithm
 * @returns the wider quantile; the median (0.5) stays as it is
 */
export function widened(value: number, median: number, offset: number, probability: number, spread: number): number {
  const added = normalQuantile(probability) * spread;
  const side = Math.sign(added);
  const distance = Math.log((Math.max(0, value) + offset) / (Math.max(0, median) + offset));
  const widenedDistance = side === 0 ? distance : side * Math.hypot(side * distance > 0 ? distance : 0, added);
  return (Math.max(0, median) + offset) * Math.exp(widenedDistance) - offset;
}

/**
 * Makes the quantiles of a load wider by a further spread at every step; see `widened`. They never cross and are never below zero. Where
 * the mean of the load is zero they stay as they are.
 *
 * @param probabilities of the quantiles, ascending
 * @param spread standard deviation of the logarithm
 */
export function widenAll(
  mean: Float64Array,
  quantiles: readonly Float64Array[],
  probabilities: readonly number[],
  spread: number,
): readonly Float64Array[] {
  const offset = logOffset * meanOf(mean);
  if (!(offset > 0) || !(spread > 0)) return quantiles;
  const middle = probabilities.indexOf(0.5);
  const wide = quantiles.map(() => new Float64Array(mean.length));
  for (let step = 0; step < mean.length; step++) {
    let floor = 0;
    wide.forEach((path, q) => {
      const median = middle < 0 ? mean[step] : quantiles[middle][step];
      floor = path[step] = Math.max(floor, widened(quantiles[q][step], median, offset, probabilities[q], spread));
    });
  }
  return wide;
}

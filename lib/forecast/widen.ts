import { normalQuantile } from './normal';
import { mean as meanOf } from '../history';
import { logOffset } from './scale';

/**
 * A quantile with a further spread about the median: in logarithms of what is raised by `offset`, its distance d from the median becomes
 * sqrt(d^2 + (z s)^2), as for two independent normal causes; z is the normal quantile of `probability`, s the spread.
 *
 * @param offset > 0
 */
export function widened(value: number, median: number, offset: number, probability: number, spread: number): number {
  const further = normalQuantile(probability) * spread;
  const side = Math.sign(further);
  const distance = Math.log((Math.max(0, value) + offset) / (Math.max(0, median) + offset));
  const total = side === 0 ? distance : side * Math.hypot(side * distance > 0 ? distance : 0, further);
  return (Math.max(0, median) + offset) * Math.exp(total) - offset;
}

/** Quantiles of a load with a further spread at every step, never crossing and never below zero. Without a level they stay as they are. */
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

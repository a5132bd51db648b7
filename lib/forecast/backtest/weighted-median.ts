/**
 * Weighted median of values, smoothed: the mean of the values in the middle fifth of the weight. Two values of equal weight give their
 * mean, the result moves without jumps as the weights move, and values at either end that hold less than two fifths of the weight have no
 * influence.
 *
 * @param weights >= 0, at least one of them above 0
 * @example weightedMedian([1, 2, 100], [1, 1, 1]) // 2
 */
export function weightedMedian(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  const order: number[] = [];
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    if (!(weights[i] > 0)) continue;
    total += weights[i];
    let at = order.length;
    while (at > 0 && values[order[at - 1]] > values[i]) at -= 1;
    order.splice(at, 0, i);
  }
  const [from, to] = [0.4 * total, 0.6 * total];
  let below = 0;
  let sum = 0;
  let mass = 0;
  for (const i of order) {
    const above = below + weights[i];
    if (below <= from && above >= to) return values[i];
    const share = Math.max(0, Math.min(above, to) - Math.max(below, from));
    sum += share * values[i];
    mass += share;
    below = above;
  }
  return Math.max(values[order[0]], Math.min(values[order[order.length - 1]], sum / mass));
}

/**
 * Weighted median of values, smoothed: the mean of the middle fifth of the weight. Two equal weights give the mean of their values, the
 * result moves without jumps as weights move, and values that hold less than two fifths of the weight on one side have no say.
 *
 * @param weights >= 0, at least one above 0
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

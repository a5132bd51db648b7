/**
 * Median of weighted values, drawn straight between the middles of their shares: with two equal weights it is the mean, and it
 * moves without jumps as weights move.
 *
 * @param weights >= 0, at least one above 0
 */
export function weightedMedian(values: readonly number[], weights: readonly number[]): number {
  const order = values.map((_, i) => i).filter((i) => weights[i] > 0);
  order.sort((a, b) => values[a] - values[b] || a - b);
  const half = order.reduce((sum, i) => sum + weights[i], 0) / 2;
  let before = 0;
  let previous = { middle: -Infinity, value: values[order[0]] };
  for (const i of order) {
    const here = { middle: before + weights[i] / 2, value: values[i] };
    if (here.middle >= half) {
      const share = previous.middle === -Infinity ? 1 : (half - previous.middle) / (here.middle - previous.middle);
      return previous.value + share * (here.value - previous.value);
    }
    before += weights[i];
    previous = here;
  }
  return previous.value;
}

/** Statistics that a few wild values cannot move. None of them changes its input; NaN must not be in it. */

/** The middle value, or the mean of the middle two; NaN of nothing. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Linear between order statistics (Hyndman and Fan 1996, type 7, the default of R); NaN of nothing. */
export function quantile(values: ArrayLike<number>, share: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), share);
}

export function quantileOfSorted(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const value = sorted[low] ?? NaN;
  return at === low ? value : value + (at - low) * (sorted[low + 1] - value);
}

/** Standard deviation by the median absolute deviation: 1.4826 x MAD, which is consistent for a normal distribution. */
export function spread(values: ArrayLike<number>, centre = median(values)): number {
  return 1.4826 * median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranks(values: Float64Array): Float64Array {
  const order = Array.from(values, (_, index) => index).sort((a, b) => values[a] - values[b]);
  const ranked = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to += 1;
    for (let at = from; at < to; at += 1) ranked[order[at]] = (from + 1 + to) / 2;
    from = to;
  }
  return ranked;
}

export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += values[index];
  return total / values.length;
}

/** The line by the median of all slopes (Theil 1950, Sen 1968), for values one step apart, and what is left around it. */
export function trendOf(values: Float64Array): { readonly slope: number; readonly rest: Float64Array } {
  const slopes: number[] = [];
  values.forEach((value, index) => {
    for (let later = index + 1; later < values.length; later += 1) slopes.push((values[later] - value) / (later - index));
  });
  const slope = slopes.length === 0 ? 0 : median(slopes);
  const level = values.map((value, index) => value - slope * index);
  const centre = median(level);
  return { slope, rest: level.map((value) => value - centre) };
}

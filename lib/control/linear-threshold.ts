/** Sums over values at the places 0, 1, 2, ..., from which a line through them follows. */
export type Line = { readonly count: number; readonly sum: number; readonly products: number };

export const noLine: Line = { count: 0, sum: 0, products: 0 };

/** The line with one value more. */
export function extendLine({ count, sum, products }: Line, value: number): Line {
  return { count: count + 1, sum: sum + value, products: products + count * value };
}

/** The slope by least squares of values at the places 0, 1, 2, ... */
export function slopeOf({ count, sum, products }: Line): number {
  if (count < 2) return 0;
  const middle = (count - 1) / 2;
  return (products - middle * sum) / ((count * (count * count - 1)) / 12);
}

/**
 * The rule `linear-threshold`: a line through all that was observed, and a threshold. It asks for `more` where what the line says is above
 * 0.8 of the present load, for `fewer` where it is below 0.2 of it, and else for what there is. It predicts the last value plus the slope
 * times (24 - observations): after 24 observations it extrapolates backwards. It is there to be compared with.
 *
 * @param line through all observations, the last of which is `current`
 * @see the program of the document that foresize began with
 */
export function linearThreshold(line: Line, current: number): { readonly predicted: number; readonly asks: 'more' | 'fewer' | 'the same' } {
  const predicted = current + slopeOf(line) * (24 - line.count);
  return { predicted, asks: predicted > 0.8 * current ? 'more' : predicted < 0.2 * current ? 'fewer' : 'the same' };
}

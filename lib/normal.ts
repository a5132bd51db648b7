/**
 * Quantile of the standard normal distribution, relative error below 1.2e-9.
 *
 * @param probability in (0, 1)
 * @see P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003): rational approximations
 *   in the middle and in the tails
 */
export function normalQuantile(probability: number): number {
  if (probability > 0.5) return -normalQuantile(1 - probability);
  if (probability < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(probability));
    return polynomial(tail.above, q) / polynomial([...tail.below, 1], q);
  }
  const q = probability - 0.5;
  const r = q * q;
  return (polynomial(middle.above, r) * q) / polynomial([...middle.below, 1], r);
}

const middle = {
  above: [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239],
  below: [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572],
};

const tail = {
  above: [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783],
  below: [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416],
};

/** Coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

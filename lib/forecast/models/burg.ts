/**
 * Coefficients of an autoregression by Burg's method: always stable, in a few passes over the values.
 *
 * @param values with a mean of about 0, more of them than the order
 * @returns a(1)..a(order) of x(t) = a(1) x(t - 1) + ... + a(order) x(t - order)
 * @see J. P. Burg, "Maximum Entropy Spectral Analysis" (1975)
 */
export function burg(values: Float64Array, order: number): Float64Array {
  const n = values.length;
  const forward = values.slice();
  const backward = values.slice();
  let coefficients = new Float64Array(0);
  for (let k = 0; k < order; k++) {
    let cross = 0;
    let power = 0;
    for (let i = k + 1; i < n; i++) {
      cross += forward[i] * backward[i - 1];
      power += forward[i] * forward[i] + backward[i - 1] * backward[i - 1];
    }
    const reflection = power > 0 ? (2 * cross) / power : 0;
    const next = new Float64Array(k + 1);
    for (let i = 0; i < k; i++) next[i] = coefficients[i] - reflection * coefficients[k - 1 - i];
    next[k] = reflection;
    coefficients = next;
    for (let i = n - 1; i > k; i--) {
      const ahead = forward[i];
      forward[i] = ahead - reflection * backward[i - 1];
      backward[i] = backward[i - 1] - reflection * ahead;
    }
  }
  return coefficients;
}

/** Carries values on by an autoregression of their own about their mean. */
export function autoregress(values: Float64Array, order: number, steps: number): Float64Array {
  const n = values.length;
  let mean = 0;
  for (const value of values) mean += value / n;
  const centred = values.map((value) => value - mean);
  const coefficients = burg(centred, Math.min(order, n - 1));
  const line = new Float64Array(n + steps);
  line.set(centred);
  for (let t = n; t < n + steps; t++) for (let i = 0; i < coefficients.length; i++) line[t] += coefficients[i] * line[t - 1 - i];
  return line.subarray(n).map((value) => value + mean);
}

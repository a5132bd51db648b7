/**
 * Power of evenly spaced values by frequency, under a Hann window. `power[j]` belongs to the frequency of j / `length` cycles in a step,
 * for j in 0..length / 2.
 *
 * @returns `length` is the smallest power of two that is at least four times the number of values, so that every frequency has a place near
 *   it
 * @see J. W. Cooley, J. W. Tukey, "An Algorithm for the Machine Calculation of Complex Fourier Series", Math. Computation 19 (1965)
 */
export function powerSpectrum(values: Float64Array): { readonly length: number; readonly power: Float64Array } {
  const n = values.length;
  const length = 2 ** Math.ceil(Math.log2(Math.max(2, 4 * n)));
  const real = new Float64Array(length);
  const imaginary = new Float64Array(length);
  for (let i = 0; i < n; i++) real[i] = values[i] * (0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / n));
  fourierTransform(real, imaginary);
  return { length, power: Float64Array.from({ length: length / 2 + 1 }, (_, j) => real[j] ** 2 + imaginary[j] ** 2) };
}

/** Fast Fourier transform in place. The length is a power of two. */
function fourierTransform(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j], real[i]];
      [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const cosine = Math.cos((2 * Math.PI * k) / size);
      const sine = -Math.sin((2 * Math.PI * k) / size);
      for (let i = k; i < n; i += size) {
        const j = i + half;
        const re = real[j] * cosine - imaginary[j] * sine;
        const im = real[j] * sine + imaginary[j] * cosine;
        real[j] = real[i] - re;
        imaginary[j] = imaginary[i] - im;
        real[i] += re;
        imaginary[i] += im;
      }
    }
  }
}

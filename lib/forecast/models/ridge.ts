/** Sums of a weighted least-squares regression, to which rows are added one by one. */
export type NormalEquations = {
  /** Number of coefficients. */
  readonly size: number;
  /** X'X by rows, size x size; only the lower triangle is filled. */
  readonly products: Float64Array;
  /** X'y. */
  readonly right: Float64Array;
  /** Multiplies the weight of every row added so far by `share`. */
  readonly fade: (share: number) => void;
  /** Adds a row of regressors and the value that they should give. */
  readonly add: (row: Float64Array, target: number) => void;
};

/** Equations for `size` coefficients, without any row yet. */
export function normalEquations(size: number): NormalEquations {
  const products = new Float64Array(size * size);
  const right = new Float64Array(size);
  return {
    size,
    products,
    right,
    fade: (share) => {
      for (let i = 0; i < products.length; i++) products[i] *= share;
      for (let i = 0; i < size; i++) right[i] *= share;
    },
    add: (row, target) => {
      for (let i = 0; i < size; i++) {
        const x = row[i];
        if (x === 0) continue;
        right[i] += x * target;
        const at = i * size;
        for (let j = 0; j <= i; j++) products[at + j] += x * row[j];
      }
    },
  };
}

/**
 * Coefficients b of a ridge regression: the solution of (X'X + diag(penalty)) b = X'y, by Cholesky's decomposition.
 *
 * @param penalty of coefficient i, > 0
 * @see A. E. Hoerl, R. W. Kennard, "Ridge Regression: Biased Estimation for Nonorthogonal Problems", Technometrics 12 (1970)
 */
export function ridge({ size, products, right }: NormalEquations, penalty: (i: number) => number): Float64Array {
  const factor = products.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = factor[i * size + j] + (i === j ? penalty(i) : 0);
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      factor[i * size + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / factor[j * size + j];
    }
  }
  const solution = right.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) solution[i] -= factor[i * size + k] * solution[k];
    solution[i] /= factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solution[i] -= factor[k * size + i] * solution[k];
    solution[i] /= factor[i * size + i];
  }
  return solution;
}

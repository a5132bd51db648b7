import { mean } from '../history';

/** A monotone map of values and its inverse. */
export type Scale = { readonly forward: (value: number) => number; readonly back: (value: number) => number };

export function linearScale(): Scale {
  return { forward: (value) => value, back: (value) => value };
}

/**
 * Logarithm of the value and a twentieth of the mean: ratios count where load is, differences count near zero, and zero itself is
 * no special case. `null` where a value is negative or all are zero.
 */
export function logScale(values: Float64Array): Scale | null {
  const offset = logOffset * mean(values);
  if (!(offset > 0) || values.some((value) => value < 0)) return null;
  return {
    forward: (value) => Math.log(Math.max(0, value) + offset),
    back: (value) => Math.exp(Math.min(value, furthestLog)) - offset,
  };
}

/** Between 0.01 and 0.3 the error changes by less than two percent. */
export const logOffset = 0.05;

/** No path on the log scale is believed beyond this: its exponential would overflow. */
const furthestLog = 700;

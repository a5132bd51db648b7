import { normalQuantile } from './normal';

/** Errors in ascending order, each with its weight. */
export type SortedErrors = { readonly values: Float64Array; readonly weights: Float64Array };

/**
 * The error that is not exceeded with the given probability, by weighted errors of the past.
 *
 * The rank is conformal: the first error with (1 + 1 / n) x probability of the weight at or below it, the largest where there is none. In
 * the tails, from 0.9 up and from 0.1 down, it is the mean of that and the quantile of a normal distribution with their mean and
 * variance: ranks alone cover too little after a shift of the level, and follow a single wild day too closely.
 *
 * @param errors none gives 0
 * @see V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World" (2005), for the rank; R. F. Barber et al., "Conformal
 *   prediction beyond exchangeability", Annals of Statistics 51 (2023), for weights
 */
export function quantileError(errors: SortedErrors, probability: number): number {
  if (errors.values.length === 0) return 0;
  if (probability === 0.5) return (upperRank(errors, 0.5) + lowerRank(errors, 0.5)) / 2;
  const ranked = probability > 0.5 ? upperRank(errors, probability) : lowerRank(errors, probability);
  return probability > 0.1 && probability < 0.9 ? ranked : (ranked + normalError(errors, probability)) / 2;
}

function upperRank({ values, weights }: SortedErrors, probability: number): number {
  const wanted = rankWeight(weights, probability);
  let sum = 0;
  for (let i = 0; i < values.length; i++) if ((sum += weights[i]) >= wanted) return values[i];
  return values[values.length - 1];
}

function lowerRank({ values, weights }: SortedErrors, probability: number): number {
  const wanted = rankWeight(weights, 1 - probability);
  let sum = 0;
  for (let i = values.length - 1; i >= 0; i--) if ((sum += weights[i]) >= wanted) return values[i];
  return values[0];
}

function rankWeight(weights: Float64Array, probability: number): number {
  let total = 0;
  for (const weight of weights) total += weight;
  return probability * total * (1 + 1 / weights.length) * (1 - rounding);
}

const rounding = 1e-9;

function normalError({ values, weights }: SortedErrors, probability: number): number {
  let [total, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    total += weights[i];
    sum += weights[i] * values[i];
  }
  const mean = sum / total;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += weights[i] * (values[i] - mean) ** 2;
  return mean + normalQuantile(probability) * Math.sqrt(squares / total);
}

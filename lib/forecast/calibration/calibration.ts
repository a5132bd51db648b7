import type { Backtest, Choice } from '../backtest';
import { errorsOf, shift, slotsOf, spreadOf, type ErrorForm, type Errors, type Slots } from './errors';
import { scaleAt, scaleOf, standardised, type ErrorScale } from './error-scale';
import { widenedTowards } from './last-week';
import { normalQuantile } from '../../normal';

/** What the errors of the backtest tell about the errors to come. */
export type Calibration = {
  readonly form: ErrorForm;
  /** How large an error is to be expected where and when. */
  readonly scale: ErrorScale;
  /** The past errors in units of the scale. */
  readonly errors: SortedErrors;
  /** Factor on the errors: above 1 where the errors of the last days are larger than those of all origins, below 1 where they are smaller. */
  readonly lately: number;
  /** The errors that this was learned from, kept to assess the quantiles. */
  readonly evidence: Errors;
};

/** What a calibration must know of the series. */
export type CalibrationOptions = {
  /** Whether the load cannot be negative. */
  readonly nonNegative: boolean;
  /** Steps of the day and the week, shortest first. */
  readonly periods: readonly number[];
  /** Weights of the origins, > 0. @default all 1 */
  readonly weights?: readonly number[];
};

/** A path to draw quantiles around, with what the size of its errors depends on. */
export type Outlook = {
  readonly path: Float64Array;
  /** Mean distance of the models from the path, step by step. */
  readonly spread: Float64Array;
  /** Index in the series of the first step of the path. */
  readonly origin: number;
  /** Mean of the values that the models of the path were trained on. */
  readonly level: number;
  /** Another path that quantiles are widened towards, where the backtest cannot tell that it is unlikely. @default none */
  readonly alternative?: Float64Array | null;
};

/** The paths that were chosen from a backtest, and the spread of the models about them. */
export type Chosen = Pick<Choice, 'paths' | 'spreads'>;

/**
 * Learns from the errors in the backtest how large errors are and how they are distributed.
 *
 * Each error is divided by the error that was to be expected at its time of the day, so many steps ahead, with the models so far apart. The
 * errors in these units make one distribution, with enough errors for its tails.
 *
 * Errors are measured as differences. For a load that is never negative they are measured as ratios where that makes the pinball loss at
 * 0.8, 0.9 and 0.95 at least a tenth smaller, with the quantiles of each origin taken from the errors at the other origins.
 *
 * @param chosen the paths that were chosen from the backtest, and the spread of the models about them
 */
export function calibrate(backtest: Backtest, chosen: Chosen, { nonNegative, periods, weights }: CalibrationOptions): Calibration {
  const slots = slotsOf(periods);
  const learned = (form: ErrorForm) =>
    learn(errorsOf(backtest, chosen.paths, chosen.spreads, form, slots, weights), slots, backtest.testedSteps);
  const additive = learned('additive');
  if (!nonNegative || !backtest.levels.every((level) => level > 0)) return additive;
  const multiplicative = learned('multiplicative');
  const loss = (calibration: Calibration) => roughLoss(backtest, chosen, calibration);
  return loss(multiplicative) < clearAdvantage * loss(additive) ? multiplicative : additive;
}

/** Ratios are used only where their loss is below this share of that of differences: they become very large where the load is small. */
const clearAdvantage = 0.9;

/**
 * Makes a calibration from past errors.
 *
 * @param testedSteps how many steps ahead the errors reach
 */
export function learn(evidence: Errors, slots: Slots, testedSteps: number): Calibration {
  const scale = scaleOf(evidence, slots, testedSteps);
  const units = standardised(evidence, scale);
  return {
    form: evidence.form,
    scale,
    errors: sorted(ascending(units), units, evidence),
    lately: latelyOf(units, evidence, slots),
    evidence,
  };
}

/** Indexes of the values in ascending order of the values. */
export function ascending(units: Float64Array): Uint32Array {
  return Uint32Array.from(units, (_, i) => i).sort((a, b) => units[a] - units[b] || a - b);
}

/** The errors in the given order; those of the origin `without` are left out (-1 for none). */
export function sorted(order: Uint32Array, units: Float64Array, { weight, origin }: Errors, without = -1): SortedErrors {
  const kept = without < 0 ? order : order.filter((i) => origin[i] !== without);
  return { values: Float64Array.from(kept, (i) => units[i]), weights: Float64Array.from(kept, (i) => weight[i]) };
}

/**
 * The factor `Calibration.lately`: the mean absolute error of the last days against that of all origins. After a shift of the level it
 * makes the quantiles wider within hours, and narrower again as the models learn the new level.
 */
function latelyOf(units: Float64Array, { weight, age }: Errors, { period }: Slots): number {
  const halfLife = 1.5 * (period > 1 ? period : 24);
  let [recentErrors, recentWeight, allErrors, allWeight] = [0, 0, 0, 0];
  for (let i = 0; i < units.length; i++) {
    const recency = 0.5 ** (age[i] / halfLife);
    recentErrors += recency * Math.abs(units[i]);
    recentWeight += recency;
    allErrors += weight[i] * Math.abs(units[i]);
    allWeight += weight[i];
  }
  if (!(allErrors > 0)) return 1;
  const meanError = allErrors / allWeight;
  return Math.min(
    largestFactor,
    Math.max(smallestFactor, ((recentErrors + latelyPrior * meanError) / ((recentWeight + latelyPrior) * meanError)) ** latelyPower),
  );
}

const latelyPrior = 6;
const latelyPower = 0.2;
const smallestFactor = 0.8;
const largestFactor = 2;

/**
 * Quantiles around a path, one for each of the ascending probabilities; they never cross. Steps beyond the tested ones have the largest
 * scale of the tested ones.
 */
export function quantilesAround(
  outlook: Outlook,
  { form, scale, errors, lately }: Pick<Calibration, 'form' | 'scale' | 'errors' | 'lately'>,
  probabilities: readonly number[],
  nonNegative: boolean,
): Float64Array[] {
  const median = quantileError(errors, 0.5);
  const shifts = probabilities.map((probability) => lately * (quantileError(errors, probability) - medianShare(probability) * median));
  return around(outlook, form, scale, shifts, probabilities, nonNegative);
}

/**
 * Share of the median error that is subtracted from an error before it is added to a path: 1 at the median, 0.5 from 0.3 away in
 * probability. A median error of the past is put down to chance. (Measured: to correct a path by its past median error makes its error 2 %
 * larger.)
 */
function medianShare(probability: number): number {
  return Math.max(0.5, 1 - (Math.abs(probability - 0.5) / 0.3) * 0.5);
}

function around(
  { path, spread, origin, level, alternative }: Outlook,
  form: ErrorForm,
  scale: ErrorScale,
  shifts: readonly number[],
  probabilities: readonly number[],
  nonNegative: boolean,
): Float64Array[] {
  const quantiles = shifts.map(() => new Float64Array(path.length));
  for (let step = 0; step < path.length; step++) {
    const size = scaleAt(scale, origin + step, step, spreadOf(form, path[step], spread[step], level));
    let floor = nonNegative ? 0 : -Infinity;
    for (let q = 0; q < shifts.length; q++) {
      const tested = shift(form, path[step], shifts[q] * size, level);
      const value = alternative ? widenedTowards(alternative[step], tested, path[step], probabilities[q]) : tested;
      floor = quantiles[q][step] = Math.max(floor, value);
    }
  }
  return quantiles;
}

/**
 * Sum of the pinball loss at three upper quantiles, with those of each origin taken from the errors at the other origins, but in the scale
 * of all origins. That is exact enough to choose between differences and ratios.
 */
function roughLoss({ actual, levels, origins }: Backtest, { paths, spreads }: Chosen, { form, scale, evidence }: Calibration): number {
  const units = standardised(evidence, scale);
  const order = ascending(units);
  const tails = [0.8, 0.9, 0.95];
  let loss = 0;
  paths.forEach((path, o) => {
    const spread = spreads[o];
    if (path === null || spread === null) return;
    const errors = sorted(order, units, evidence, o);
    const quantiles = quantilesAround(
      { path, spread, origin: origins[o], level: levels[o] },
      { form, scale, errors, lately: 1 },
      tails,
      true,
    );
    quantiles.forEach((quantile, q) =>
      actual[o].forEach((observed, lead) => {
        if (!Number.isNaN(observed)) loss += pinballLoss(observed - quantile[lead], tails[q]);
      }),
    );
  });
  return loss;
}

/** Loss of a quantile that an observation exceeds by `excess`, which may be negative. */
export function pinballLoss(excess: number, probability: number): number {
  return Math.max(probability * excess, (probability - 1) * excess);
}

/** Errors in ascending order, each with its weight. */
export type SortedErrors = { readonly values: Float64Array; readonly weights: Float64Array };

/**
 * The error that is not exceeded with the given probability, from weighted past errors.
 *
 * It is the conformal rank: the first error up to which (1 + 1/n) x probability of the weight lies, or the largest error where there is
 * none such. At probabilities from 0.9 up and from 0.1 down it is the mean of that and the quantile of a normal distribution with the mean
 * and the variance of the errors, since ranks alone cover too little after a shift of the level and follow a single unusual day too
 * closely.
 *
 * @param errors without errors the result is 0
 * @param probability in (0, 1)
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
  const rank = rankWeight(weights, probability);
  let sum = 0;
  for (let i = 0; i < values.length; i++) if ((sum += weights[i]) >= rank) return values[i];
  return values[values.length - 1];
}

function lowerRank({ values, weights }: SortedErrors, probability: number): number {
  const rank = rankWeight(weights, 1 - probability);
  let sum = 0;
  for (let i = values.length - 1; i >= 0; i--) if ((sum += weights[i]) >= rank) return values[i];
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

import type { Backtest, Choice } from '../backtest';
import { errorsOf, shift, slotsOf, spreadOf, type ErrorForm, type Errors, type Slots } from './errors';
import { scaleAt, scaleOf, standardised, type ErrorScale } from './error-scale';
import { normalQuantile } from './normal';

/** What past errors say about the errors to come. */
export type Calibration = {
  readonly form: ErrorForm;
  readonly scale: ErrorScale;
  /** In units of the scale. */
  readonly errors: SortedErrors;
  /** How much larger errors have been lately than the weights of the origins say; 1 is as usual. */
  readonly lately: number;
  /** What it was learned from, by form, to judge it by. */
  readonly evidence: Errors;
};

export type CalibrationOptions = {
  readonly nonNegative: boolean;
  /** Steps of the day and the week, shortest first. */
  readonly periods: readonly number[];
  /** Of the origins, > 0. @default all alike */
  readonly weights?: readonly number[];
};

/** A path to draw quantiles around. */
export type Outlook = {
  readonly path: Float64Array;
  /** How far the models lie apart, step by step. */
  readonly spread: Float64Array;
  /** Place of the first step in the series. */
  readonly origin: number;
  /** Mean of the training that the path came from. */
  readonly level: number;
};

type Chosen = Pick<Choice, 'paths' | 'spreads'>;

/**
 * Learns the errors of what was chosen: differences, or ratios where those have a clearly smaller pinball loss at 0.8, 0.9 and 0.95 when
 * each origin is predicted from the others; ratios are for loads that are never negative.
 *
 * Each error is taken in units of what was to be expected at its time of the day, at its lead and with the models as far apart as they
 * were; all errors in these units make one distribution, which has enough of them for a tail.
 */
export function calibrate(backtest: Backtest, chosen: Chosen, { nonNegative, periods, weights }: CalibrationOptions): Calibration {
  const slots = slotsOf(periods);
  const learned = (form: ErrorForm) =>
    learn(errorsOf(backtest, chosen.paths, chosen.spreads, form, slots, weights), slots, backtest.testedSteps);
  const additive = learned('additive');
  if (!nonNegative || !backtest.levels.every((level) => level > 0)) return additive;
  const multiplicative = learned('multiplicative');
  const loss = (calibration: Calibration) => roughLoss(backtest, chosen, calibration);
  return loss(multiplicative) < clearly * loss(additive) ? multiplicative : additive;
}

/** Ratios blow up where the load is small: a small lead is not worth it. */
const clearly = 0.9;

/** Makes a calibration of errors. */
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

function ascending(units: Float64Array): Uint32Array {
  return Uint32Array.from(units, (_, i) => i).sort((a, b) => units[a] - units[b] || a - b);
}

function sorted(order: Uint32Array, units: Float64Array, { weight, origin }: Errors, without = -1): SortedErrors {
  const kept = without < 0 ? order : order.filter((i) => origin[i] !== without);
  return { values: Float64Array.from(kept, (i) => units[i]), weights: Float64Array.from(kept, (i) => weight[i]) };
}

/** Misses of the last days against all: after a shift of the level quantiles widen within hours, and narrow again as it is learned. */
function latelyOf(units: Float64Array, { weight, age }: Errors, { period }: Slots): number {
  const halfLife = 1.5 * (period > 1 ? period : 24);
  let [recent, near, all, total] = [0, 0, 0, 0];
  for (let i = 0; i < units.length; i++) {
    const one = 0.5 ** (age[i] / halfLife);
    recent += one * Math.abs(units[i]);
    near += one;
    all += weight[i] * Math.abs(units[i]);
    total += weight[i];
  }
  if (!(all > 0)) return 1;
  const usual = all / total;
  return Math.min(widest, Math.max(narrowest, ((recent + latelyPrior * usual) / ((near + latelyPrior) * usual)) ** latelyPower));
}

const latelyPrior = 6;
const latelyPower = 0.2;
const narrowest = 0.8;
const widest = 2;

/** Quantiles around a path, never crossing. Beyond the tested leads the largest scale carries on. */
export function quantilesAround(
  outlook: Outlook,
  { form, scale, errors, lately }: Pick<Calibration, 'form' | 'scale' | 'errors' | 'lately'>,
  probabilities: readonly number[],
  nonNegative: boolean,
): Float64Array[] {
  const median = quantileError(errors, 0.5);
  const shifts = probabilities.map((probability) => lately * (quantileError(errors, probability) - unbiased(probability) * median));
  return around(outlook, form, scale, shifts, nonNegative);
}

/**
 * Share of the median error that is put down to chance: all of it at the median, half of it in the tails. (Measured: to correct a path by
 * its past median error adds 2 % to its error.)
 */
function unbiased(probability: number): number {
  return Math.max(0.5, 1 - (Math.abs(probability - 0.5) / 0.3) * 0.5);
}

function around(
  { path, spread, origin, level }: Outlook,
  form: ErrorForm,
  scale: ErrorScale,
  shifts: readonly number[],
  nonNegative: boolean,
): Float64Array[] {
  const quantiles = shifts.map(() => new Float64Array(path.length));
  for (let step = 0; step < path.length; step++) {
    const size = scaleAt(scale, origin + step, step, spreadOf(form, path[step], spread[step], level));
    let floor = nonNegative ? 0 : -Infinity;
    for (let q = 0; q < shifts.length; q++) floor = quantiles[q][step] = Math.max(floor, shift(form, path[step], shifts[q] * size, level));
  }
  return quantiles;
}

/** Pinball loss at three tails, each origin predicted from the errors of the others, in the scale of all: enough to choose a form by. */
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
      actual[o].forEach((came, lead) => {
        if (!Number.isNaN(came)) loss += pinballLoss(came - quantile[lead], tails[q]);
      }),
    );
  });
  return loss;
}

function pinballLoss(excess: number, probability: number): number {
  return Math.max(probability * excess, (probability - 1) * excess);
}

/** How the quantiles would have done, by quantile: each origin's are learned from the other origins. NaN where nothing was observed. */
export type Assessment = {
  /** Share of observations at or below. */
  readonly coverage: readonly number[];
  /** Mean pinball loss, in the unit of the series. */
  readonly pinball: readonly number[];
};

export function assess(
  { actual, levels, origins, testedSteps }: Backtest,
  { paths, spreads }: Chosen,
  { form, evidence, scale: { slots } }: Calibration,
  probabilities: readonly number[],
  nonNegative: boolean,
): Assessment {
  const below = probabilities.map(() => 0);
  const loss = probabilities.map(() => 0);
  let count = 0;
  paths.forEach((path, o) => {
    const spread = spreads[o];
    if (path === null || spread === null) return;
    const scale = scaleOf(evidence, slots, testedSteps, o);
    const units = standardised(evidence, scale);
    const errors = sorted(ascending(units), units, evidence, o);
    const outlook = { path, spread, origin: origins[o], level: levels[o] };
    const quantiles = quantilesAround(outlook, { form, scale, errors, lately: 1 }, probabilities, nonNegative);
    actual[o].forEach((came, lead) => {
      if (Number.isNaN(came)) return;
      count += 1;
      quantiles.forEach((quantile, q) => {
        const excess = came - quantile[lead];
        if (excess <= 1e-9 * Math.abs(came)) below[q] += 1;
        loss[q] += pinballLoss(excess, probabilities[q]);
      });
    });
  });
  return { coverage: below.map((n) => n / count), pinball: loss.map((sum) => sum / count) };
}

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

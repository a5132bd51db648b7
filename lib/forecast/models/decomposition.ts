import { WEEK_MS } from '../../units';
import { seasonsOf } from '../training-data';
import type { ScaleKind, Sweep } from './sweep';
import { pathOf, type Model } from './model';

/** Seasons by decomposition, trend and remainder carried on by AR(3), on the scale of the values; see `decompositionOn`. */
export const decompositionAr = decompositionOn('decomposition-ar', 'linear', false);

/** As `decompositionAr`, on the log scale, for loads that are never negative. */
export const decompositionArLog = decompositionOn('decomposition-ar-log', 'log', false);

/** As `decompositionAr`, with ARMA(2, 1) through the `arima` package in place of AR(3). */
export const decompositionArima = decompositionOn('decomposition-arima', 'linear', true);

/** As `decompositionArima`, on the log scale, for loads that are never negative. */
export const decompositionArimaLog = decompositionOn('decomposition-arima-log', 'log', true);

/**
 * A model that repeats the seasons found by MSTL and carries trend and remainder on in two ways. In the first, the trend stays at its last
 * level and an ARMA model of the remainder is added. In the second, one ARMA model carries on the sum of trend and remainder, which returns
 * to its mean. Nothing in the series tells whether a new level will stay, so the path is the mean of the two. ARMA is fitted to the last
 * week, and to at least 168 values. (Measured on the hourly traces, log scale, error relative to seasonal naive: first way 0.79, second way
 * 0.74, their mean 0.73.)
 *
 * @param guarded whether ARMA runs through the `arima` package
 * @see lib/forecast/models/mstl.ts
 */
function decompositionOn(name: string, kind: ScaleKind, guarded: boolean): Model {
  return {
    name,
    guarded,
    nonNegativeOnly: kind === 'log',
    smallestTraining: (intervalMs) => Math.max(smallestFit, 2 * (seasonsOf(intervalMs)[0]?.steps ?? Infinity)),
    paths: (sweep, arma) =>
      sweep.origins.map((origin) => {
        const scaled = sweep.scaled(kind);
        if (scaled === null) throw new Error('the log scale needs values that are never negative');
        return carryOn(sweep, origin, kind, guarded ? (values) => arma(values, order, sweep.steps) : null).map(scaled.back);
      }),
  };
}

/** With fewer values, three coefficients cannot be estimated. */
const smallestFit = 14;

/** A remainder that is nowhere above this share of the largest trend or season is a rounding error. */
const negligible = 1e-9;

/** ARMA is fitted to at least this many values, also where a week has fewer. */
const fewestRecent = 168;

const order = { p: 2, q: 1 };
const autoregressive = 3;

function carryOn(sweep: Sweep, origin: number, kind: ScaleKind, arma: ((values: Float64Array) => Float64Array) | null): Float64Array {
  const decomposed = sweep.decomposition(origin, kind);
  if (decomposed === null) throw new Error('the training holds no season twice');
  const { periods, seasonals, trend, remainder } = decomposed;
  const n = remainder.length;
  const recent = Math.max(0, n - Math.max(fewestRecent, Math.ceil(WEEK_MS / sweep.intervalMs)));
  const extend = arma ?? ((values: Float64Array) => autoregress(values, autoregressive, sweep.steps));
  const varies = largestMagnitude(remainder) > negligible * Math.max(largestMagnitude(trend), ...seasonals.map(largestMagnitude));
  const heldPath = varies ? extend(remainder.slice(recent)) : new Float64Array(sweep.steps);
  const level = trend[n - 1];
  const returningPath = varies ? extend(remainder.map((value, t) => value + trend[t]).slice(recent)) : heldPath.map(() => level);
  return pathOf(sweep.steps, (step) => {
    let season = 0;
    periods.forEach((period, i) => (season += seasonals[i][n - period + (step % period)]));
    return season + (heldPath[step] + level + returningPath[step]) / 2;
  });
}

function largestMagnitude(values: Float64Array): number {
  let magnitude = 0;
  for (const value of values) magnitude = Math.max(magnitude, Math.abs(value));
  return magnitude;
}

/**
 * Coefficients of an autoregression by Burg's method. The fitted model is always stable, and the method needs only a few passes over the
 * values.
 *
 * @param values with a mean of about 0; more of them than `order`
 * @param order number of coefficients
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

/**
 * Carries values on by an autoregression about their mean, whose coefficients are fitted to the same values by `burg`.
 *
 * @returns the next `steps` values
 */
export function autoregress(values: Float64Array, order: number, steps: number): Float64Array {
  const n = values.length;
  let mean = 0;
  for (const value of values) mean += value / n;
  const centred = values.map((value) => value - mean);
  const coefficients = burg(centred, Math.min(order, n - 1));
  const deviations = new Float64Array(n + steps);
  deviations.set(centred);
  for (let t = n; t < n + steps; t++)
    for (let i = 0; i < coefficients.length; i++) deviations[t] += coefficients[i] * deviations[t - 1 - i];
  return deviations.subarray(n).map((value) => value + mean);
}

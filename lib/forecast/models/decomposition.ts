import { WEEK_MS } from '../../units';
import { seasonsOf } from '../training-data';
import type { ScaleKind, Sweep } from './sweep';
import { pathOf, type Model } from './model';

/** Day and week by decomposition, what is left by AR(3), on the scale of the values. */
export const decompositionAr = decompositionOn('decomposition-ar', 'linear', false);

/** The same on the log scale, for loads that are never negative. */
export const decompositionArLog = decompositionOn('decomposition-ar-log', 'log', false);

/** What is left by ARMA(2, 1) through the `arima` package. */
export const decompositionArima = decompositionOn('decomposition-arima', 'linear', true);

/** The same on the log scale. */
export const decompositionArimaLog = decompositionOn('decomposition-arima-log', 'log', true);

/**
 * The seasons come from MSTL and are repeated. What they leave is carried on twice: with the slow trend held at its last level and an
 * ARMA model for the remainder about it, and with an ARMA model for trend and remainder together, which falls back to the mean of the
 * last week. Nothing in the series says whether a new level stays, so the path is the mean of the two. ARMA is fitted to the last week
 * alone. (Measured on the hourly traces, log scale, error relative to seasonal naive: held 0.79, falling back 0.74, their mean 0.73.)
 *
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

/** Fewer values say nothing about three coefficients. */
const smallestFit = 14;

/** A spread below this share of the largest value is rounding, not load. */
const negligible = 1e-9;

/** Values that ARMA sees at least, however few make a week. */
const fewestRecent = 168;

const order = { p: 2, q: 1 };
const autoregressive = 3;

function carryOn(sweep: Sweep, origin: number, kind: ScaleKind, arma: ((values: Float64Array) => Float64Array) | null): Float64Array {
  const decomposed = sweep.decomposition(origin, kind);
  if (decomposed === null) throw new Error('the training holds no season twice');
  const { periods, seasonals, trend, remainder } = decomposed;
  const n = remainder.length;
  const recent = Math.max(0, n - Math.max(fewestRecent, Math.ceil(WEEK_MS / sweep.intervalMs)));
  const carry = arma ?? ((values: Float64Array) => autoregress(values, autoregressive, sweep.steps));
  const spread = largest(remainder) > negligible * Math.max(largest(trend), ...seasonals.map(largest));
  const held = spread ? carry(remainder.slice(recent)) : new Float64Array(sweep.steps);
  const level = trend[n - 1];
  const returning = spread ? carry(remainder.map((value, t) => value + trend[t]).slice(recent)) : held.map(() => level);
  return pathOf(sweep.steps, (step) => {
    let season = 0;
    periods.forEach((period, i) => (season += seasonals[i][n - period + (step % period)]));
    return season + (held[step] + level + returning[step]) / 2;
  });
}

function largest(values: Float64Array): number {
  let size = 0;
  for (const value of values) size = Math.max(size, Math.abs(value));
  return size;
}

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

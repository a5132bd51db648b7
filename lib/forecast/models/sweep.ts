import { fillFromPast, longestTraining, seasonsOf, seasonsWithin } from '../training-data';
import { mstl, type Decomposition } from './mstl';
import { mean } from '../../history';
import type { FitTask } from '../types';

/** A complete series and the places that it is to be forecast from. What a model says at an origin rests on the values before it alone. */
export type Sweep = {
  /** Complete; what was missing is filled from its past. */
  readonly values: Float64Array;
  /** 1 where a value was missing. */
  readonly missing: Uint8Array;
  readonly intervalMs: number;
  /** Index of the first value forecast, ascending. */
  readonly origins: readonly number[];
  readonly steps: number;
  /** Steps of the day and of the week, shortest first, as far as the interval has them. */
  readonly periods: readonly number[];
  /** Steps of the seasons found beside them, the strongest first. */
  readonly cycles: readonly number[];
  /** The values on a scale of their own, known before the first origin; `null` where there is no log scale. */
  readonly scaled: (kind: ScaleKind) => ScaledValues | null;
  /** MSTL of the training before an origin, kept for the next model that asks. */
  readonly decomposition: (origin: number, kind: ScaleKind) => Decomposition | null;
};

export type ScaleKind = 'linear' | 'log';
export type ScaledValues = Scale & { readonly values: Float64Array };

export function sweepOf({ values, intervalMs, origins, steps, cycles = [] }: Omit<FitTask, 'models'>): Sweep {
  const complete = fillFromPast(values, intervalMs);
  const periods = seasonsOf(intervalMs).map((season) => season.steps);
  const scales = new Map<ScaleKind, ScaledValues | null>();
  const scaled = (kind: ScaleKind) => {
    const known = scales.get(kind);
    if (known !== undefined) return known;
    const scale = kind === 'log' ? logScale(complete.values.subarray(0, origins[0])) : linearScale();
    const result = scale && { ...scale, values: complete.values.map(scale.forward) };
    scales.set(kind, result);
    return result;
  };
  const decompositions = new Map<string, Decomposition | null>();
  const decomposition = (origin: number, kind: ScaleKind) => {
    const key = `${kind} ${origin}`;
    const known = decompositions.get(key);
    if (known !== undefined) return known;
    const training = scaled(kind)?.values.subarray(Math.max(0, origin - longestTraining(intervalMs)), origin);
    const within = training === undefined ? [] : periodsWithin(training.length, intervalMs, cycles);
    const result = training === undefined || within.length === 0 ? null : mstl(training, within);
    decompositions.set(key, result);
    return result;
  };
  return { ...complete, intervalMs, origins, steps, periods, cycles, scaled, decomposition };
}

/** The day, the week and what was found, shortest first, as far as the training holds two. */
function periodsWithin(length: number, intervalMs: number, cycles: readonly number[]): number[] {
  const known = seasonsWithin(length, intervalMs).map((season) => season.steps);
  return [...new Set([...known, ...cycles.filter((steps) => length >= 2 * steps)])].sort((a, b) => a - b);
}

/** Mean of the values from `from` up to `to`, or 0 where there are none. */
export function meanBetween(values: Float64Array, from: number, to: number): number {
  return to > from ? mean(values.subarray(from, to)) : 0;
}

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

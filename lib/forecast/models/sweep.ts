import { fillFromPast, longestTraining, seasonsOf, seasonsWithin } from '../training-data';
import { mstl, type Decomposition } from './mstl';
import { mean } from '../../history';
import type { FitTask } from '../types';

/** A complete series and the origins to forecast it from. What a model computes for an origin must depend only on the values before it. */
export type Sweep = {
  /** Without NaN: a missing value is filled from the values before it. */
  readonly values: Float64Array;
  /** 1 where a value was missing. */
  readonly missing: Uint8Array;
  readonly intervalMs: number;
  /** Indexes of the first value to forecast, ascending. */
  readonly origins: readonly number[];
  readonly steps: number;
  /** Steps of the day and of the week, shortest first, without those that do not fit the interval. */
  readonly periods: readonly number[];
  /** Steps of the seasons found beside the day and the week, the strongest first. */
  readonly cycles: readonly number[];
  /** The values on a scale that is set by the values before the first origin; `null` where these have no log scale. */
  readonly scaled: (kind: ScaleKind) => ScaledValues | null;
  /** MSTL of the training before an origin; `null` where the training holds no season twice. Computed once for all models. */
  readonly decomposition: (origin: number, kind: ScaleKind) => Decomposition | null;
};

export type ScaleKind = 'linear' | 'log';
/** A scale and the values of a sweep on it. */
export type ScaledValues = Scale & { readonly values: Float64Array };

/** Prepares the series of a task for the models: fills what is missing and keeps what several models need. */
export function sweepOf({ values, intervalMs, origins, steps, cycles = [] }: Omit<FitTask, 'models'>): Sweep {
  const complete = fillFromPast(values, intervalMs);
  const periods = seasonsOf(intervalMs).map((season) => season.steps);
  const scales = new Map<ScaleKind, ScaledValues | null>();
  const scaled = (kind: ScaleKind) => {
    const cached = scales.get(kind);
    if (cached !== undefined) return cached;
    const scale = kind === 'log' ? logScale(complete.values.subarray(0, origins[0])) : linearScale();
    const result = scale && { ...scale, values: complete.values.map(scale.forward) };
    scales.set(kind, result);
    return result;
  };
  const decompositions = new Map<string, Decomposition | null>();
  const decomposition = (origin: number, kind: ScaleKind) => {
    const key = `${kind} ${origin}`;
    const cached = decompositions.get(key);
    if (cached !== undefined) return cached;
    const training = scaled(kind)?.values.subarray(Math.max(0, origin - longestTraining(intervalMs)), origin);
    const trainingPeriods = training === undefined ? [] : periodsWithin(training.length, intervalMs, cycles);
    const result = training === undefined || trainingPeriods.length === 0 ? null : mstl(training, trainingPeriods);
    decompositions.set(key, result);
    return result;
  };
  return { ...complete, intervalMs, origins, steps, periods, cycles, scaled, decomposition };
}

/** Steps of the day, of the week and of the seasons found, shortest first, of which the training holds two cycles. */
function periodsWithin(length: number, intervalMs: number, cycles: readonly number[]): number[] {
  const calendarPeriods = seasonsWithin(length, intervalMs).map((season) => season.steps);
  return [...new Set([...calendarPeriods, ...cycles.filter((steps) => length >= 2 * steps)])].sort((a, b) => a - b);
}

/** Mean of the values from `from` up to `to`, or 0 where there are none. */
export function meanBetween(values: Float64Array, from: number, to: number): number {
  return to > from ? mean(values.subarray(from, to)) : 0;
}

/** A monotone function of the values and its inverse. */
export type Scale = { readonly forward: (value: number) => number; readonly back: (value: number) => number };

export function linearScale(): Scale {
  return { forward: (value) => value, back: (value) => value };
}

/**
 * The scale ln(value + offset), with a twentieth of the mean as offset: it measures ratios where the load is large and differences where it
 * is near zero, and zero needs no special case. `null` where a value is negative or all are zero.
 */
export function logScale(values: Float64Array): Scale | null {
  const offset = logOffset * mean(values);
  if (!(offset > 0) || values.some((value) => value < 0)) return null;
  return {
    forward: (value) => Math.log(Math.max(0, value) + offset),
    back: (value) => Math.exp(Math.min(value, largestLog)) - offset,
  };
}

/** The offset of the log scale, as a share of the mean. Between 0.01 and 0.3 the error changes by less than two percent. */
export const logOffset = 0.05;

/** A path on the log scale is cut off here, for the exponential of larger values would overflow. */
const largestLog = 700;

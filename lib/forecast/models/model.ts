import type { Sweep } from './sweep';
import type { ArmaFitter } from '../types';

/**
 * A forecast model: a way to carry a series on from every origin of a sweep. It is pure, and a path depends only on the values before its
 * origin.
 *
 * A `guarded` model uses the `arima` package, which can crash, hang or corrupt its process: each of its fits is sent to a worker by itself.
 * The fits of all other models are sent together and share what they compute.
 */
export type Model = {
  readonly name: string;
  readonly guarded?: boolean;
  /** Fewest values that the model can be fitted to at this interval; Infinity where it cannot work at this interval. */
  readonly smallestTraining: (intervalMs: number) => number;
  /** Fewest values of a history on which the model is tried. @default the smallest training */
  readonly smallestHistory?: (intervalMs: number) => number;
  /** The model cannot be fitted to a series with negative values. */
  readonly nonNegativeOnly?: boolean;
  /** Whether the model is made for such a history. @default true for any */
  readonly suits?: (values: Float64Array) => boolean;
  /**
   * Returns one path for each of `sweep.origins`, in that order, each with `sweep.steps` values.
   *
   * @throws Error when the model has no usable path; then it has none at any origin of this sweep, and the other models go on
   */
  readonly paths: (sweep: Sweep, arma: ArmaFitter) => readonly Float64Array[];
};

/** A path of `steps` values: `value(0)`, `value(1)` and so on. */
export function pathOf(steps: number, value: (step: number) => number): Float64Array {
  const path = new Float64Array(steps);
  for (let step = 0; step < steps; step++) path[step] = value(step);
  return path;
}

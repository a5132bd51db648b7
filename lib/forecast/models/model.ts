import type { Sweep } from './sweep';
import type { ArmaFitter } from '../types';

/**
 * A way to carry a series on, from every origin of a sweep. Pure: a path depends on the values before its origin alone.
 *
 * A `guarded` model goes through the `arima` package, which can crash, hang and poison its process: each of its fits travels to a
 * worker alone. The others travel together and share what they compute.
 */
export type Model = {
  readonly name: string;
  readonly guarded?: boolean;
  /** Fewest values that a fit can train on at this interval; Infinity where the interval gives it nothing to go by. */
  readonly smallestTraining: (intervalMs: number) => number;
  /** Fewest values of history that make it worth a try. @default the smallest training */
  readonly smallestHistory?: (intervalMs: number) => number;
  /** Has nothing to say about a series with negative values. */
  readonly nonNegativeOnly?: boolean;
  /** Whether a history is of the kind it is made for. @default any */
  readonly suits?: (values: Float64Array) => boolean;
  /**
   * One path an origin, aligned with `sweep.origins`, each `sweep.steps` long.
   *
   * @throws Error when there is no sane path: that costs this model, at the origins of this sweep
   */
  readonly paths: (sweep: Sweep, arma: ArmaFitter) => readonly Float64Array[];
};

/** A path of `steps` values. */
export function pathOf(steps: number, value: (step: number) => number): Float64Array {
  const path = new Float64Array(steps);
  for (let step = 0; step < steps; step++) path[step] = value(step);
  return path;
}

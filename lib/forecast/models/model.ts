import type { ArmaFitter, FitTask } from '../types';

/**
 * A way to carry a series on. Pure: the path depends on the task alone.
 *
 * A `caller` model is cheap and runs where the forecast is made; a `worker` model goes through the `FitRunner`.
 */
export type Model = CallerModel | WorkerModel;

type Needs = {
  readonly name: string;
  /** Fewest values that a fit can train on at this interval; Infinity where the interval gives it nothing to go by. */
  readonly smallestTraining: (intervalMs: number) => number;
  /** Fewest values of history that make it worth a try. @default the smallest training */
  readonly smallestHistory?: (intervalMs: number) => number;
  /** Has nothing to say about a series with negative values. */
  readonly nonNegativeOnly?: boolean;
};

export type CallerModel = Needs & { readonly runsIn: 'caller'; readonly fit: (task: FitTask) => Float64Array };

export type WorkerModel = Needs & {
  readonly runsIn: 'worker';
  /** @throws Error when there is no sane path: that costs this one fit */
  readonly fit: (task: FitTask, arma: ArmaFitter) => Float64Array;
};

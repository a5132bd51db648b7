import type { OnProgress } from '../progress';

/** A series to forecast: a load on a regular grid, with or without gaps. */
export type ForecastInput = {
  /** Epoch ms of the first value. */
  readonly start: number;
  readonly intervalMs: number;
  /** NaN where nothing was observed. */
  readonly values: Float64Array;
  /** Whether the load cannot be negative. If so, no path and no quantile is below zero. */
  readonly nonNegative: boolean;
  /**
   * 1 where a value is known to be unlike the rest, such as during an outage, a test or an event; as long as `values`. Such a value is
   * treated as missing: it is filled for training and never scored, so that it reaches neither seasons nor quantiles. @default none
   */
  readonly excluded?: Uint8Array;
};

/** How far to forecast, which quantiles, and with how much computation. */
export type ForecastOptions = {
  /** The horizon: steps ahead, >= 1. */
  readonly steps: number;
  /** Probabilities of the quantiles, ascending, each in (0, 1). */
  readonly quantiles: readonly number[];
  /** How many models and backtest origins are used. @default 'balanced' */
  readonly effort?: Effort;
  /** Number of series that the same run forecasts, this one included. Above `arimaWithin` the slowest models are left out. @default 1 */
  readonly among?: number;
};

/** A forecast, with how it was chosen and how it did in the backtest. */
export type Forecast = {
  /** Epoch ms of the first step: the end of the input. */
  readonly start: number;
  readonly intervalMs: number;
  /** The point forecast, one value for each step. */
  readonly mean: Float64Array;
  /** One path for each of `ForecastOptions.quantiles`, in that order; the paths never cross. */
  readonly quantiles: readonly Float64Array[];
  /** `combination`, or the name of the single model that was chosen. */
  readonly chosen: string;
  readonly models: readonly ModelScore[];
  readonly backtest: BacktestSummary;
  /**
   * The last lasting shift of the level: when the new level began (epoch ms) and the mean loads before and after. Backtest origins before
   * it have a quarter of their weight. `null` without such a shift.
   */
  readonly levelShift: { readonly at: number; readonly before: number; readonly after: number } | null;
  /** Seasons that the values show beside the day and the week, the strongest first. */
  readonly found: readonly FoundSeason[];
  /** Whether the series was forecast by the hour; `null` where only its own interval was tried. */
  readonly grain: Grain | null;
  readonly warnings: readonly string[];
};

/** A season that the values show beside the day and the week. */
export type FoundSeason = {
  readonly steps: number;
  /** Share of the variance without the other seasons that this season explains, 0..1. */
  readonly share: number;
};

/** How a series with an interval below an hour was forecast: directly or by hourly means, and the error of both in the same backtest. */
export type Grain = {
  readonly by: 'hour' | 'interval';
  /** Relative error at the interval of the series. */
  readonly relativeMae: { readonly hour: number | null; readonly interval: number | null };
};

/** How one model did in the backtest, and its part in the forecast. */
export type ModelScore = {
  readonly name: string;
  /** Mean absolute error in the backtest divided by that of the baseline, which is the first model; `null` when it was not tested or failed. */
  readonly relativeMae: number | null;
  /** Weight in what was chosen, 0..1; a single model that was chosen has 1. */
  readonly weight: number;
};

/** How what was chosen did in the backtest. */
export type BacktestSummary = {
  /** Number of origins. */
  readonly origins: number;
  /** Steps 1..testedSteps ahead were tested; the quantiles of later steps are those of the tested steps carried on. */
  readonly testedSteps: number;
  /** Mean absolute error divided by that of the baseline; `null` without a backtest. */
  readonly relativeMae: number | null;
  /**
   * By quantile, written as text (`0.95`): share of the tested observations at or below it. The quantiles of an origin are taken from the
   * errors at the other origins.
   */
  readonly coverage: Readonly<Record<string, number>>;
  /** By quantile, written as text: mean pinball loss, in the unit of the series. */
  readonly pinball: Readonly<Record<string, number>>;
};

/** Fits of one or more models at one or more origins of a series. It is plain data, so that it can be sent to a worker. */
export type FitTask = {
  /** Names of the models. A task for a model that uses the `arima` package has this one model and one origin. */
  readonly models: readonly string[];
  /** NaN where missing; the first value is not missing. */
  readonly values: Float64Array;
  readonly intervalMs: number;
  /** Indexes of the first value to forecast, ascending. A fit uses only values before its origin. */
  readonly origins: readonly number[];
  readonly steps: number;
  /** Steps of the seasons found beside the day and the week, the strongest first. @default none */
  readonly cycles?: readonly number[];
};

/**
 * A path, or why there is none; `null` where the training is too short and nothing was tried. A fit that fails costs this one path and
 * never the forecast.
 */
export type Fit = { readonly path: Float64Array } | { readonly failed: string } | null;

/** The fits by model, then by origin; or why the whole task failed. */
export type FitResult = { readonly fits: readonly (readonly Fit[])[] } | { readonly failed: string };

/**
 * Fits an ARIMA model, seasonal where the order has a season, to a complete series, and returns the next `steps` values. The model has a
 * mean where nothing is differenced. Implemented in `lib/adapters/arma.ts`.
 *
 * @throws Error when the fit fails, or when its path leaves a plausible multiple of the range of the series
 */
export type ArmaFitter = (values: Float64Array, order: ArimaOrder, steps: number) => Float64Array;

/** The order (p, d, q)(P, D, Q) of an ARIMA model. */
export type ArimaOrder = {
  readonly p: number;
  /** @default 0 */
  readonly d?: number;
  readonly q: number;
  /** P, D, Q and the number of steps in a season. @default none */
  readonly seasonal?: { readonly p: number; readonly d: number; readonly q: number; readonly steps: number };
};

/**
 * Runs tasks outside the calling thread, because the `arima` package can crash, hang or corrupt its process. The results are in the order
 * of the tasks, whatever the number of workers. Implemented in `lib/adapters/workers.ts`.
 */
export type FitRunner = (
  tasks: readonly FitTask[],
  /** Called as the tasks are done. */
  onProgress?: OnProgress,
) => Promise<readonly FitResult[]>;

/**
 * The largest number of backtest origins by effort. More origins choose models and quantiles better, and take longer in proportion. The
 * effort also decides which models are tried; see `models/all.ts`.
 */
export const originsByEffort = { fast: 8, balanced: 24, best: 40 } as const;

export type Effort = keyof typeof originsByEffort;

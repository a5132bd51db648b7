/** What a forecast is made from: a complete or gappy series on a regular grid. */
export type ForecastInput = {
  /** Epoch ms of the first value. */
  readonly start: number;
  readonly intervalMs: number;
  /** NaN is missing. */
  readonly values: Float64Array;
  /** Load cannot be negative: no path and no quantile below zero. */
  readonly nonNegative: boolean;
};

export type ForecastOptions = {
  /** Steps ahead, >= 1. */
  readonly steps: number;
  /** Ascending, each in (0, 1). */
  readonly quantiles: readonly number[];
  /** Most backtest origins to use. @default 20 */
  readonly origins?: number;
};

export type Forecast = {
  /** Epoch ms of the first step: the end of the input. */
  readonly start: number;
  readonly intervalMs: number;
  /** The point forecast, one a step. */
  readonly mean: Float64Array;
  /** Aligned with `ForecastOptions.quantiles`; never crossing. */
  readonly quantiles: readonly Float64Array[];
  /** `combination` or the one model's name. */
  readonly chosen: string;
  readonly models: readonly ModelScore[];
  readonly backtest: BacktestSummary;
  readonly warnings: readonly string[];
};

export type ModelScore = {
  readonly name: string;
  /** Mean absolute error in the backtest relative to that of seasonal naive; `null` when it was not tested or failed. */
  readonly relativeMae: number | null;
  /** Share in the combination, 0..1. */
  readonly weight: number;
};

export type BacktestSummary = {
  readonly origins: number;
  /** Leads 1..testedSteps were tested; beyond, quantiles are carried on and marked. */
  readonly testedSteps: number;
  /** Of what was chosen. */
  readonly relativeMae: number | null;
  /** By quantile (its text, `0.95`): share of tested observations at or below it, each origin predicted by the errors of the others. */
  readonly coverage: Readonly<Record<string, number>>;
  /** Mean pinball loss by quantile, in the unit of the series. */
  readonly pinball: Readonly<Record<string, number>>;
};

/** One fit: a complete series in, a path out. Plain data, so that it can cross to a worker. */
export type FitTask = {
  readonly model: string;
  /** Complete: no NaN. */
  readonly values: Float64Array;
  readonly intervalMs: number;
  /** Epoch ms of the first value. */
  readonly start: number;
  readonly steps: number;
};

/** A path, or why there is none: a failed fit costs that one model, never the forecast. */
export type FitResult = { readonly path: Float64Array } | { readonly failed: string };

/**
 * An ARMA(p, q) model with a mean, fitted to a complete series and carried on for `steps`. Implemented in `lib/adapters/arma.ts`.
 *
 * @throws Error when the fit fails or its path leaves a sane multiple of the series' range
 */
export type ArmaFitter = (values: Float64Array, order: { readonly p: number; readonly q: number }, steps: number) => Float64Array;

/**
 * Runs fits that must not run in the calling thread (the `arima` package: it can crash, hang and poison its process).
 * Results are in the order of the tasks, whatever the number of workers. Implemented in `lib/adapters/workers.ts`.
 */
export type FitRunner = (tasks: readonly FitTask[]) => Promise<readonly FitResult[]>;

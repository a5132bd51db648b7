/** What a forecast is made from: a complete or gappy series on a regular grid. */
export type ForecastInput = {
  /** Epoch ms of the first value. */
  readonly start: number;
  readonly intervalMs: number;
  /** NaN is missing. */
  readonly values: Float64Array;
  /** Load cannot be negative: no path and no quantile below zero. */
  readonly nonNegative: boolean;
  /**
   * 1 where a value is known to be unlike the rest, such as an outage, a test or the hours of an event: as long as `values`, filled
   * for training and never scored, so that it reaches neither seasons nor quantiles. @default none
   */
  readonly excluded?: Uint8Array;
};

export type ForecastOptions = {
  /** Steps ahead, >= 1. */
  readonly steps: number;
  /** Ascending, each in (0, 1). */
  readonly quantiles: readonly number[];
  /** How many models and backtests. @default 'balanced' */
  readonly effort?: Effort;
  /** How many series are forecast in the same run, this one included: more than `arimaWithin` leave out the slowest models. @default 1 */
  readonly among?: number;
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
  /** The last lasting shift of the level, from when on it is and between which means; backtests from before it count a quarter. */
  readonly levelShift: { readonly at: number; readonly before: number; readonly after: number } | null;
  /** Seasons that the values show beside the day and the week, the strongest first. */
  readonly found: readonly FoundSeason[];
  /** `null` where only the interval itself was tried. */
  readonly grain: Grain | null;
  readonly warnings: readonly string[];
};

/** A repetition that the values show beside the day and the week. */
export type FoundSeason = {
  readonly steps: number;
  /** Share of what other seasons leave that follows it, 0..1. */
  readonly share: number;
};

/** How a series of less than an hour's interval was forecast, and how both ways did in the same backtest. */
export type Grain = {
  readonly by: 'hour' | 'interval';
  /** Error relative to the yardstick at the interval of the series. */
  readonly relativeMae: { readonly hour: number | null; readonly interval: number | null };
};

export type ModelScore = {
  readonly name: string;
  /** Mean absolute error in the backtest relative to that of the first model, the last day or week once more; `null` when it was not tested or failed. */
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

/** Fits of one or more models at one or more places of a series. Plain data, so that it can cross to a worker. */
export type FitTask = {
  /** Names of the models. Those that go through the `arima` package travel alone, one origin at a time. */
  readonly models: readonly string[];
  /** The first is there; NaN is missing. */
  readonly values: Float64Array;
  readonly intervalMs: number;
  /** Index of the first value to forecast, ascending; a fit sees the values before its origin alone. */
  readonly origins: readonly number[];
  readonly steps: number;
  /** Steps of the seasons found beside the day and the week, the strongest first. @default none */
  readonly cycles?: readonly number[];
};

/** A path, or why there is none: a failed fit costs that one path, never the forecast. `null`: not tried, the training is too short. */
export type Fit = { readonly path: Float64Array } | { readonly failed: string } | null;

/** By model, then by origin; or why the whole task failed. */
export type FitResult = { readonly fits: readonly (readonly Fit[])[] } | { readonly failed: string };

/**
 * An ARIMA model, seasonal where a season is given, fitted to a complete series and carried on for `steps`; with a mean where nothing is differenced. Implemented in `lib/adapters/arma.ts`.
 *
 * @throws Error when the fit fails or its path leaves a sane multiple of the series' range
 */
export type ArmaFitter = (values: Float64Array, order: ArimaOrder, steps: number) => Float64Array;

export type ArimaOrder = {
  readonly p: number;
  /** @default 0 */
  readonly d?: number;
  readonly q: number;
  /** The seasonal part: P, D, Q and the steps of a season. @default none */
  readonly seasonal?: { readonly p: number; readonly d: number; readonly q: number; readonly steps: number };
};

/**
 * Runs fits that must not run in the calling thread (the `arima` package: it can crash, hang and poison its process).
 * Results are in the order of the tasks, whatever the number of workers. Implemented in `lib/adapters/workers.ts`.
 */
export type FitRunner = (tasks: readonly FitTask[]) => Promise<readonly FitResult[]>;

/**
 * Most backtest origins by effort: more of them pick models and quantiles better, and take as much longer. The effort also sets which
 * models are tried; see `models/all.ts`.
 */
export const originsByEffort = { fast: 8, balanced: 24, best: 40 } as const;

export type Effort = keyof typeof originsByEffort;

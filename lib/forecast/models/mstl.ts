import { loess } from './loess';

/** A series as the sum of seasonals, trend and remainder. */
export type Decomposition = {
  /** Steps of each season, ascending. */
  readonly periods: readonly number[];
  /** One component for each period, each as long as the series. */
  readonly seasonals: readonly Float64Array[];
  readonly trend: Float64Array;
  /** Series less seasonals and trend. */
  readonly remainder: Float64Array;
};

/**
 * Decomposes a complete series with several seasons. STL is applied for each period in turn to the series without the other seasons, in two
 * rounds; with one period one round is enough.
 *
 * @param y without NaN
 * @param periods steps of each season, ascending, at least one; each at most half the length of `y`
 * @see K. Bandara, R. J. Hyndman, C. Bergmeir, "MSTL: A Seasonal-Trend Decomposition Algorithm for Time Series with Multiple Seasonal
 *   Patterns", arXiv:2107.13462 (2021), algorithm 1
 */
export function mstl(y: Float64Array, periods: readonly number[]): Decomposition {
  const adjusted = y.slice();
  const seasonals = periods.map(() => new Float64Array(y.length));
  let trend: Float64Array = new Float64Array(y.length);
  const passes = periods.length === 1 ? 1 : 2;
  for (let pass = 0; pass < passes; pass++) {
    periods.forEach((period, i) => {
      for (let t = 0; t < y.length; t++) adjusted[t] += seasonals[i][t];
      const fit = stl(adjusted, { period, seasonalWindow, robustIterations });
      seasonals[i].set(fit.seasonal);
      trend = fit.trend;
      for (let t = 0; t < y.length; t++) adjusted[t] -= seasonals[i][t];
    });
  }
  return { periods, seasonals, trend, remainder: adjusted.map((value, t) => value - trend[t]) };
}

/** This window and one pass of weights against outliers had the least error in the bench; windows from 15 to 101 hardly differ. */
const seasonalWindow = 21;
const robustIterations = 1;

export type StlOptions = {
  /** Steps in one season, >= 2; the series holds at least two. */
  readonly period: number;
  /** LOESS window over the same place in successive seasons, odd. */
  readonly seasonalWindow: number;
  /** Passes of weights against outliers. @default 0 */
  readonly robustIterations?: number;
};

export type Stl = { readonly seasonal: Float64Array; readonly trend: Float64Array };

/**
 * Decomposes a complete series by LOESS into seasonal + trend + remainder, STL.
 *
 * Window lengths, jumps and the two inner loops follow the recommendations of the paper; the seasonal smoother is a local mean.
 *
 * @see R. B. Cleveland, W. S. Cleveland, J. E. McRae, I. Terpenning, "STL: A Seasonal-Trend Decomposition Procedure Based on Loess", 1990
 */
export function stl(y: Float64Array, { period, seasonalWindow, robustIterations = 0 }: StlOptions): Stl {
  const n = y.length;
  const trendWindow = nextOdd(Math.ceil((1.5 * period) / (1 - 1.5 / seasonalWindow)));
  const buffers: Buffers = {
    cycle: new Float64Array(n + 2 * period),
    smooth: new Float64Array(n + 2 * period),
    work: new Float64Array(n + 2 * period),
  };
  const seasonal = new Float64Array(n);
  const trend = new Float64Array(n);
  let robustness: Float64Array | null = null;
  for (let outer = 0; outer <= robustIterations; outer++) {
    for (let inner = 0; inner < innerIterations; inner++) {
      for (let i = 0; i < n; i++) buffers.work[i] = y[i] - trend[i];
      smoothCycles(buffers, n, period, seasonalWindow, robustness);
      lowPass(buffers, n, period);
      for (let i = 0; i < n; i++) seasonal[i] = buffers.cycle[period + i] - buffers.smooth[i];
      for (let i = 0; i < n; i++) buffers.work[i] = y[i] - seasonal[i];
      loess(buffers.work, 0, 1, n, { window: trendWindow, degree: 1, jump: jumpOf(trendWindow) }, robustness, trend);
    }
    if (outer < robustIterations) robustness = bisquare(y, seasonal, trend);
  }
  return { seasonal, trend };
}

/** The choice of the paper for series without outliers; a third pass makes no difference that matters. */
const innerIterations = 2;

type Buffers = { readonly cycle: Float64Array; readonly smooth: Float64Array; readonly work: Float64Array };

/** `work` (n values) -> `cycle`: each phase of the season smoothed on its own and carried one season further at both ends. */
function smoothCycles({ work, cycle, smooth }: Buffers, n: number, period: number, window: number, robustness: Float64Array | null): void {
  for (let phase = 0; phase < period; phase++) {
    const length = Math.floor((n - phase - 1) / period) + 1;
    loess(work, phase, period, length, { window, degree: 0, jump: jumpOf(window) }, robustness, smooth, true);
    for (let i = 0; i < length + 2; i++) cycle[phase + i * period] = smooth[i];
  }
}

/** `cycle` (n + 2 periods) -> `smooth` (n): moving averages of period, period and 3, then LOESS. */
function lowPass({ cycle, work, smooth }: Buffers, n: number, period: number): void {
  let length = movingAverage(cycle, n + 2 * period, period, work);
  length = movingAverage(work, length, period, smooth);
  movingAverage(smooth, length, 3, work);
  const window = nextOdd(period);
  loess(work, 0, 1, n, { window, degree: 1, jump: jumpOf(window) }, null, smooth);
}

function movingAverage(from: Float64Array, length: number, window: number, to: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < window; i++) sum += from[i];
  const count = length - window + 1;
  for (let i = 0; ; i++) {
    to[i] = sum / window;
    if (i === count - 1) return count;
    sum += from[i + window] - from[i];
  }
}

/** Robustness weights: 0 for values further from the fit than six times the median remainder, and less than 1 for most others. */
function bisquare(y: Float64Array, seasonal: Float64Array, trend: Float64Array): Float64Array {
  const weights = y.map((value, i) => Math.abs(value - seasonal[i] - trend[i]));
  const sorted = weights.slice().sort();
  const limit = 3 * (sorted[sorted.length >> 1] + sorted[(sorted.length - 1) >> 1]);
  return weights.map((size) => {
    if (size <= 0.001 * limit) return 1;
    return size > 0.999 * limit ? 0 : (1 - (size / limit) ** 2) ** 2;
  });
}

function jumpOf(window: number): number {
  return Math.ceil(window / 10);
}

function nextOdd(x: number): number {
  return x % 2 === 0 ? x + 1 : x;
}

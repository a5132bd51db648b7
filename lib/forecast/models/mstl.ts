import { loess } from './loess';

export type Decomposition = {
  readonly periods: readonly number[];
  /** One component a period, each as long as the series. */
  readonly seasonals: readonly Float64Array[];
  readonly trend: Float64Array;
  /** Series less seasonals and trend. */
  readonly remainder: Float64Array;
};

/**
 * Decomposition of a complete series by several seasons: STL for each period in turn on what the other periods leave over, twice.
 *
 * @param periods steps a season, ascending, at least one, each at most half the series
 * @see K. Bandara, R. J. Hyndman, C. Bergmeir, "MSTL: A Seasonal-Trend Decomposition Algorithm for Time Series with Multiple
 *   Seasonal Patterns", arXiv:2107.13462 (2021), algorithm 1
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

/** Seasons this steady, and one pass of weights against outliers, had the least error in the bench; from 15 to 101 it hardly matters. */
const seasonalWindow = 21;
const robustIterations = 1;

export type StlOptions = {
  /** Steps in one season, >= 2; the series holds at least two. */
  readonly period: number;
  /** LOESS window over the same place in successive seasons, odd. */
  readonly seasonalWindow: number;
  /** @default 0: no weights against outliers */
  readonly robustIterations?: number;
};

export type Stl = { readonly seasonal: Float64Array; readonly trend: Float64Array };

/**
 * Seasonal-trend decomposition by LOESS of a complete series: y = seasonal + trend + remainder.
 *
 * Window lengths, jumps and two inner loops follow the recommendations of the paper; the seasonal smoother is a local mean.
 *
 * @see R. B. Cleveland, W. S. Cleveland, J. E. McRae, I. Terpenning, "STL: A Seasonal-Trend Decomposition Procedure Based on Loess", 1990
 */
export function stl(y: Float64Array, { period, seasonalWindow, robustIterations = 0 }: StlOptions): Stl {
  const n = y.length;
  const trendWindow = nextOdd(Math.ceil((1.5 * period) / (1 - 1.5 / seasonalWindow)));
  const room: Room = {
    cycle: new Float64Array(n + 2 * period),
    smooth: new Float64Array(n + 2 * period),
    work: new Float64Array(n + 2 * period),
  };
  const seasonal = new Float64Array(n);
  const trend = new Float64Array(n);
  let robustness: Float64Array | null = null;
  for (let outer = 0; outer <= robustIterations; outer++) {
    for (let inner = 0; inner < innerIterations; inner++) {
      for (let i = 0; i < n; i++) room.work[i] = y[i] - trend[i];
      smoothCycles(room, n, period, seasonalWindow, robustness);
      lowPass(room, n, period);
      for (let i = 0; i < n; i++) seasonal[i] = room.cycle[period + i] - room.smooth[i];
      for (let i = 0; i < n; i++) room.work[i] = y[i] - seasonal[i];
      loess(room.work, 0, 1, n, { window: trendWindow, degree: 1, jump: jumpOf(trendWindow) }, robustness, trend);
    }
    if (outer < robustIterations) robustness = bisquare(y, seasonal, trend);
  }
  return { seasonal, trend };
}

/** The paper's choice without outliers; a third pass changes nothing that matters. */
const innerIterations = 2;

type Room = { readonly cycle: Float64Array; readonly smooth: Float64Array; readonly work: Float64Array };

/** `work` (n values) -> `cycle`: each phase of the season smoothed on its own and carried one season further at both ends. */
function smoothCycles({ work, cycle, smooth }: Room, n: number, period: number, window: number, robustness: Float64Array | null): void {
  for (let phase = 0; phase < period; phase++) {
    const length = Math.floor((n - phase - 1) / period) + 1;
    loess(work, phase, period, length, { window, degree: 0, jump: jumpOf(window) }, robustness, smooth, true);
    for (let i = 0; i < length + 2; i++) cycle[phase + i * period] = smooth[i];
  }
}

/** `cycle` (n + 2 periods) -> `smooth` (n): moving averages of period, period and 3, then LOESS. */
function lowPass({ cycle, work, smooth }: Room, n: number, period: number): void {
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

/** Weights that put down what lies further than six median remainders from the fit. */
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

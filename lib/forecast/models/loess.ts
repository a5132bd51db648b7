/** How a LOESS curve is drawn through evenly spaced points. */
export type LoessOptions = {
  /** Number of points that count at each place, odd, >= 3. A window longer than the series takes all points, with more even weights. */
  readonly window: number;
  /** 0: a local mean, 1: a local line. */
  readonly degree: 0 | 1;
  /** Fit every `jump`-th point and draw straight lines between them, >= 1. */
  readonly jump: number;
};

/**
 * Smooths `length` evenly spaced points by locally weighted regression with tricube weights.
 *
 * @param y point i is read at `from + i * stride`, for i in 0..length - 1
 * @param robustness weights in 0..1 at the same places as `y`, or `null` for 1 everywhere
 * @param out receives the curve at the points 0..length - 1; with `extend` at -1..length, which are `length + 2` values from index 0 on
 * @see R. B. Cleveland et al., "STL: A Seasonal-Trend Decomposition Procedure Based on Loess", J. Official Statistics 6 (1990)
 */
export function loess(
  y: Float64Array,
  from: number,
  stride: number,
  length: number,
  options: LoessOptions,
  robustness: Float64Array | null,
  out: Float64Array,
  extend = false,
): void {
  const points: Points = { y, from, stride, length, robustness };
  const first = extend ? -1 : 0;
  const last = extend ? length : length - 1;
  const kernel = robustness === null && options.window <= length ? centredKernel(options.window) : null;
  const half = (options.window - 1) >> 1;
  let previous = first;
  for (let place = first; ; place = Math.min(place + options.jump, last)) {
    const inside = kernel !== null && place >= half && place < length - half;
    out[place - first] = inside ? convolve(points, kernel, place - half) : localFit(points, options, place);
    drawLine(out, previous - first, place - first);
    if (place === last) return;
    previous = place;
  }
}

type Points = {
  readonly y: Float64Array;
  readonly from: number;
  readonly stride: number;
  readonly length: number;
  readonly robustness: Float64Array | null;
};

/**
 * Tricube weights of a window centred on its place, with the sum 1. They serve a local line as well as a local mean: with weights that are
 * symmetric about the place, both have the same value there.
 */
function centredKernel(window: number): Float64Array {
  const cached = kernels.get(window);
  if (cached) return cached;
  const half = (window - 1) >> 1;
  const kernel = new Float64Array(window);
  let sum = 0;
  for (let i = 0; i < window; i++) sum += kernel[i] = tricube(Math.abs(i - half), half);
  for (let i = 0; i < window; i++) kernel[i] /= sum;
  kernels.set(window, kernel);
  return kernel;
}

const kernels = new Map<number, Float64Array>();

function convolve({ y, from, stride }: Points, kernel: Float64Array, left: number): number {
  let sum = 0;
  for (let i = 0, at = from + left * stride; i < kernel.length; i++, at += stride) sum += kernel[i] * y[at];
  return sum;
}

/** The weighted mean or line through the nearest `window` points, evaluated at `place`, which may lie one step outside the points. */
function localFit(points: Points, { window, degree }: LoessOptions, place: number): number {
  const { y, from, stride, length, robustness } = points;
  const half = (window - 1) >> 1;
  const left = window >= length ? 0 : Math.max(0, Math.min(place - half, length - window));
  const right = window >= length ? length - 1 : left + window - 1;
  const reach = Math.max(place - left, right - place) + (window > length ? (window - length) >> 1 : 0);
  let total = 0;
  let meanX = 0;
  let meanY = 0;
  let meanXX = 0;
  let meanXY = 0;
  for (let i = left; i <= right; i++) {
    const at = from + i * stride;
    const weight = tricube(i < place ? place - i : i - place, reach) * (robustness === null ? 1 : robustness[at]);
    const x = i - place;
    total += weight;
    meanX += weight * x;
    meanY += weight * y[at];
    meanXX += weight * x * x;
    meanXY += weight * x * y[at];
  }
  if (!(total > 0)) return nearest(points, place);
  meanX /= total;
  meanY /= total;
  const spread = meanXX / total - meanX * meanX;
  if (degree === 0 || Math.sqrt(Math.max(0, spread)) <= 0.001 * (length - 1)) return meanY;
  return meanY - (meanX * (meanXY / total - meanX * meanY)) / spread;
}

/** The point nearest to the place, for the case that all points of the window have a robustness weight of 0. */
function nearest({ y, from, stride, length }: Points, place: number): number {
  return y[from + Math.max(0, Math.min(length - 1, place)) * stride];
}

/** Tricube weight of a distance: 1 within 0.1 % of the reach and 0 beyond 99.9 % of it, as in the program of the paper. */
function tricube(distance: number, reach: number): number {
  if (distance > 0.999 * reach) return distance === 0 ? 1 : 0;
  if (distance <= 0.001 * reach) return 1;
  const share = distance / reach;
  const rest = 1 - share * share * share;
  return rest * rest * rest;
}

function drawLine(out: Float64Array, from: number, to: number): void {
  const slope = (out[to] - out[from]) / (to - from);
  for (let i = from + 1; i < to; i++) out[i] = out[from] + slope * (i - from);
}
